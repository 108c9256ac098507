"""WeChat mini-program server API: turns a `wx.login` code into a person's identities (openid, unionid).

Built on wechatpy 1.8.18, hardened: no retry of its own, bounded, and no error or log carries the secret.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeGuard

import structlog
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from backend.domain.errors import ChannelUnavailable, DomainError, InvalidLoginCode
from backend.domain.identity import Identity, IdentityKind
from backend.domain.phone import is_phone
from backend.gateways.outbound_session import OutboundSession, TransportError, check_base

MAX_ID_CHARS = 64
_CODE = re.compile(r"[0-9A-Za-z_-]{1,128}")
_BAD_CODE, _USED_CODE = 40029, 40163
_MAINLAND = "86"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatSettings:
    """`allow_insecure` admits an http:// base. ValueError when something is missing or unsafe."""

    appid: str
    secret: str = field(repr=False)
    api_base: str = "https://api.weixin.qq.com"
    allow_insecure: bool = False

    def __post_init__(self) -> None:
        if not self.appid or not self.secret:
            raise ValueError("The WeChat settings need appid and secret.")
        check_base(self.api_base, allow_insecure=self.allow_insecure)


class WechatGateway:
    """Safe to share between threads; each call takes at most about ten seconds."""

    def __init__(self, settings: WechatSettings) -> None:
        self._settings = settings
        self._base = check_base(settings.api_base, allow_insecure=settings.allow_insecure)
        self._client = _HardenedClient(settings.appid, settings.secret, self._base)

    def identify(self, code: str) -> tuple[Identity, ...]:
        """Spend a login code (5 minutes, one use): the person in this mini-program, then the union if WeChat says it.

        The session_key that comes along is dropped: it must never leave, so it is not kept.
        InvalidLoginCode: malformed, unknown or used. ChannelUnavailable: WeChat cannot be asked now.
        Source: auth.code2Session of the mini-program server API.
        """
        if not _CODE.fullmatch(code):
            raise InvalidLoginCode
        answer = self._ask(code)
        if isinstance(answer, dict):
            openid, unionid = answer.get("openid"), answer.get("unionid") or None
            if _is_id(openid) and (unionid is None or _is_id(unionid)):
                proven = Identity(IdentityKind.WECHAT_MINI_PROGRAM, openid)
                return (proven, Identity(IdentityKind.WECHAT_UNION, unionid)) if unionid else (proven,)
        _log.warning("wechat_login_unreadable")
        raise ChannelUnavailable

    def find_phone(self, code: str) -> str:
        """Spend the code of a getPhoneNumber button (5 minutes, one use): the number, which is in no log.

        InvalidLoginCode: malformed, unknown or used, or a number from elsewhere. ChannelUnavailable: cannot be asked now.
        Source: getStableAccessToken, getPhoneNumber of the mini-program server API.
        """
        if not _CODE.fullmatch(code):
            raise InvalidLoginCode
        app = {
            "grant_type": "client_credential",
            "appid": self._settings.appid,
            "secret": self._settings.secret,
        }
        token = self._call(
            lambda: self._client.post(f"{self._base}/cgi-bin/stable_token", params=[], data=app)
        )
        access = token.get("access_token") if isinstance(token, dict) else None
        if not isinstance(access, str) or not access:
            _log.warning("wechat_token_unreadable")
            raise ChannelUnavailable
        answer = self._call(
            lambda: self._client.post(
                f"{self._base}/wxa/business/getuserphonenumber",
                params=[("access_token", access)],
                data={"code": code},
            )
        )
        told = answer.get("phone_info") if isinstance(answer, dict) else None
        if not isinstance(told, dict) or not isinstance(told.get("purePhoneNumber"), str):
            _log.warning("wechat_phone_unreadable")
            raise ChannelUnavailable
        if told.get("countryCode") != _MAINLAND or not is_phone(told["purePhoneNumber"]):
            raise InvalidLoginCode
        return str(told["purePhoneNumber"])

    def _ask(self, code: str) -> object:
        # A list of pairs keeps wechatpy from fetching and sending an access token along.
        query = [
            ("appid", self._settings.appid),
            ("secret", self._settings.secret),
            ("js_code", code),
            ("grant_type", "authorization_code"),
        ]
        return self._call(lambda: self._client.get(f"{self._base}/sns/jscode2session", params=query))

    def _call(self, ask: Callable[[], object]) -> object:
        try:
            answer = ask()
        except WeChatClientException as error:
            refusal = _refusal(error.errcode)
        except TransportError as failure:
            _log.warning("wechat_login_unreachable", reason=failure.reason)
            refusal = ChannelUnavailable()
        except Exception as error:  # noqa: BLE001 - whatever a strange answer makes the library trip over
            _log.warning("wechat_login_unreadable", error=type(error).__name__)
            refusal = ChannelUnavailable()
        else:
            return answer
        raise refusal  # outside the handlers: their context would carry the URL with the secret


class _HardenedClient(WeChatClient):  # type: ignore[misc] # wechatpy has no types
    """`auto_retry` off: on a persistent 40001 the library recurses until the stack ends."""

    def __init__(self, appid: str, secret: str, base: str) -> None:
        super().__init__(appid, secret, auto_retry=False)
        self._http = OutboundSession()
        self.API_BASE_URL = f"{base}/cgi-bin/"
        self.wxa.API_BASE_URL = f"{base}/"


def _refusal(errcode: int | None) -> DomainError:
    if errcode in (_BAD_CODE, _USED_CODE):
        return InvalidLoginCode()
    _log.warning("wechat_login_refused", errcode=errcode)  # busy, a limit, or our appid and secret are wrong
    return ChannelUnavailable()


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID_CHARS
