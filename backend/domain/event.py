"""Events (事件): facts in the past tense that upper rooms hear of, and what each kind of them says.

A kind has one struct: its values are what a consumer may rely on, so a field is added, never renamed or given another
meaning, and has a default when it is added. Everything else a consumer asks of the rows that the event names.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from backend.domain.session import FailureReason, StopReason


class EventKind(StrEnum):
    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    SESSION_FAILED = "session_failed"
    SESSION_PUT_IN_REVIEW = "session_put_in_review"
    # also told of a provisional order once its true record agrees with it
    ORDER_SETTLED = "order_settled"
    ORDER_CORRECTED = "order_corrected"
    IDLE_FEE_BILLED = "idle_fee_billed"
    IDLE_FEE_WAIVED = "idle_fee_waived"
    PAYMENT_PAID = "payment_paid"
    PILE_CAME_ONLINE = "pile_came_online"
    PILE_WENT_OFFLINE = "pile_went_offline"
    # its boot counter began anew: its memory was lost or its board replaced
    PILE_LOST_ITS_COUNTER = "pile_lost_its_counter"


class ObjectKind(StrEnum):
    """Whose number an event's `object_no` is."""

    SESSION = "session"
    ORDER = "order"
    PAYMENT = "payment"
    PILE = "pile"


class SessionStarted(msgspec.Struct, frozen=True, kw_only=True):
    started_at: datetime


class SessionEnded(msgspec.Struct, frozen=True, kw_only=True):
    """Told with the `OrderSettled` of its order, which is written in the same transaction."""

    ended_at: datetime
    stop_reason: StopReason | None
    energy_wh: int


class SessionFailed(msgspec.Struct, frozen=True, kw_only=True):
    reason: FailureReason


class SessionPutInReview(msgspec.Struct, frozen=True, kw_only=True):
    """`reason` is the session's `review_reason`."""

    reason: str


class OrderSettled(msgspec.Struct, frozen=True, kw_only=True):
    """`ended_before` is when it ended until now, of one that was billed provisionally."""

    session_no: str
    total_fen: int
    debt_fen: int
    is_provisional: bool
    ended_before: datetime | None = None


class OrderCorrected(msgspec.Struct, frozen=True, kw_only=True):
    """What the order asks now, what it asked before, and when it ended before."""

    session_no: str
    total_fen: int
    total_before_fen: int
    ended_before: datetime | None = None


class IdleFeeBilled(msgspec.Struct, frozen=True, kw_only=True):
    """Told of the idle fee's own order."""

    session_no: str
    fee_fen: int


class IdleFeeWaived(msgspec.Struct, frozen=True, kw_only=True):
    """Told of the idle fee's own order, which asks nothing now."""

    session_no: str
    fee_before_fen: int


class PaymentPaid(msgspec.Struct, frozen=True, kw_only=True):
    driver_no: str
    amount_fen: int


class PileCameOnline(msgspec.Struct, frozen=True, kw_only=True):
    station_no: str


class PileWentOffline(msgspec.Struct, frozen=True, kw_only=True):
    """`is_silent`: nothing was heard of it for 90 s; else its connection ended."""

    station_no: str
    is_silent: bool


class PileLostItsCounter(msgspec.Struct, frozen=True, kw_only=True):
    """The pile's own numbers of its boots, before and now: the same where it lost those of its messages within a boot."""

    last_boot: int
    boot: int


Detail: TypeAlias = (
    SessionStarted
    | SessionEnded
    | SessionFailed
    | SessionPutInReview
    | OrderSettled
    | OrderCorrected
    | IdleFeeBilled
    | IdleFeeWaived
    | PaymentPaid
    | PileCameOnline
    | PileWentOffline
    | PileLostItsCounter
)

SHAPES: Final[Mapping[EventKind, tuple[ObjectKind, type[Detail]]]] = {
    EventKind.SESSION_STARTED: (ObjectKind.SESSION, SessionStarted),
    EventKind.SESSION_ENDED: (ObjectKind.SESSION, SessionEnded),
    EventKind.SESSION_FAILED: (ObjectKind.SESSION, SessionFailed),
    EventKind.SESSION_PUT_IN_REVIEW: (ObjectKind.SESSION, SessionPutInReview),
    EventKind.ORDER_SETTLED: (ObjectKind.ORDER, OrderSettled),
    EventKind.ORDER_CORRECTED: (ObjectKind.ORDER, OrderCorrected),
    EventKind.IDLE_FEE_BILLED: (ObjectKind.ORDER, IdleFeeBilled),
    EventKind.IDLE_FEE_WAIVED: (ObjectKind.ORDER, IdleFeeWaived),
    EventKind.PAYMENT_PAID: (ObjectKind.PAYMENT, PaymentPaid),
    EventKind.PILE_CAME_ONLINE: (ObjectKind.PILE, PileCameOnline),
    EventKind.PILE_WENT_OFFLINE: (ObjectKind.PILE, PileWentOffline),
    EventKind.PILE_LOST_ITS_COUNTER: (ObjectKind.PILE, PileLostItsCounter),
}
"""Whose number an event of this kind names, and the struct of what it says."""

_KINDS: Final = {shape[1]: kind for kind, shape in SHAPES.items()}


def kind_of(detail: Detail) -> EventKind:
    """The kind of event that says this."""
    return _KINDS[type(detail)]


def decode_detail(kind: EventKind, text: str) -> Detail:
    """What an event of this kind says; fields of a newer program are passed over. Raises msgspec.ValidationError."""
    return msgspec.json.decode(text, type=SHAPES[kind][1])
