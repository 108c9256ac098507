"""Subscribe messages on the wire: one call, one word of what became of it; a token that was replaced is fetched once."""

import json
from collections.abc import Iterator, Sequence

import pytest

from backend.domain.driver_message import MessageKind
from backend.gateways.message_sender import Sent, Words
from backend.gateways.wechat.mini_program import WechatSettings
from backend.gateways.wechat.subscribe import Template, WechatMessages, read_template
from tests.unit.gateways.wechat_side import APP_SECRET, APPID, Answer, Channel, Request, channel_server

WORDS = Words(
    place="一座名字比二十个字还要长得多的独墅湖高教区充电站",
    amount="¥12.34",
    time="2026-11-23 18:00",
    note="充电已结束，点开看账单",
    page="pages/order/order?order_no=O1",
)
TEMPLATE = Template(
    template_id="T1", fields={"place": "thing1", "amount": "amount2", "time": "time3", "note": "thing4"}
)
TOKEN = {"access_token": "token-1", "expires_in": 7200}


@pytest.fixture
def wire() -> Iterator[Channel]:
    with channel_server() as channel:
        yield channel


def sender(wire: Channel) -> WechatMessages:
    settings = WechatSettings(appid=APPID, secret=APP_SECRET, api_base=wire.base, allow_insecure=True)
    return WechatMessages(settings, {MessageKind.CHARGE_BILLED: TEMPLATE})


def answering(wire: Channel, *sends: object, tokens: Sequence[object] = (TOKEN,)) -> None:
    """These answers to sends in turn, a number being an errcode, None no answer; and these to requests for a token."""
    told, given = list(sends), list(tokens)

    def answer(request: Request) -> Answer | None:
        if "stable_token" in request.path:
            return Answer(200, json.dumps(given.pop(0) if len(given) > 1 else given[0]).encode())
        one = told.pop(0)
        return None if one is None else Answer(200, json.dumps({"errcode": one, "errmsg": "…"}).encode())

    wire.answer = answer


def send(messages: WechatMessages) -> tuple[Sent, str]:
    return messages.send(kind=MessageKind.CHARGE_BILLED, to="openid-1", words=WORDS)


def sends(wire: Channel) -> list[Request]:
    return [one for one in wire.requests if "subscribe/send" in one.path]


def test_a_message_goes_out_as_its_template_wants_it(wire: Channel) -> None:
    answering(wire, 0, 0)
    messages = sender(wire)
    assert send(messages) == (Sent.DONE, "")
    (request,) = sends(wire)
    assert request.path == "/cgi-bin/message/subscribe/send?access_token=token-1"
    assert json.loads(request.body) == {
        "touser": "openid-1",
        "template_id": "T1",
        "page": WORDS.page,
        "lang": "zh_CN",
        "data": {
            "thing1": {"value": WORDS.place[:20]},
            "amount2": {"value": "¥12.34"},
            "time3": {"value": "2026-11-23 18:00"},
            "thing4": {"value": WORDS.note},
        },
    }
    send(messages)
    assert sum("stable_token" in one.path for one in wire.requests) == 1


@pytest.mark.parametrize(
    ("errcode", "expected"),
    [
        (43101, (Sent.REFUSED, "43101")),
        (47003, (Sent.NEVER, "47003")),
        (40037, (Sent.NEVER, "40037")),
        (45009, (Sent.NOT_NOW, "45009")),
        (-1, (Sent.NOT_NOW, "-1")),
    ],
)
def test_an_errcode_says_that_nothing_was_sent_and_whether_to_try_again(
    wire: Channel, errcode: int, expected: tuple[Sent, str]
) -> None:
    answering(wire, errcode)
    assert send(sender(wire)) == expected
    assert len(sends(wire)) == 1


def test_a_replaced_token_is_fetched_anew_once(wire: Channel) -> None:
    answering(wire, 40001, 0, tokens=(TOKEN, {"access_token": "token-2", "expires_in": 7200}))
    assert send(sender(wire)) == (Sent.DONE, "")
    assert [one.path.rpartition("=")[2] for one in sends(wire)] == ["token-1", "token-2"]
    forced = [json.loads(one.body)["force_refresh"] for one in wire.requests if "stable_token" in one.path]
    assert forced == [False, True]
    answering(wire, 40001, 42001)
    assert send(sender(wire)) == (Sent.NOT_NOW, "token_refused")


def test_a_lost_answer_is_unknown_and_is_not_asked_again(wire: Channel) -> None:
    answering(wire, None)
    assert send(sender(wire)) == (Sent.UNKNOWN, "no_answer")
    assert len(sends(wire)) == 1


def test_without_a_token_nothing_is_sent(wire: Channel) -> None:
    answering(wire, 0, tokens=({"errcode": 40125, "errmsg": "invalid appsecret"},))
    assert send(sender(wire)) == (Sent.NOT_NOW, "no_token")
    assert sends(wire) == []


def test_a_template_is_its_id_and_where_our_values_go() -> None:
    assert read_template("T1 place=thing1 amount=amount2") == Template(
        template_id="T1", fields={"place": "thing1", "amount": "amount2"}
    )
    for line in ("T1", "T1 thing1", "T1 price=thing1", "T1 place=thing1 thing2"):
        with pytest.raises(ValueError, match="place=thing1"):
            read_template(line)
