"""The messages between piles and the bridge as typed structs with ranges (pile protocol over MQTT, version 1).

Decides whether a payload is well formed; whether it is true is for the services. Unknown fields are ignored.
"""

import re
from datetime import datetime
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias, get_args

import msgspec
from msgspec import Meta, Struct

from backend.domain.command import CommandKind
from backend.domain.connector import ConnectorStatus
from backend.domain.meter_sample import Count, MeterSample, Register
from mqtt_bridge import topics

MAX_PAYLOAD_BYTES: Final = 16 * 1024
MAX_DEPTH: Final = 8
MAX_BOOT: Final = 2**40 - 1
MAX_SEQ: Final = 2**53
MIN_YEAR: Final = 1970
MAX_YEAR: Final = 2099
MAX_GUN: Final = 99
MAX_SEGMENTS: Final = 64
MAX_FAULT_CODES: Final = 32
MAX_CAPABILITIES: Final = 64
MAX_DETAIL: Final = 300

# printable ASCII without spaces: safe in every column, log line and topic
Id: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[!-~]+\Z")]
SessionNo: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[!-~]+\Z")]
Code: TypeAlias = Annotated[str, Meta(max_length=64)]
Name: TypeAlias = Annotated[str, Meta(max_length=50)]
Word: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[!-+\--~]+\Z")]  # no comma
At: TypeAlias = Annotated[datetime, Meta(tz=True)]
FenE4: TypeAlias = Annotated[int, Meta(ge=0, le=10**15)]
Gun: TypeAlias = Annotated[int, Meta(ge=1, le=MAX_GUN)]


class UpMessage(Struct, kw_only=True, gc=False, frozen=True):
    """The envelope; `pile_no` is optional and must then repeat the topic's, which alone is believed."""

    id: Id
    at: At
    seq: Annotated[int, Meta(ge=0, le=MAX_SEQ)]
    boot: Annotated[int, Meta(ge=0, le=MAX_BOOT)]
    replayed: bool = False
    pile_no: str | None = None


class Online(UpMessage, kw_only=True, gc=False, frozen=True):
    """Birth and will; `conn` is fixed at connect."""

    online: bool
    conn: Id


class Boot(UpMessage, kw_only=True, frozen=True):
    """`capabilities`: the kinds of commands it takes; without `set_limit` it keeps the limit of its start."""

    vendor: Name = ""
    model: Name = ""
    firmware: Name = ""
    capabilities: Annotated[list[Word], Meta(max_length=MAX_CAPABILITIES)] = []


class Heartbeat(UpMessage, kw_only=True, gc=False, frozen=True):
    uptime_s: Count = 0


class ConnectorMessage(UpMessage, kw_only=True, gc=False, frozen=True):
    connector: Gun


class Status(ConnectorMessage, kw_only=True, frozen=True):
    status: ConnectorStatus
    plugged: bool
    fault_codes: Annotated[list[Word], Meta(max_length=MAX_FAULT_CODES)] = []


class _OfSession(ConnectorMessage, kw_only=True, gc=False, frozen=True):
    session_no: SessionNo


if TYPE_CHECKING:

    class Meter(_OfSession, MeterSample):  # type: ignore[misc]  # structs with fields cannot be joined at run time
        """A sample of a running session, its fields flat in the message."""

else:
    Meter = msgspec.defstruct(
        "Meter",
        [
            (field.name, field.type, None) if NoneType in get_args(field.type) else (field.name, field.type)
            for field in msgspec.structs.fields(MeterSample)
        ],
        bases=(_OfSession,),
        module=__name__,
        kw_only=True,
        gc=False,
        frozen=True,
    )


class SessionStarted(ConnectorMessage, kw_only=True, gc=False, frozen=True):
    session_no: SessionNo
    register_wh: Register


class SegmentPart(Struct, kw_only=True, gc=False, frozen=True):
    from_at: At
    to_at: At
    energy_wh: Register


class SessionEnded(ConnectorMessage, kw_only=True, frozen=True):
    """The final record; `stop_reason` is free text here, for an unknown one must not lose the record."""

    session_no: SessionNo
    started_at: At
    ended_at: At
    register_start_wh: Register
    register_end_wh: Register
    segments: Annotated[list[SegmentPart], Meta(max_length=MAX_SEGMENTS)] = []
    stop_reason: Code = ""
    raw_stop_code: Code = ""
    reported_fen_e4: FenE4 | None = None


class Reply(UpMessage, kw_only=True, gc=False, frozen=True):
    command_id: Id
    result: Literal["accepted", "done", "rejected", "failed"]
    reason: Annotated[str, Meta(max_length=200)] = ""


class CommandDown(Struct, kw_only=True, omit_defaults=True):
    """An act asked of a pile."""

    id: str
    kind: CommandKind
    params: dict[str, Any]
    expires_at: datetime | None = None


class RefusedId(Struct, frozen=True, omit_defaults=True):
    """`boot` and `seq` tell which message of that id is meant."""

    id: str
    code: str
    boot: int | None = None
    seq: int | None = None


class ReceiptDown(Struct, kw_only=True, omit_defaults=True):
    """`ids` are durable here; `refused` were quarantined: the pile keeps them and stops sending."""

    ids: list[str]
    refused: list[RefusedId] = []


class DecodeError(Exception):
    """A message that cannot be taken: `reason` is the quarantine's, `detail` says where."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


KINDS: Final[dict[str, type[UpMessage]]] = {
    "online": Online,
    "boot": Boot,
    "heartbeat": Heartbeat,
    "status": Status,
    "meter": Meter,
    "session_started": SessionStarted,
    "session_ended": SessionEnded,
    "reply": Reply,
}
RECEIPTED: Final = frozenset(
    {"session_started", "session_ended", "alarm", "reply", "authorize", "config_applied"}
)
"""Kinds a pile keeps until `down/receipt` names them, also those this release does not take."""

_DECODERS: Final = {kind: msgspec.json.Decoder(shape).decode for kind, shape in KINDS.items()}
_MARKS: Final = re.compile(rb'\\.|["\[{\]}]', re.DOTALL)


class _Envelope(Struct):
    id: Id


_decode_envelope = msgspec.json.Decoder(_Envelope).decode


def decode(topic: str, payload: bytes) -> UpMessage:
    """The typed message behind a payload. Raises DecodeError, and nothing else, whatever the bytes are.

    Reasons: bad_topic, unknown_message, oversize, too_deep, malformed, wrong_identity, bad_time.
    """
    parsed = topics.parse_up(topic)
    if parsed is None:
        raise DecodeError("bad_topic", topic[:MAX_DETAIL])
    pile_no, kind = parsed
    decoder = _DECODERS.get(kind)
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise DecodeError("oversize", f"{len(payload)} bytes")
    if decoder is None:
        raise DecodeError("unknown_message", kind[:MAX_DETAIL])
    if payload.count(b"{") + payload.count(b"[") > MAX_DEPTH and _depth(payload) > MAX_DEPTH:
        raise DecodeError("too_deep", f"more than {MAX_DEPTH} levels")
    try:
        message = decoder(payload)
    except ValueError as error:  # msgspec's errors and UnicodeDecodeError
        raise DecodeError("malformed", str(error)[:MAX_DETAIL]) from None
    if message.pile_no is not None and message.pile_no != pile_no:
        raise DecodeError("wrong_identity", f"payload of {message.pile_no[:MAX_DETAIL]}")
    _check_times(message)
    return message


def find_id(payload: bytes) -> str | None:
    """The id of a message that is otherwise refused, so that the refusal can name it."""
    if len(payload) > MAX_PAYLOAD_BYTES or _depth(payload) > MAX_DEPTH:
        return None
    try:
        return _decode_envelope(payload).id
    except ValueError:
        return None


def _check_times(message: UpMessage) -> None:
    """Years outside these would not fit the database or overflow when turned into UTC."""
    times = [message.at]
    if isinstance(message, SessionEnded):
        times += [message.started_at, message.ended_at]
        times += [time for segment in message.segments for time in (segment.from_at, segment.to_at)]
    for time in times:
        if not MIN_YEAR <= time.year <= MAX_YEAR:
            raise DecodeError("bad_time", f"year {time.year}")


def _depth(payload: bytes) -> int:
    """How deeply brackets outside strings are nested, counted until just past the limit."""
    depth = deepest = 0
    in_string = False
    for match in _MARKS.finditer(payload):
        mark = match.group()
        if mark == b'"':
            in_string = not in_string
        elif in_string or len(mark) > 1:
            continue
        elif mark in b"[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MAX_DEPTH:
                break
        else:
            depth -= 1
    return deepest
