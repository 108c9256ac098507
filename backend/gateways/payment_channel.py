"""A payment channel as services see it: the same few calls whichever it is, its own words behind them.

Opaque to services, kept and compared or handed on and never read: the handle, the pay parameters, the merchant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from backend.domain.channel_account import CheckResult
from backend.domain.identity import IdentityKind
from backend.gateways.channel_trade import ChannelNotify, ChannelRefund, ChannelTrade, Merchant


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPayment:
    """What a channel has to know of a payment of ours. `payer_key` is of the channel's own `payer_kind`.

    `return_url`: where a browser is led back to; empty: where the channel's settings say.
    """

    payment_no: str
    amount_fen: int
    description: str
    payer_key: str | None
    expires_at: datetime
    return_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRefund:
    """One part of a refund: `part_no` is its own number, the same with every repetition.

    `transaction_no` is the channel's number of the payment, `paid_fen` what was paid by it.
    """

    part_no: str
    payment_no: str
    transaction_no: str
    amount_fen: int
    paid_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class CheckedChannel:
    """What a call told of our keys; `reason` is the channel's own code of a refusal."""

    result: CheckResult
    reason: str = ""


class PayParams(Protocol):
    """A struct with what the phone hands to the channel's own payment call; its fields are the channel's.

    The contract shows one of several (`backend.api.openapi`). No tag tells them apart: whoever asks names the
    channel, and a tag would be a field that published mini-programs do not know.
    """

    __struct_fields__: ClassVar[tuple[str, ...]]


class PaymentChannel(Protocol):
    """Safe to share between threads; a call takes at most about ten seconds and never runs in a transaction.

    Calls that go out raise ChannelUnavailable when the channel surely did nothing (not reached, or refused) and
    ChannelOutcomeUnknown when it may have acted: keep the row pending and query the same number.
    """

    @property
    def merchant(self) -> Merchant:
        """Who we are there: a trade that says another is not ours."""
        ...

    @property
    def payer_kind(self) -> IdentityKind | None:
        """The identity by which the channel knows who pays; None where anybody may."""
        ...

    def ask_for(self, payment: AskedPayment) -> str:
        """Have the channel hold the payment; the handle to pay it by, at most HANDLE_CHARS, perhaps empty.

        The same number and input may be sent again. ChannelUnavailable also where `payer_key` is needed and None.
        """
        ...

    def pay_params(self, payment: AskedPayment, handle: str, now: datetime) -> PayParams:
        """What the phone pays with, made anew each time. No network call."""
        ...

    def query(self, payment_no: str) -> ChannelTrade:
        """What the channel knows of a payment; state `missing` when it never took it."""
        ...

    def close(self, payment_no: str) -> None:
        """Make sure nobody can pay this number any more; closed or unknown to the channel is done too."""
        ...

    @property
    def refund_gap_s(self) -> int:
        """The least time between two refunds of one payment; 0 where the channel asks for none."""
        ...

    def refund(self, refund: AskedRefund) -> ChannelRefund:
        """Have the channel pay back; the same number and input may be sent again, and is one refund.

        Raises RefundRefused(reason) where the channel will never take it (too old, too many, a payment it does not
        have): it may have taken it before all the same, so `find_refund` is asked then. ChannelUnavailable where it may
        take it later (too often, too little money of ours there).
        """
        ...

    def find_refund(self, refund: AskedRefund) -> ChannelRefund:
        """What the channel knows of this part; state `missing` when it never took it."""
        ...

    def check(self, payment_no: str) -> CheckedChannel:
        """Ask about a number that was never asked for: only right keys learn that there is no such payment. Raises nothing."""
        ...

    def renew_proofs(self, now: datetime) -> None:
        """Fetch what proves the channel's words, where it is fetched at all and it is time; a failure waits for the next."""
        ...

    def verify_notify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> ChannelNotify:
        """The proven content of a notify; NotifyRejected(reason) for anything else. No network call."""
        ...
