import json
import logging
import socket
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from backend.domain.errors import ChannelUnavailable, InvalidLoginCode
from backend.domain.identity import Identity, IdentityKind
from backend.gateways import outbound_session
from backend.gateways.wechat.mini_program import WechatGateway, WechatSettings
from tests.unit.gateways import wechat_side as side
from tests.unit.gateways.leaks import text_left_behind

SESSION_KEY = "canary-session-key"
PERSON = {"openid": "oABC-123_x", "session_key": SESSION_KEY, "unionid": "uXYZ"}
PLAIN_TEXT = {"Content-Type": "text/plain"}


def _answers(channel: side.Channel, content: object, status: int = 200) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    channel.answer = lambda _request: side.Answer(status, body, PLAIN_TEXT)


def test_a_login_code_becomes_a_person(wechat: WechatGateway, channel: side.Channel) -> None:
    _answers(channel, PERSON)
    assert wechat.identify("0a1B-code_") == (
        Identity(IdentityKind.WECHAT_MINI_PROGRAM, "oABC-123_x"),
        Identity(IdentityKind.WECHAT_UNION, "uXYZ"),
    )


def test_the_session_key_is_dropped(wechat: WechatGateway, channel: side.Channel) -> None:
    _answers(channel, PERSON)
    assert SESSION_KEY not in repr(wechat.identify("0a1B"))


@pytest.mark.parametrize("unionid", [None, ""])
def test_a_person_may_have_no_unionid(
    wechat: WechatGateway, channel: side.Channel, unionid: str | None
) -> None:
    _answers(channel, PERSON | {"unionid": unionid})
    assert wechat.identify("0a1B") == (Identity(IdentityKind.WECHAT_MINI_PROGRAM, "oABC-123_x"),)


def test_asks_once_with_the_documented_query_and_no_access_token(
    wechat: WechatGateway, channel: side.Channel
) -> None:
    _answers(channel, PERSON)
    wechat.identify("0a1B")
    (request,) = channel.requests
    path = urlsplit(request.path)
    assert (request.method, path.path) == ("GET", "/sns/jscode2session")
    assert parse_qs(path.query) == {
        "appid": [side.APPID],
        "secret": [side.APP_SECRET],
        "js_code": ["0a1B"],
        "grant_type": ["authorization_code"],
    }


@pytest.mark.parametrize("errcode", [40029, 40163])
def test_a_bad_or_used_code_is_an_invalid_login_code(
    wechat: WechatGateway, channel: side.Channel, errcode: int
) -> None:
    _answers(channel, {"errcode": errcode, "errmsg": "invalid code"})
    with pytest.raises(InvalidLoginCode):
        wechat.identify("0a1B")
    assert len(channel.requests) == 1


@pytest.mark.parametrize("code", ["", "a b", "a&appid=x", "码", "x" * 129, "a\n"])
def test_a_code_wechat_never_makes_is_refused_without_asking(
    wechat: WechatGateway, channel: side.Channel, code: str
) -> None:
    with pytest.raises(InvalidLoginCode):
        wechat.identify(code)
    assert channel.requests == []


@pytest.mark.parametrize(
    "content",
    [
        {"errcode": -1, "errmsg": "system error"},
        {"errcode": 45009, "errmsg": "reach max api daily quota limit"},
        {"errcode": 45011, "errmsg": "api minute-quota reach limit"},
        {"errcode": 40125, "errmsg": "invalid appsecret"},
        {"errcode": 40001, "errmsg": "invalid credential"},
        {"errcode": "what"},
        {"errcode": None},
        {"base_resp": 5},
        {},
        {"openid": ""},
        {"openid": 5},
        {"openid": "x" * 65},
        {"openid": "o1", "unionid": 5},
        [],
        None,
        b"",
        b"<html>maintenance</html>",
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_an_answer_that_names_nobody_means_wechat_is_unavailable(
    wechat: WechatGateway, channel: side.Channel, content: object
) -> None:
    _answers(channel, content)
    with pytest.raises(ChannelUnavailable):
        wechat.identify("0a1B")
    assert len(channel.requests) == 1  # the library's own retry would recurse without end


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_stale_token_answer_never_sends_the_library_for_a_token(
    wechat: WechatGateway, channel: side.Channel, monkeypatch: pytest.MonkeyPatch, errcode: int
) -> None:
    fetched: list[str] = []
    monkeypatch.setattr(wechat._client, "fetch_access_token", lambda: fetched.append("token"))
    _answers(channel, {"errcode": errcode, "errmsg": "invalid credential"})
    with pytest.raises(ChannelUnavailable):
        wechat.identify("0a1B")
    assert fetched == []


@pytest.mark.parametrize("status", [400, 404, 429, 500, 502])
def test_an_http_error_means_wechat_is_unavailable(
    wechat: WechatGateway, channel: side.Channel, status: int
) -> None:
    _answers(channel, PERSON, status)
    with pytest.raises(ChannelUnavailable):
        wechat.identify("0a1B")


def test_a_redirect_is_not_followed_with_the_secret(wechat: WechatGateway, channel: side.Channel) -> None:
    with side.channel_server() as elsewhere:
        channel.answer = lambda request: side.Answer(302, b"", {"Location": elsewhere.base + request.path})
        with pytest.raises(ChannelUnavailable):
            wechat.identify("0a1B")
        assert elsewhere.requests == []


def test_a_dropped_connection_means_wechat_is_unavailable(
    wechat: WechatGateway, channel: side.Channel
) -> None:
    channel.answer = lambda _request: None
    with pytest.raises(ChannelUnavailable):
        wechat.identify("0a1B")
    assert len(channel.requests) == 1


def test_a_slow_answer_means_wechat_is_unavailable(
    wechat: WechatGateway, channel: side.Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound_session, "READ_TIMEOUT_S", 0.1)
    late = threading.Event()
    channel.answer = lambda _request: side.Answer(200, json.dumps(PERSON).encode(), PLAIN_TEXT, wait_for=late)
    with pytest.raises(ChannelUnavailable):
        wechat.identify("0a1B")
    late.set()


def test_an_endless_answer_is_cut_off(wechat: WechatGateway, channel: side.Channel) -> None:
    padded = json.dumps(PERSON).encode() + b" " * outbound_session.MAX_RESPONSE_BYTES
    _answers(channel, padded)
    with pytest.raises(ChannelUnavailable):
        wechat.identify("0a1B")


def test_an_answer_in_endless_pieces_is_cut_off(
    wechat: WechatGateway, channel: side.Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answers(channel, PERSON)
    monkeypatch.setattr(outbound_session, "CALL_LIMIT_S", -1.0)
    with pytest.raises(ChannelUnavailable):
        wechat.identify("0a1B")


def test_proxies_and_cookies_of_the_environment_are_ignored(
    wechat: WechatGateway, channel: side.Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    channel.answer = lambda _request: side.Answer(
        200, json.dumps(PERSON).encode(), PLAIN_TEXT | {"Set-Cookie": "a=b"}
    )
    wechat.identify("0a1B")
    wechat.identify("0a1C")
    assert all("Cookie" not in request.headers for request in channel.requests)


@pytest.mark.parametrize(
    "trouble", ["refused", "dropped", "slow", "http_500", "not_json", "bad_code", "busy"]
)
def test_no_error_and_no_log_carries_the_app_secret(
    trouble: str,
    channel: side.Channel,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(outbound_session, "READ_TIMEOUT_S", 0.1)
    late = threading.Event()
    answers = {
        "dropped": None,
        "slow": side.Answer(200, b"{}", wait_for=late),
        "http_500": side.Answer(500, b"oops"),
        "not_json": side.Answer(200, b"oops"),
        "bad_code": side.Answer(200, b'{"errcode":40029,"errmsg":"invalid code"}'),
        "busy": side.Answer(200, b'{"errcode":-1,"errmsg":"busy"}'),
    }
    channel.answer = lambda _request: answers[trouble]
    base = f"http://127.0.0.1:{_closed_port()}" if trouble == "refused" else channel.base
    settings = WechatSettings(appid=side.APPID, secret=side.APP_SECRET, api_base=base, allow_insecure=True)
    text = text_left_behind(lambda: WechatGateway(settings).identify("0a1B"), caplog, capfd)
    late.set()
    assert "channel_unavailable" in text or "invalid_login_code" in text  # it did fail, and was looked at
    assert side.APP_SECRET not in text + repr(settings)
    assert "js_code" not in text


def test_the_canary_is_seen_when_a_bare_session_leaks_it(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    url = f"http://127.0.0.1:{_closed_port()}/?secret={side.APP_SECRET}"
    text = text_left_behind(lambda: requests.get(url, timeout=1), caplog, capfd)
    assert side.APP_SECRET in text


def test_every_logger_of_the_http_library_is_filtered(wechat: WechatGateway, channel: side.Channel) -> None:
    _answers(channel, PERSON)
    wechat.identify("0a1B")
    known = {"urllib3", *outbound_session._TALKATIVE_LOGGERS}  # bare urllib3 logs at import only
    made = {
        name
        for name, logger in logging.root.manager.loggerDict.items()
        if name.split(".")[0] == "urllib3" and isinstance(logger, logging.Logger)
    }
    assert "urllib3.connectionpool" in made
    assert {name for name in made - known if "http2" not in name and "contrib" not in name} == set()


@pytest.mark.parametrize(
    "base",
    [
        "http://api.weixin.qq.com",
        "ftp://api.weixin.qq.com",
        "api.weixin.qq.com",
        "https://",
        "https://a:b@api.weixin.qq.com",
        "https://api.weixin.qq.com/path",
        "https://api.weixin.qq.com/?x=1",
    ],
)
def test_refuses_a_base_that_is_not_bare_https(base: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        WechatSettings(appid="wx1", secret="s", api_base=base)


@pytest.mark.parametrize("missing", ["appid", "secret"])
def test_refuses_settings_without_identity(missing: str) -> None:
    whole = {"appid": "wx1", "secret": "s"} | {missing: ""}
    with pytest.raises(ValueError, match="appid and secret"):
        WechatSettings(**whole)  # type: ignore[arg-type] # all of these are strings


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
