"""Every secret of a running product is a canary: after all that can be done with them, no log of it holds one.

The processes log at debug. The sandbox's own log is not looked at: it is the channels' side.
"""

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import tornado.httpclient
from tornado.websocket import websocket_connect

from backend.gateways.clock import utc_now
from backend.gateways.ids import hash_token
from backend.models import DriverIdentity, Staff
from tests.api_server import ApiClient
from tests.bad_input import RawPile, World
from tests.real_parts import PASSWORD as DATABASE_PASSWORD
from tests.security.tally import nothing_through
from tests.stack import BRIDGE_SECRET
from tests.waiting import LIMIT_S
from tests.whole_charge import PASSWORD, STAFF, Phone, answer_of, soon

PARTS: Final = ("api", "bridge", "jobs")
WRONG_PASSWORD: Final = "canary-of-a-wrong-password"
LOGIN_CODE: Final = "canary-of-a-login-code"
BEGIN_TOKEN: Final = "canary-of-a-first-link"
CODE: Final = "canary-of-a-code"
ACCOUNT_KEY: Final = "canary-of-an-account-key"
ACCOUNT_API_KEY: Final = "canary-of-an-account-api-key"
BAD_TOKEN: Final = "canary-of-a-bad-token-0123456789"
FORGED: Final = b'{"canary-of-a-notify-body":"canary-of-its-content"}'
ALIPAY_BUYER: Final = "canary-of-a-buyer"
ALIPAY_SIGN: Final = base64.b64encode(b"canary of Alipay's signature" * 9).decode()
TOP_UP_FEN: Final = 4_321
PAY_PASSWORD: Final = "830472"
WRONG_PAY_PASSWORD: Final = "570914"


@pytest.fixture
def payer(product: World) -> Iterator[Phone]:
    with Phone(product.stack) as phone:
        phone.log_in()
        yield phone


def test_no_log_of_the_product_holds_a_secret_a_token_or_an_openid(product: World, payer: Phone) -> None:
    canaries = _secrets_in(product.folder / "config")
    canaries |= {"database password": f":{DATABASE_PASSWORD}@", "bridge secret": BRIDGE_SECRET}
    canaries |= _use_pay_password(payer)
    canaries |= _pay(payer) | _log_in_staff(product) | _knock_wrongly(product)
    asyncio.run(_open_feed(product, payer.token))
    with RawPile(product) as pile:
        pile.come_up("idle", is_plugged=False)
        canaries["pile secret"] = f"secret-of-{pile.pile_no}"
    canaries["driver token"] = payer.token
    canaries["hash of a token"] = hash_token(payer.token)
    canaries["openid"] = DriverIdentity.select().order_by(DriverIdentity.id.desc()).get().key
    canaries["password hash"] = Staff.get(Staff.account == STAFF).password_hash
    logs = {name: path.read_text(encoding="utf-8", errors="replace") for name, path in _logs(product).items()}
    assert all(logs[name] for name in PARTS), "every part has said something"
    assert "staff_log_in_failed" in logs["api"], "what was done here is in the log"
    through = [
        f"{what} in {name}" for what, text in canaries.items() for name, log in logs.items() if text in log
    ]
    nothing_through("secrets in logs", tried=len(canaries) * len(logs), through=through)


def _logs(product: World) -> dict[str, Path]:
    """Each process's log, and the broker's own."""
    found = {name: product.folder / f"{name}.log" for name in PARTS}
    return found | {f"broker {path.name}": path for path in (product.folder / "broker").glob("*.log")}


def _secrets_in(folder: Path) -> dict[str, str]:
    """What the files of the configuration keep: a private key's lines are looked for one by one."""
    found = {name: (folder / name).read_text().strip() for name in ("app_secret.txt", "api_v3_key.txt")}
    for name in ("merchant_key.pem", "alipay_app_key.pem"):
        lines = (folder / name).read_text().splitlines()[1:-1]
        assert lines
        found |= {f"{name}, line {at}": line for at, line in enumerate(lines, 1)}
    return found


def _pay(payer: Phone) -> dict[str, str]:
    """A top-up that is paid and told; what of it gives rights or names a person."""
    asked = payer.ask_top_up(TOP_UP_FEN)
    payer.pay(asked)
    soon(lambda: payer.get(f"payments/{asked['payment_no']}")["state"] == "paid", "the top-up is paid")
    pay, link = asked["pay"], _ask_by_alipay(payer)
    return {
        "pay signature": pay["paySign"],
        "prepay id": pay["package"].removeprefix("prepay_id="),
        "pay link's signature": parse_qs(urlsplit(link).query)["sign"][0],
        "pay link": link,
    }


def _ask_by_alipay(payer: Phone) -> str:
    """The link of a top-up by Alipay."""
    asked = answer_of(payer.post("top-ups", {"amount_fen": TOP_UP_FEN, "channel": "alipay"}, key="by-alipay"))
    return str(asked["pay"]["link"])


def _use_pay_password(payer: Phone) -> dict[str, str]:
    """Set, given wrongly and rightly, changed, and of a form that is refused."""
    answers = [
        payer.post("pay-password", {"password": PAY_PASSWORD}, key=""),
        payer.post("pay-password/switch", {"is_on": False, "password": WRONG_PAY_PASSWORD}, key=""),
        payer.post("pay-password/switch", {"is_on": False, "password": PAY_PASSWORD}, key=""),
        payer.post("pay-password/switch", {"is_on": False, "password": f"{PAY_PASSWORD}0"}, key=""),
        payer.post("refunds", {"amount_fen": 1, "pay_password": WRONG_PAY_PASSWORD}, key="wrong"),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 200, 400, 409]
    # as a value: six digits alone may stand in any time or number
    texts = [PAY_PASSWORD, WRONG_PAY_PASSWORD]
    return {
        f"payment password {at} as {form}": form.format(text)
        for at, text in enumerate(texts)
        for form in ('"{}"', "'{}'", "={}")
    }


def _log_in_staff(product: World) -> dict[str, str]:
    """A wrong password, then the right one, then out again."""
    with ApiClient(product.stack.api_url) as client:
        wrong = client.post("/api/v1/admin/login", json={"account": STAFF, "password": WRONG_PASSWORD})
        assert wrong.status_code == 401
        right = client.post("/api/v1/admin/login", json={"account": STAFF, "password": PASSWORD})
        token = str(answer_of(right)["token"])
        client.headers["Authorization"] = f"Bearer {token}"
        assert client.get("/api/v1/admin/dashboard").ok
        client.headers["Idempotency-Key"] = "an-account"
        entered = client.post("/api/v1/admin/channel-accounts", json=_account())
        assert 400 <= entered.status_code < 500
        assert client.post("/api/v1/admin/logout").ok
    return {
        "password": PASSWORD,
        "wrong password": WRONG_PASSWORD,
        "staff token": token,
        "private key of an account": ACCOUNT_KEY,
        "API key of an account": ACCOUNT_API_KEY,
    }


def _account() -> dict[str, object]:
    return {
        "operator_no": "MA1TEST01",
        "channel": "wechat",
        "mode": "direct",
        "name": "账户",
        "merchant_no": "1600000001",
        "keys": {"private_key": ACCOUNT_KEY, "api_key": ACCOUNT_API_KEY},
    }


def _knock_wrongly(product: World) -> dict[str, str]:
    """Every refusal that has a secret in its hand."""
    orders, bearer = f"/api/v1/driver/orders?cursor={BAD_TOKEN}", {"Authorization": f"Bearer {BAD_TOKEN}"}
    others = {"Authorization": f"Basic {BAD_TOKEN}", "Cookie": BAD_TOKEN}
    half = json.dumps({"code": LOGIN_CODE})[:-1]
    with ApiClient(product.stack.api_url) as client:
        answers: list[requests.Response] = [
            client.post("/api/v1/driver/login", json={"code": LOGIN_CODE}),
            client.post("/api/v1/driver/login", data=half, headers={"Content-Type": "application/json"}),
            client.get("/api/v1/driver/me", headers=bearer),
            client.get(orders, headers=others),
            client.post("/api/v1/admin/begin/offer", json={"token": BEGIN_TOKEN}),
            client.post("/api/v1/admin/begin", json=_beginning()),
            client.post(
                "/api/v1/admin/login", json={"account": STAFF, "password": WRONG_PASSWORD, "code": CODE}
            ),
            client.post("/notify/wechat", data=FORGED, headers=_forged_headers()),
            client.post("/notify/alipay", data=f"sign_type=RSA2&sign={ALIPAY_SIGN}&buyer_id={ALIPAY_BUYER}"),
        ]
    assert all(400 <= answer.status_code < 500 for answer in answers)
    return {
        "bad token": BAD_TOKEN,
        "login code": LOGIN_CODE,
        "link to the first administrator": BEGIN_TOKEN,
        "password of the first administrator": _beginning()["password"],
        "code of a second factor": CODE,
        "notify body": "canary-of-a-notify-body",
        "Alipay's buyer": ALIPAY_BUYER,
        "Alipay's signature": ALIPAY_SIGN,
        "notify content": "canary-of-its-content",
        "notify signature": _forged_headers()["Wechatpay-Signature"],
    }


def _beginning() -> dict[str, str]:
    return {
        "token": BEGIN_TOKEN,
        "operator_name": "运营商",
        "account": "first",
        "name": "第一位",
        "password": "canary-of-a-first-sentence",
    }


def _forged_headers() -> dict[str, str]:
    return {
        "Wechatpay-Timestamp": str(int(utc_now().timestamp())),
        "Wechatpay-Nonce": "nonce",
        "Wechatpay-Serial": "PUB_KEY_ID_0000000000000000000000000000000000",
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        "Wechatpay-Signature": base64.b64encode(b"canary of a signature" * 9).decode(),
    }


async def _open_feed(product: World, token: str) -> None:
    """A login with a bad token, and one with a good token and a topic of nobody's."""
    url = re.sub("^http", "ws", product.stack.api_url) + "/ws"
    for each in (BAD_TOKEN, token):
        request = tornado.httpclient.HTTPRequest(url, request_timeout=LIMIT_S)
        connection: Any = await asyncio.wait_for(websocket_connect(request), LIMIT_S)
        await connection.write_message(json.dumps({"op": "auth", "token": each}))
        await connection.write_message(json.dumps({"op": "sub", "topic": "session:nobodys"}))
        while await asyncio.wait_for(connection.read_message(), LIMIT_S) is not None:
            connection.close()
        connection.close()
