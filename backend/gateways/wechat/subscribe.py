"""WeChat subscribe messages (一次性订阅消息): the access token, and one send that is believed to the letter.

An errcode is an answer: nothing was sent. No answer is unknown, and is never repeated here or elsewhere.
Source: stable_token and subscribeMessage.send of the mini-program server API.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog

from backend.domain.driver_message import MessageKind
from backend.domain.identity import IdentityKind
from backend.gateways.clock import monotonic_s
from backend.gateways.message_sender import Sent, Words
from backend.gateways.outbound_session import OutboundSession, TransportError, check_base
from backend.gateways.wechat.mini_program import WechatSettings

MAX_THING_CHARS: Final = 20
"""Of a `thing`; longer ones are refused whole."""
_TOKEN_EARLY_S: Final = 300
_TOKEN_GONE: Final = frozenset({40001, 40014, 42001})
_REFUSED: Final = 43101
# a template, page or field that WeChat will not know the next time either; anything else may pass
_NEVER: Final = frozenset({40003, 40037, 41028, 41030, 43108, 47003})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """`fields`: our name of a value → its keyword in the template (`thing1`, `amount2`, `time3`)."""

    template_id: str
    fields: Mapping[str, str]


def read_template(line: str) -> Template:
    """`TEMPLATE_ID place=thing1 amount=amount2`: the id, then which of our values goes into which keyword. ValueError."""
    template_id, *parts = line.split()
    fields = dict(part.split("=", 1) for part in parts if "=" in part)
    if not fields or len(fields) != len(parts) or not fields.keys() <= {"place", "amount", "time", "note"}:
        raise ValueError(
            "A template is its id and, behind it, place=thing1 amount=amount2 time=time3 note=thing4 or some of these."
        )
    return Template(template_id=template_id, fields=fields)


class _Answer(msgspec.Struct):
    errcode: int = 0
    access_token: str = ""
    expires_in: int = 0


class WechatMessages:
    """A MessageSender."""

    def __init__(self, settings: WechatSettings, templates: Mapping[MessageKind, Template]) -> None:
        self._settings = settings
        self._base = check_base(settings.api_base, allow_insecure=settings.allow_insecure)
        self._templates = dict(templates)
        self._http = OutboundSession()
        self._lock = threading.Lock()
        self._token = ""
        self._token_ends_s = 0.0

    @property
    def reader_kind(self) -> IdentityKind:
        """The person in our mini-program."""
        return IdentityKind.WECHAT_MINI_PROGRAM

    @property
    def templates(self) -> Mapping[MessageKind, str]:
        """Those that are configured."""
        return {kind: template.template_id for kind, template in self._templates.items()}

    def send(self, *, kind: MessageKind, to: str, words: Words) -> tuple[Sent, str]:
        """Send one; a token that WeChat has replaced is fetched anew, once."""
        body = self._body(kind, to, words)
        for is_again in (False, True):
            token = self._get_token(is_fresh=is_again)
            if not token:
                return Sent.NOT_NOW, "no_token"
            found = self._call("message/subscribe/send", body, token)
            if isinstance(found, Sent):
                return found, "no_answer"
            if found.errcode not in _TOKEN_GONE:
                return _outcome(found.errcode)
        return Sent.NOT_NOW, "token_refused"

    def _body(self, kind: MessageKind, to: str, words: Words) -> dict[str, object]:
        template = self._templates[kind]
        values = {"place": words.place, "amount": words.amount, "time": words.time, "note": words.note}
        return {
            "touser": to,
            "template_id": template.template_id,
            "page": words.page,
            "lang": "zh_CN",
            "data": {
                keyword: {"value": _fitted(keyword, values[name])}
                for name, keyword in template.fields.items()
            },
        }

    def _get_token(self, *, is_fresh: bool) -> str:
        with self._lock:
            if is_fresh:
                self._token = ""
            if self._token and monotonic_s() < self._token_ends_s:
                return self._token
            asked = {
                "grant_type": "client_credential",
                "appid": self._settings.appid,
                "secret": self._settings.secret,
                # what we hold was refused: the same again would be, too
                "force_refresh": is_fresh,
            }
            found = self._call("stable_token", asked, "")
            if isinstance(found, Sent) or not found.access_token:
                _log.warning(
                    "wechat_token_missing", errcode=None if isinstance(found, Sent) else found.errcode
                )
                return ""
            self._token = found.access_token
            self._token_ends_s = monotonic_s() + max(0, found.expires_in - _TOKEN_EARLY_S)
            return self._token

    def _call(self, path: str, body: Mapping[str, object], token: str) -> _Answer | Sent:
        query = {"access_token": token} if token else {}
        try:
            answer = self._http.post(
                f"{self._base}/cgi-bin/{path}",
                params=query,
                data=msgspec.json.encode(body),
                headers={"Content-Type": "application/json"},
            )
            if answer.status_code != 200:  # noqa: PLR2004 - HTTP OK
                return Sent.UNKNOWN
            return msgspec.json.decode(answer.content, type=_Answer)
        except TransportError as failure:
            return Sent.UNKNOWN if failure.sent else Sent.NOT_NOW
        except msgspec.MsgspecError:
            return Sent.UNKNOWN


def _outcome(errcode: int) -> tuple[Sent, str]:
    if errcode == 0:
        return Sent.DONE, ""
    if errcode == _REFUSED:
        return Sent.REFUSED, str(errcode)
    _log.warning("wechat_message_refused", errcode=errcode)
    return (Sent.NEVER if errcode in _NEVER else Sent.NOT_NOW), str(errcode)


def _fitted(keyword: str, value: str) -> str:
    return value[:MAX_THING_CHARS] if keyword.startswith("thing") else value
