"""Ledger 分录: who has an account, and the balanced entries of the product (docs/money.md, "Ledger").

Sign: a posting is credit-positive, so a driver's available of +100 is owed to him, a channel's clearing of
-100 is owed to us, and debt is negative on the driver's debt account. Balances are the callers' to guard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend.domain.errors import AmountOutOfRange, UnbalancedEntry
from backend.domain.payment import Channel
from backend.domain.settlement import Settlement, settle
from backend.domain.units import Fen

PLATFORM_KEY: Final = "platform"
MAX_ENTRY_FEN: Final = 100_000_000
"""A million yuan: no entry of the product moves more."""


class OwnerKind(StrEnum):
    DRIVER = "driver"
    OPERATOR = "operator"
    CHANNEL = "channel"
    PLATFORM = "platform"


class AccountKind(StrEnum):
    AVAILABLE = "available"
    HELD = "held"
    GIFT_AVAILABLE = "gift_available"
    GIFT_HELD = "gift_held"
    REFUND_PENDING = "refund_pending"
    PREPAID_HELD = "prepaid_held"
    DEBT = "debt"
    CLEARING = "clearing"
    CHANNEL_FEE = "channel_fee"
    ELECTRICITY_INCOME = "electricity_income"
    SERVICE_INCOME = "service_income"
    IDLE_INCOME = "idle_income"
    PAYABLE = "payable"
    FEE_INCOME = "fee_income"
    GIFT_EXPENSE = "gift_expense"
    DISCOUNT_EXPENSE = "discount_expense"
    PARTNER_RECEIVABLE = "partner_receivable"
    WRITE_OFF = "write_off"
    SUSPENSE = "suspense"
    # money that staff sent to a driver past the channels
    MANUAL_PAYOUT = "manual_payout"
    # what staff gave to balances, or took back from them
    ADJUSTMENT = "adjustment"
    # prepaid money that came to the operator's own account at a channel: it has it already
    OPERATOR_CLEARING = "operator_clearing"


_K = AccountKind

OWNERS: Final[Mapping[AccountKind, OwnerKind]] = {
    **dict.fromkeys(
        (
            _K.AVAILABLE,
            _K.HELD,
            _K.GIFT_AVAILABLE,
            _K.GIFT_HELD,
            _K.REFUND_PENDING,
            _K.PREPAID_HELD,
            _K.DEBT,
        ),
        OwnerKind.DRIVER,
    ),
    **dict.fromkeys((_K.CLEARING, _K.CHANNEL_FEE), OwnerKind.CHANNEL),
    **dict.fromkeys(
        (_K.ELECTRICITY_INCOME, _K.SERVICE_INCOME, _K.IDLE_INCOME, _K.PAYABLE, _K.OPERATOR_CLEARING),
        OwnerKind.OPERATOR,
    ),
    **dict.fromkeys(
        (
            _K.FEE_INCOME,
            _K.GIFT_EXPENSE,
            _K.DISCOUNT_EXPENSE,
            _K.PARTNER_RECEIVABLE,
            _K.WRITE_OFF,
            _K.SUSPENSE,
            _K.MANUAL_PAYOUT,
            _K.ADJUSTMENT,
        ),
        OwnerKind.PLATFORM,
    ),
}
"""Whose account each kind is."""


class EntryKind(StrEnum):
    TOP_UP = "top_up"
    HOLD = "hold"
    SETTLE = "settle"
    RELEASE = "release"
    CORRECTION = "correction"
    REFUND_HOLD = "refund_hold"
    REFUND = "refund"
    REFUND_RETURN = "refund_return"
    PREPAY = "prepay"
    PREPAID_REST = "prepaid_rest"
    ADJUSTMENT = "adjustment"
    DEBT_PAID = "debt_paid"
    IDLE_FEE = "idle_fee"
    IDLE_WAIVER = "idle_waiver"


@dataclass(frozen=True, slots=True)
class Account:
    """`owner_key` is a driver_no, an operator_no, a channel's value or "platform". ValueError on a mismatch."""

    kind: AccountKind
    owner_kind: OwnerKind
    owner_key: str

    def __post_init__(self) -> None:
        if OWNERS[self.kind] is not self.owner_kind:
            raise ValueError(f"{self.kind} is not an account of a {self.owner_kind}")


@dataclass(frozen=True, slots=True)
class Posting:
    """A signed amount on an account; positive is credit."""

    account: Account
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Postings that sum to zero. Raises UnbalancedEntry otherwise. No postings: nothing to write."""

    kind: EntryKind
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        total = sum(posting.amount_fen for posting in self.postings)
        if total:
            raise UnbalancedEntry(sum_fen=total)


def account_of(kind: AccountKind, owner_key: str) -> Account:
    """The account of this kind and owner."""
    return Account(kind, OWNERS[kind], owner_key)


def top_up_entry(driver: str, channel: Channel, amount_fen: Fen, debt_fen: Fen) -> Entry:
    """Money arrived through a channel: `debt_fen` (what he owes, positive) is collected first."""
    _check_amount(amount_fen)
    collected = min(amount_fen, max(debt_fen, 0))
    return _entry(
        EntryKind.TOP_UP,
        (_K.CLEARING, channel.value, -amount_fen),
        (_K.DEBT, driver, collected),
        (_K.AVAILABLE, driver, amount_fen - collected),
    )


def hold_entry(driver: str, amount_fen: Fen) -> Entry:
    """Available money is set aside for a session."""
    _check_amount(amount_fen)
    return _entry(EntryKind.HOLD, (_K.AVAILABLE, driver, -amount_fen), (_K.HELD, driver, amount_fen))


def release_entry(driver: str, amount_fen: Fen) -> Entry:
    """Held money goes back untouched: a start failed, or a review took too long."""
    _check_amount(amount_fen)
    return _entry(EntryKind.RELEASE, (_K.HELD, driver, -amount_fen), (_K.AVAILABLE, driver, amount_fen))


def settle_entry(
    driver: str, operator: str, settlement: Settlement, electricity_fen: Fen, service_fen: Fen
) -> Entry:
    """An order is closed: capture, release of the rest, and debt in one entry.

    Raises UnbalancedEntry when the settlement is not of electricity_fen + service_fen.
    """
    return _entry(EntryKind.SETTLE, *_billed(driver, operator, settlement, electricity_fen, service_fen))


def correction_entry(
    driver: str,
    operator: str,
    *,
    electricity_delta_fen: int,
    service_delta_fen: int,
    available_fen: Fen,
    debt_fen: Fen,
) -> Entry:
    """A settled order turned out otherwise: deltas are new fee minus old.

    More to pay comes from available, else becomes debt; less pays off `debt_fen` (positive) first and goes
    to available. The caller names the entry this one corrects.
    """
    delta = electricity_delta_fen + service_delta_fen
    if delta >= 0:
        settlement = settle(Fen(delta), Fen(0), available_fen)
        return _entry(
            EntryKind.CORRECTION,
            *_billed(driver, operator, settlement, Fen(electricity_delta_fen), Fen(service_delta_fen)),
        )
    repaid = min(-delta, max(debt_fen, 0))
    return _entry(
        EntryKind.CORRECTION,
        (_K.DEBT, driver, repaid),
        (_K.AVAILABLE, driver, -delta - repaid),
        (_K.ELECTRICITY_INCOME, operator, electricity_delta_fen),
        (_K.SERVICE_INCOME, operator, service_delta_fen),
    )


def refund_hold_entry(driver: str, amount_fen: Fen, debt_fen: Fen) -> Entry:
    """Available money is set aside to go back; what the driver owes (positive) is paid from it first."""
    _check_amount(amount_fen)
    return _entry(
        EntryKind.REFUND_HOLD,
        (_K.AVAILABLE, driver, -amount_fen - max(debt_fen, 0)),
        (_K.DEBT, driver, max(debt_fen, 0)),
        (_K.REFUND_PENDING, driver, amount_fen),
    )


def refund_entry(driver: str, paid_from: Account | None, amount_fen: Fen) -> Entry:
    """A part of a refund went back: out of the account it had come to, or past all channels by a person's hand (None).

    One kind for both, so that a part is never captured twice.
    """
    _check_amount(amount_fen)
    source = account_of(_K.MANUAL_PAYOUT, PLATFORM_KEY) if paid_from is None else paid_from
    return _entry(
        EntryKind.REFUND,
        (_K.REFUND_PENDING, driver, -amount_fen),
        (source.kind, source.owner_key, int(amount_fen)),
    )


def refund_return_entry(driver: str, amount_fen: Fen, debt_fen: Fen) -> Entry:
    """A part of a refund came back to the wallet: what the driver owes by now (positive) is collected first."""
    _check_amount(amount_fen)
    collected = min(amount_fen, max(debt_fen, 0))
    return _entry(
        EntryKind.REFUND_RETURN,
        (_K.REFUND_PENDING, driver, -amount_fen),
        (_K.DEBT, driver, collected),
        (_K.AVAILABLE, driver, amount_fen - collected),
    )


def prepay_entry(driver: str, receiver: Account, amount_fen: Fen) -> Entry:
    """Money arrived for one session alone, at the platform's or the operator's own account: it is nobody's balance."""
    _check_amount(amount_fen)
    return _entry(
        EntryKind.PREPAY,
        (receiver.kind, receiver.owner_key, -amount_fen),
        (_K.PREPAID_HELD, driver, amount_fen),
    )


def prepaid_bill_entry(
    kind: EntryKind,
    driver: str,
    operator: str,
    *,
    electricity_fen: int,
    service_fen: int,
    captured_fen: int,
) -> Entry:
    """A bill, or what a correction adds to one, is met from prepaid money; what that leaves is the platform's loss.

    All may be negative in a correction: then money goes back to what is prepaid.
    """
    written_off_fen = electricity_fen + service_fen - captured_fen
    return _entry(
        kind,
        (_K.PREPAID_HELD, driver, -captured_fen),
        (_K.WRITE_OFF, PLATFORM_KEY, -written_off_fen),
        (_K.ELECTRICITY_INCOME, operator, electricity_fen),
        (_K.SERVICE_INCOME, operator, service_fen),
    )


def prepaid_rest_entry(driver: str, amount_fen: Fen) -> Entry:
    """What a session left of its prepaid money is set aside to go back."""
    _check_amount(amount_fen)
    return _entry(
        EntryKind.PREPAID_REST,
        (_K.PREPAID_HELD, driver, -amount_fen),
        (_K.REFUND_PENDING, driver, amount_fen),
    )


def adjustment_entry(driver: str, amount_fen: int, debt_fen: Fen) -> Entry:
    """Staff give money, which pays what the driver owes (positive) first, or take available money back (negative)."""
    _check_amount(Fen(abs(amount_fen)))
    collected = min(max(amount_fen, 0), max(debt_fen, 0))
    return _entry(
        EntryKind.ADJUSTMENT,
        (_K.ADJUSTMENT, PLATFORM_KEY, -amount_fen),
        (_K.DEBT, driver, collected),
        (_K.AVAILABLE, driver, amount_fen - collected),
    )


def debt_paid_entry(driver: str, amount_fen: Fen) -> Entry:
    """Available money pays what the driver owes."""
    _check_amount(amount_fen)
    return _entry(EntryKind.DEBT_PAID, (_K.AVAILABLE, driver, -amount_fen), (_K.DEBT, driver, amount_fen))


def idle_fee_entry(driver: str, operator: str, settlement: Settlement) -> Entry:
    """A car that stayed is billed: from available money, the rest is debt; nothing was held for it."""
    return _entry(
        EntryKind.IDLE_FEE,
        (_K.AVAILABLE, driver, -settlement.collected_fen),
        (_K.DEBT, driver, -settlement.debt_fen),
        (_K.IDLE_INCOME, operator, settlement.collected_fen + settlement.debt_fen),
    )


def idle_waiver_entry(driver: str, operator: str, amount_fen: Fen, debt_fen: Fen) -> Entry:
    """A billed idle fee is given back: it pays what the driver owes (positive) first. The caller names the fee's entry."""
    _check_amount(amount_fen)
    repaid = min(amount_fen, max(debt_fen, 0))
    return _entry(
        EntryKind.IDLE_WAIVER,
        (_K.DEBT, driver, repaid),
        (_K.AVAILABLE, driver, amount_fen - repaid),
        (_K.IDLE_INCOME, operator, -amount_fen),
    )


def _billed(
    driver: str, operator: str, settlement: Settlement, electricity_fen: Fen, service_fen: Fen
) -> tuple[tuple[AccountKind, str, int], ...]:
    return (
        (_K.HELD, driver, -settlement.captured_fen - settlement.released_fen),
        (_K.AVAILABLE, driver, settlement.released_fen - settlement.collected_fen),
        (_K.DEBT, driver, -settlement.debt_fen),
        (_K.ELECTRICITY_INCOME, operator, electricity_fen),
        (_K.SERVICE_INCOME, operator, service_fen),
    )


def _entry(kind: EntryKind, *rows: tuple[AccountKind, str, int]) -> Entry:
    return Entry(kind, tuple(Posting(account_of(account, key), fen) for account, key, fen in rows if fen))


def _check_amount(amount_fen: Fen) -> None:
    if not 0 < amount_fen <= MAX_ENTRY_FEN:
        raise AmountOutOfRange(min_fen=1, max_fen=MAX_ENTRY_FEN)
