# ruff: noqa: N818 - a class is named as its code, which clients read
"""Of wallets, payments, refunds, adjustments, and the ledger."""

from backend.domain.errors.base import DomainError


class GuestHasNoWallet(DomainError, code="guest_has_no_wallet"):
    """A guest pays for one session at a time: money in a wallet without a log-in would be lost with its link."""


class BalanceTooLow(DomainError, code="balance_too_low"):
    """The wallet cannot cover the smallest hold. Data: available_fen, required_fen."""


class DebtUnpaid(DomainError, code="debt_unpaid"):
    """The driver owes money; a top-up collects it first. Data: debt_fen."""


class PaymentNotFound(DomainError, code="payment_not_found"):
    """No payment has this number, or it is not the caller's."""


class AmountOutOfRange(DomainError, code="amount_out_of_range"):
    """An amount of money is below or above what is allowed. Data: min_fen, max_fen."""


class ChannelUnavailable(DomainError, code="channel_unavailable"):
    """The payment channel refused or could not be reached; no money moved."""


class ChannelOutcomeUnknown(DomainError, code="channel_outcome_unknown"):
    """The payment channel was asked and did not answer; only a query can tell."""


class AccountKeyMissing(DomainError, code="account_key_missing"):
    """The key that secrets of channel accounts are sealed with is not configured, or is another one."""


class ChannelAccountNotFound(DomainError, code="channel_account_not_found"):
    """No channel account has this number, or it is not the caller's to see."""


class ChannelAccountTaken(DomainError, code="channel_account_taken"):
    """The operator has another account of this channel that is enabled."""


class RefundRefused(DomainError, code="refund_refused"):
    """The payment channel will not take this refund, now or later. Data: reason."""


class RefundTooMuch(DomainError, code="refund_too_much"):
    """More was asked back than may go. Data: refundable_fen."""


class RefundNotFound(DomainError, code="refund_not_found"):
    """No refund, or part of one, has this number, or it is not the caller's."""


class RefundPartClosed(DomainError, code="refund_part_closed"):
    """The part of a refund is not waiting for a person (any more). Data: state."""


class PayPasswordNeeded(DomainError, code="pay_password_needed"):
    """The driver's payment password has to come with it."""


class WrongPayPassword(DomainError, code="wrong_pay_password"):
    """The payment password is wrong. Data: tries_left."""


class PayPasswordClosed(DomainError, code="pay_password_closed"):
    """Too many payment passwords were wrong; none is looked at before a time. Data: until."""


class PayPasswordTooPlain(DomainError, code="pay_password_too_plain"):
    """A chosen payment password is among the first that anybody would try."""


class PayPasswordExists(DomainError, code="pay_password_exists"):
    """There is a payment password already: it is changed, or set anew by a log-in."""


class PayPasswordMissing(DomainError, code="pay_password_missing"):
    """The driver never set a payment password."""


class RefundsLocked(DomainError, code="refunds_locked"):
    """The payment password was set anew without the old one: no refund before a time. Data: until."""


class AdjustmentNotFound(DomainError, code="adjustment_not_found"):
    """No adjustment has this number, or it is not the caller's to see."""


class AdjustmentTooMuch(DomainError, code="adjustment_too_much"):
    """More would be taken back than the driver has available. Data: available_fen."""


class AdjustmentDecided(DomainError, code="adjustment_decided"):
    """Somebody has decided already, or nobody has to."""


class SecondPersonNeeded(DomainError, code="second_person_needed"):
    """Who asked does not decide: it takes another person."""


class NoDebt(DomainError, code="no_debt"):
    """There is nothing to pay, or nothing available to pay it by. Data: debt_fen, available_fen."""


class NotifyRejected(DomainError, code="notify_rejected"):
    """A payment notification failed a check. Data: reason."""


class UnbalancedEntry(DomainError, code="unbalanced_entry"):
    """Postings of a ledger entry do not sum to zero, so it is never written. Data: sum_fen."""


class EmptyEntry(DomainError, code="empty_entry"):
    """A ledger entry that moves nothing is never written. Data: reference."""


class EntryContradicts(DomainError, code="entry_contradicts"):
    """A ledger entry of this name was posted before and moved something else. Data: kind, reference."""


class InsufficientFunds(DomainError, code="insufficient_funds"):
    """An account guarded against going negative would. Data: available_fen, required_fen."""
