"""What a payment channel says about one of our payments, in our words; services compare it with the row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Merchant: TypeAlias = Mapping[str, str]
"""Who is paid, by the names the channel has for it; ours and a trade's are compared name by name."""


class TradeState(StrEnum):
    """`missing`: the channel does not know the number. `failed`: the bank refused; it may be tried again."""

    PAID = "paid"
    UNPAID = "unpaid"
    CLOSED = "closed"
    REFUNDED = "refunded"
    FAILED = "failed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTrade:
    """Proven by the channel's signature (but `missing`, which channels leave unsigned).

    Of a paid or refunded trade every field is set; of others the channel may leave some out (None). `payer` is who paid,
    as the channel names them, where it says so.
    """

    payment_no: str
    state: TradeState
    merchant: Merchant
    amount_fen: int | None = None
    currency: str | None = None
    transaction_no: str | None = None
    paid_at: datetime | None = None
    payer: str | None = None


class ChannelRefundState(StrEnum):
    """`missing`: the channel does not know the number. `closed`: it gave the refund up, nothing went back.

    `abnormal`: it took the refund and cannot pay it out (the payer's card is gone).
    """

    PROCESSING = "processing"
    DONE = "done"
    CLOSED = "closed"
    ABNORMAL = "abnormal"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRefund:
    """What a channel says of one part of a refund, as proven as a `ChannelTrade`.

    Of all but a missing one the amount is set. `merchant` holds the names that were told, none in an answer to our own
    request; `payment_no` is None where the channel does not name it.
    """

    part_no: str
    state: ChannelRefundState
    merchant: Merchant
    payment_no: str | None = None
    amount_fen: int | None = None
    channel_refund_no: str | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNotify:
    """A proven notify. `trade` or `refund` is what it reports; one with neither is answered 200 and dropped."""

    notify_id: str
    event_type: str
    trade: ChannelTrade | None
    refund: ChannelRefund | None = None
