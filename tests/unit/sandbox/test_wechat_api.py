"""The mini-program API over HTTP."""

from typing import Any

import pytest

from tests.unit.sandbox.merchant import Merchant
from tests.waiting import LIMIT_S


def _login(merchant: Merchant, code: str, **changes: str) -> Any:
    params = {
        "appid": merchant.appid,
        "secret": merchant.app_secret,
        "js_code": code,
        "grant_type": "authorization_code",
    } | changes
    answer = merchant.http.get(f"{merchant.base}/sns/jscode2session", params=params, timeout=LIMIT_S)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain"
    return answer.json()


def _token(merchant: Merchant, **changes: Any) -> Any:
    body = {
        "grant_type": "client_credential",
        "appid": merchant.appid,
        "secret": merchant.app_secret,
    } | changes
    return merchant.http.post(f"{merchant.base}/cgi-bin/stable_token", json=body, timeout=LIMIT_S).json()


def _phone(merchant: Merchant, token: str, code: str) -> Any:
    url = f"{merchant.base}/wxa/business/getuserphonenumber"
    return merchant.http.post(
        url, params={"access_token": token}, json={"code": code}, timeout=LIMIT_S
    ).json()


def test_login_code_gives_the_person_once(merchant: Merchant) -> None:
    code = merchant.control("login-codes", {"openid": "oKnown", "unionid": "uKnown"})["code"]
    answer = _login(merchant, code)
    assert (answer["openid"], answer["unionid"]) == ("oKnown", "uKnown")
    assert len(answer["session_key"]) == 24
    assert _login(merchant, code)["errcode"] == 40163


def test_login_code_without_openid_is_a_new_person(merchant: Merchant) -> None:
    minted = [merchant.control("login-codes", {}) for _ in range(2)]
    people = [_login(merchant, code["code"])["openid"] for code in minted]
    assert people == [code["openid"] for code in minted]
    assert people[0] != people[1]
    assert len(people[0]) == 28


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"appid": "wxother"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "client_credential"}, 40002),
        ({"js_code": "never-minted"}, 40029),
    ],
)
def test_refuses_a_login(merchant: Merchant, changes: dict[str, str], errcode: int) -> None:
    code = merchant.control("login-codes", {})["code"]
    assert _login(merchant, code, **changes)["errcode"] == errcode
    assert "openid" in _login(merchant, code)


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"appid": "wxother"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "other"}, 40002),
        ({"secret": 5}, 47001),
    ],
)
def test_refuses_a_token(merchant: Merchant, changes: dict[str, Any], errcode: int) -> None:
    assert _token(merchant, **changes)["errcode"] == errcode


def test_phone_code_gives_the_number_once_and_a_stale_token_is_refused(merchant: Merchant) -> None:
    token = _token(merchant)["access_token"]
    code = merchant.control("phone-codes", {"phone_number": "13912345678"})["code"]
    assert _phone(merchant, "", code)["errcode"] == 41001
    assert _phone(merchant, "never-given", code)["errcode"] == 40001
    assert _phone(merchant, token, "never-minted")["errcode"] == 40029
    answer = _phone(merchant, token, code)
    assert answer["phone_info"]["purePhoneNumber"] == "13912345678"
    assert _phone(merchant, token, code)["errcode"] == 40163
    newer = _token(merchant, force_refresh=True)["access_token"]
    assert _phone(merchant, token, code)["errcode"] == 40001
    assert _token(merchant)["access_token"] == newer


def test_switch_makes_the_api_answer_an_errcode(merchant: Merchant) -> None:
    merchant.control("faults", {"wechat_errcode": -1, "times": 1})
    assert _token(merchant)["errcode"] == -1
    assert "access_token" in _token(merchant)


def test_switch_makes_the_api_answer_an_error_status(merchant: Merchant) -> None:
    merchant.control("faults", {"http_status": 502, "times": 1})
    answer = merchant.http.post(f"{merchant.base}/cgi-bin/stable_token", json={}, timeout=LIMIT_S)
    assert answer.status_code == 502
