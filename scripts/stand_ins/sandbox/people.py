"""Login codes, phone codes and access tokens of the mini-program API, in memory, with their published lives."""

import re
import secrets
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from scripts.stand_ins.sandbox.errors import WechatError, param_error

CODE_LIFE_S = 300
MAX_CODES = 100_000
TOKEN_LIFE_S = 7200
TOKEN_RENEWED_EARLY_S = 300
FORCED_GAP_S = 30
FORCED_PER_DAY = 20
DAY_S = 86_400
MOST_TOLD = 1_000
SAMPLE_PHONE_NUMBER = "13800138000"

_OPENID = re.compile(r"[0-9A-Za-z_-]{1,128}")
_PHONE = re.compile(r"1[0-9]{10}")
ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands behind a login code."""

    openid: str
    unionid: str | None


@dataclass(slots=True)
class _Code(Generic[ValueT]):
    value: ValueT
    minted_s: float
    is_used: bool = False


class OneUseCodes(Generic[ValueT]):
    """Codes minted here, good once and for five minutes. The newest `MAX_CODES` are remembered."""

    def __init__(self) -> None:
        self._codes: OrderedDict[str, _Code[ValueT]] = OrderedDict()

    def mint(self, value: ValueT, now_s: float) -> str:
        """A new code for `value`."""
        code = secrets.token_hex(16)
        self._codes[code] = _Code(value, now_s)
        if len(self._codes) > MAX_CODES:
            self._codes.popitem(last=False)
        return code

    def redeem(self, text: str, now_s: float) -> ValueT:
        """What the code was minted for; WechatError 40163 when used, 40029 when unknown or too old."""
        code = self._codes.get(text)
        if code is None or now_s - code.minted_s > CODE_LIFE_S:
            raise WechatError(40029, "invalid code")
        if code.is_used:
            raise WechatError(40163, "code been used")
        code.is_used = True
        return code.value


class AccessTokens:
    """stable_token: the same token until five minutes before its end; the old one lives those out."""

    def __init__(self) -> None:
        self._ends_s: dict[str, float] = {}
        self._current = ""
        self._forced_s: deque[float] = deque(maxlen=FORCED_PER_DAY)

    def stable(self, *, force: bool, now_s: float) -> tuple[str, int]:
        """The token and the seconds it has left. Forced: a new one, and the old ones end at once."""
        if force:
            self._allow_forced(now_s)
            self._ends_s.clear()
        left_s = self._ends_s.get(self._current, 0) - now_s
        if left_s <= TOKEN_RENEWED_EARLY_S:
            self._ends_s = {token: end for token, end in self._ends_s.items() if end > now_s}
            self._current = secrets.token_urlsafe(100)
            self._ends_s[self._current] = now_s + TOKEN_LIFE_S
            left_s = TOKEN_LIFE_S
        return self._current, int(left_s)

    def require(self, token: str, now_s: float) -> None:
        """WechatError 41001 without one, 40001 for one that is not ours or was replaced, 42001 for one too old."""
        if not token:
            raise WechatError(41001, "access_token missing")
        end_s = self._ends_s.get(token)
        if end_s is None:
            raise WechatError(40001, "invalid credential, access_token is invalid or not latest")
        if end_s <= now_s:
            raise WechatError(42001, "access_token expired")

    def _allow_forced(self, now_s: float) -> None:
        if len(self._forced_s) == FORCED_PER_DAY and now_s - self._forced_s[0] < DAY_S:
            raise WechatError(45009, "reach max api daily quota limit")
        if self._forced_s and now_s - self._forced_s[-1] < FORCED_GAP_S:
            raise WechatError(45011, "api minute-quota reach limit, must slower, retry next minute")
        self._forced_s.append(now_s)


class Subscriptions:
    """What people allowed, once for each time they were asked, and the newest messages that came through."""

    def __init__(self) -> None:
        self._allowed: dict[tuple[str, str], int] = {}
        self.told: deque[object] = deque(maxlen=MOST_TOLD)

    def allow(self, openid: str, template_id: str) -> None:
        """One more message of this template."""
        self._allowed[openid, template_id] = self._allowed.get((openid, template_id), 0) + 1

    def spend(self, openid: str, template_id: str) -> bool:
        """Whether one was allowed; it is spent."""
        left = self._allowed.get((openid, template_id), 0)
        if left:
            self._allowed[openid, template_id] = left - 1
        return left > 0


class People:
    """Codes of the people who use the mini-program, and the merchant's tokens."""

    def __init__(self) -> None:
        self.login_codes: OneUseCodes[Person] = OneUseCodes()
        self.phone_codes: OneUseCodes[str] = OneUseCodes()
        self.tokens = AccessTokens()
        self.subscriptions = Subscriptions()


def person(openid: str | None, unionid: str | None) -> Person:
    """Who has this openid, or a new one; PayError 400 for ids that WeChat cannot have made."""
    openid = "o" + secrets.token_urlsafe(21)[:27] if openid is None else openid
    for text in (openid, unionid):
        if text is not None and not _OPENID.fullmatch(text):
            raise param_error("openid 和 unionid 只能是 1–128 位字母、数字、下划线或短横线")
    return Person(openid, unionid)


def phone_number(text: str | None) -> str:
    """The number given or the sample one; PayError 400 when it is not one of mainland China."""
    number = text or SAMPLE_PHONE_NUMBER
    if not _PHONE.fullmatch(number):
        raise param_error("phone_number 应为 11 位手机号")
    return number
