"""The mini-program API: /sns/jscode2session, /cgi-bin/stable_token, /wxa/business/getuserphonenumber,
/cgi-bin/message/subscribe/send.

Answers are JSON sent as text/plain with HTTP 200, refusals too.
"""

import asyncio
import base64
import secrets
from typing import Any

import msgspec
from tornado.web import HTTPError

from scripts.stand_ins.sandbox.clock import now_s
from scripts.stand_ins.sandbox.errors import PayError, WechatError
from scripts.stand_ins.sandbox.faults import WECHAT_FAULTS
from scripts.stand_ins.sandbox.handler import Handler, override

LONGEST_THING = 20


class WechatHandler(Handler):
    """Applies the fault switches, then the refusals of this API."""

    switches = WECHAT_FAULTS
    is_dropped = False

    @override
    async def prepare(self) -> None:
        faults = self.world.faults.take(self.switches)
        self.is_dropped = faults.accept_then_drop
        await asyncio.sleep(faults.slow_s)
        if faults.http_status is not None:
            raise HTTPError(faults.http_status)
        if faults.wechat_errcode is not None:
            raise WechatError(faults.wechat_errcode, "set by /sandbox/faults")

    @override
    def write_json(self, value: Any, status: int = 200) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "text/plain")
        self.finish(msgspec.json.encode(value))

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        problem = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(problem, WechatError):
            self.write_json({"errcode": problem.errcode, "errmsg": problem.errmsg})
        elif isinstance(problem, PayError):
            self.write_json({"errcode": 47001, "errmsg": "data format error"})
        else:
            self.write_json({"errcode": -1, "errmsg": "system error"}, status_code)

    @override
    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, WechatError):
            super().log_exception(typ, value, tb)

    def require_app(self, appid: str, secret: str) -> None:
        """WechatError 40013 or 40125 unless these are the mini-program's."""
        file = self.world.identity.file
        if appid != file.appid:
            raise WechatError(40013, "invalid appid")
        if not secrets.compare_digest(secret.encode(), file.app_secret.encode()):
            raise WechatError(40125, "invalid appsecret")


class CodeToSessionHandler(WechatHandler):
    """Login: one code for one person, once."""

    @override
    async def get(self) -> None:
        self.require_app(self.get_argument("appid", ""), self.get_argument("secret", ""))
        if self.get_argument("grant_type", "") != "authorization_code":
            raise WechatError(40002, "invalid grant_type")
        person = self.world.people.login_codes.redeem(self.get_argument("js_code", ""), now_s())
        answer = {"session_key": base64.b64encode(secrets.token_bytes(16)).decode(), "openid": person.openid}
        if person.unionid is not None:
            answer["unionid"] = person.unionid
        self.write_json(answer)


class StableTokenRequest(msgspec.Struct):
    """Body of stable_token."""

    grant_type: str
    appid: str
    secret: str
    force_refresh: bool = False


class StableTokenHandler(WechatHandler):
    """The access token."""

    @override
    async def post(self) -> None:
        asked = self.read_body(StableTokenRequest)
        if asked.grant_type != "client_credential":
            raise WechatError(40002, "invalid grant_type")
        self.require_app(asked.appid, asked.secret)
        token, left_s = self.world.people.tokens.stable(force=asked.force_refresh, now_s=now_s())
        self.write_json({"access_token": token, "expires_in": left_s})


class PhoneRequest(msgspec.Struct):
    """Body of getuserphonenumber."""

    code: str


class PhoneNumberHandler(WechatHandler):
    """The number behind the code of a getPhoneNumber button."""

    @override
    async def post(self) -> None:
        at_s = now_s()
        self.world.people.tokens.require(self.get_query_argument("access_token", ""), at_s)
        number = self.world.people.phone_codes.redeem(self.read_body(PhoneRequest).code, at_s)
        phone = {
            "phoneNumber": number,
            "purePhoneNumber": number,
            "countryCode": "86",
            "watermark": {"timestamp": int(at_s), "appid": self.world.identity.file.appid},
        }
        self.write_json({"errcode": 0, "errmsg": "ok", "phone_info": phone})


class MessageRequest(msgspec.Struct):
    """Body of subscribeMessage.send."""

    touser: str
    template_id: str
    data: dict[str, dict[str, str]]
    page: str = ""
    lang: str = "zh_CN"
    miniprogram_state: str = "formal"


class MessageHandler(WechatHandler):
    """One subscribe message; what the person allowed in WeChat's own question is spent by it."""

    switches = WECHAT_FAULTS | {"accept_then_drop"}

    @override
    async def post(self) -> None:
        self.world.people.tokens.require(self.get_query_argument("access_token", ""), now_s())
        asked = self.read_body(MessageRequest)
        if not self.world.people.subscriptions.spend(asked.touser, asked.template_id):
            raise WechatError(43101, "user refuse to accept the msg")
        if any(
            len(one["value"]) > LONGEST_THING for key, one in asked.data.items() if key.startswith("thing")
        ):
            raise WechatError(47003, "argument invalid")
        self.world.people.subscriptions.told.append(msgspec.to_builtins(asked))
        if self.is_dropped:
            self.detach().close()
            return
        self.write_json({"errcode": 0, "errmsg": "ok"})


URLS = [
    (r"/cgi-bin/message/subscribe/send", MessageHandler),
    (r"/sns/jscode2session", CodeToSessionHandler),
    (r"/cgi-bin/stable_token", StableTokenHandler),
    (r"/wxa/business/getuserphonenumber", PhoneNumberHandler),
]
