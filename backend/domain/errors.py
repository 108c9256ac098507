# ruff: noqa: N818 - a class is named as its code, which clients read
"""Every refusal the product can give, one class per case with a stable code.

Status and Chinese text of each code are the API's; here is only what went wrong.
"""

from typing import ClassVar


class DomainError(Exception):
    """A refusal a caller can act on: `code` is stable, `data` holds the fields named in the docstring."""

    code: ClassVar[str] = "domain_error"
    data: dict[str, object]

    # `typing.override` is Python 3.12's; the product runs on 3.11
    def __init_subclass__(cls, *, code: str) -> None:  # type: ignore[explicit-override]
        super().__init_subclass__()
        cls.code = code

    def __init__(self, **data: object) -> None:
        fields = "".join(f" {name}={value}" for name, value in data.items())
        super().__init__(f"{self.code}{fields}")
        self.data = data


class ConnectorNotFound(DomainError, code="connector_not_found"):
    """No connector has this number or token."""


class ConnectorNotPlugged(DomainError, code="connector_not_plugged"):
    """Policy asks for a plugged car before the start and none is plugged in."""


class ConnectorBusy(DomainError, code="connector_busy"):
    """The connector serves another session, or is reserved."""


class ConnectorAwaitsPayment(DomainError, code="connector_awaits_payment"):
    """Somebody is paying for a charge there and has not paid yet; `opens` is when they lose it."""


class PlugClaimed(DomainError, code="plug_claimed"):
    """The car that was charged here before hangs on the connector still: its driver alone may start again."""


class WhoseCar(DomainError, code="whose_car"):
    """The car before was never heard unplugged: whoever starts has to say that the car there is theirs."""


class ConnectorFaulted(DomainError, code="connector_faulted"):
    """The pile reports a fault on the connector."""


class ConnectorUnavailable(DomainError, code="connector_unavailable"):
    """The connector is taken out of use."""


class PileOffline(DomainError, code="pile_offline"):
    """The pile has not been heard of lately; a start is sent only to an online pile."""


class PileClockUnset(DomainError, code="pile_clock_unset"):
    """The pile's clock was not set since it booted, so its times cannot be trusted."""


class DriverBusy(DomainError, code="driver_busy"):
    """The driver already has a live session. Data: session_no."""


class DriverDisabled(DomainError, code="driver_disabled"):
    """The driver is barred from starting sessions."""


class DriverFrozen(DomainError, code="driver_frozen"):
    """Staff froze the driver: no start, no prepayment, no top-up. Data: service_phone."""


class ExportNotFound(DomainError, code="export_not_found"):
    """The caller has no export of this number, or its file is not there."""


class ExportClosed(DomainError, code="export_closed"):
    """The export is not in a state in which this can be done."""


class TooManyExports(DomainError, code="too_many_exports"):
    """The caller has as many exports under way as one person may."""


class OperatorDisabled(DomainError, code="operator_disabled"):
    """The operator of the station is disabled: no new start there."""


class AgreementNotAccepted(DomainError, code="agreement_not_accepted"):
    """A published text is not accepted by the driver in its newest version: no new start, no top-up."""


class GuestHasNoWallet(DomainError, code="guest_has_no_wallet"):
    """A guest pays for one session at a time: money in a wallet without a log-in would be lost with its link."""


class BalanceTooLow(DomainError, code="balance_too_low"):
    """The wallet cannot cover the smallest hold. Data: available_fen, required_fen."""


class DebtUnpaid(DomainError, code="debt_unpaid"):
    """The driver owes money; a top-up collects it first. Data: debt_fen."""


class TariffMissing(DomainError, code="tariff_missing"):
    """No published tariff applies; a start is refused, never priced 0."""


class InvalidTariff(DomainError, code="invalid_tariff"):
    """The tariff's periods, plans or zone cannot be priced by. Data: reason, faults."""


class TariffNotFound(DomainError, code="tariff_not_found"):
    """No tariff has this number, or it is not the caller's."""


class TariffVersionNotFound(DomainError, code="tariff_version_not_found"):
    """The tariff has no such version, or no draft."""


class TariffInUse(DomainError, code="tariff_in_use"):
    """Stations or piles are priced by it still. Data: stations, piles."""


class TariffRetired(DomainError, code="tariff_retired"):
    """The tariff was retired: nothing is priced by it again."""


class TariffBeginsInPast(DomainError, code="tariff_begins_in_past"):
    """A version cannot come into force before it is published, or too far ahead."""


class TariffVersionInForce(DomainError, code="tariff_version_in_force"):
    """The version is in force, or about to be, or was never scheduled: it cannot be withdrawn."""


class InvalidSegments(DomainError, code="invalid_segments"):
    """Energy segments contradict themselves or one another. Data: reason."""


class SessionNotFound(DomainError, code="session_not_found"):
    """No session has this number, or it is not the caller's."""


class SessionNotStoppable(DomainError, code="session_not_stoppable"):
    """The session is not in a state that can be stopped."""


class SessionNotDecidable(DomainError, code="session_not_decidable"):
    """The session is neither in review nor settled: there is nothing to decide yet, or nothing was charged."""


class DecisionImpossible(DomainError, code="decision_impossible"):
    """A session cannot be billed so. Data: reason (no_registers, backwards, too_much, no_payer, no_tariff)."""


class EvidenceChanged(DomainError, code="evidence_changed"):
    """Somebody decided meanwhile, or the pile told more: what the decision was made on is not what there is."""


class OrderNotFound(DomainError, code="order_not_found"):
    """No order has this number, or it is not the caller's."""


class StationClosed(DomainError, code="station_closed"):
    """The operator closed the station: nobody starts there any more."""


class StationHidden(DomainError, code="station_hidden"):
    """The station is not shown to drivers, and nobody may start there."""


class StationShut(DomainError, code="station_shut"):
    """It is outside the station's opening hours. Data: opens (in words), where that is known."""


class StationInUse(DomainError, code="station_in_use"):
    """The station cannot be closed while sessions live there. Data: sessions."""


class StationNotFound(DomainError, code="station_not_found"):
    """No station has this number, or it is not visible."""


class PileNotFound(DomainError, code="pile_not_found"):
    """No pile has this number."""


class PileNumberTaken(DomainError, code="pile_number_taken"):
    """A pile with this number is there already, or one that drivers could not tell from it. Data: pile_no."""


class PileBusy(DomainError, code="pile_busy"):
    """A charge runs at the pile, or waits for its record: it can be neither moved nor taken away."""


class PileHasCharged(DomainError, code="pile_has_charged"):
    """The pile has charged: its guns and its past stay, it can only be retired."""


class PileRetired(DomainError, code="pile_retired"):
    """The pile is retired and nothing of it changes any more."""


class SheetUnreadable(DomainError, code="sheet_unreadable"):
    """An uploaded sheet is no xlsx or csv that can be taken. Data: reason."""


class QrReplaced(DomainError, code="qr_replaced"):
    """The scanned token was of a sticker that was replaced."""


class CommandNotFound(DomainError, code="command_not_found"):
    """No command has this number, or it was sent to another pile."""


class OperatorNumberTaken(DomainError, code="operator_number_taken"):
    """Another operator has this number."""


class OperatorNumberFixed(DomainError, code="operator_number_fixed"):
    """Drivers have charged there: its accounts in the ledger bear its number."""


class OperatorIsPlatform(DomainError, code="operator_is_platform"):
    """The platform's own operator cannot be disabled."""


class PolicyOutOfRange(DomainError, code="policy_out_of_range"):
    """A value of the policy cannot be so, or is the platform's alone. Data: name, unit, low, high, step."""


class AgreementNotFound(DomainError, code="agreement_not_found"):
    """No text has this number, or it is not the caller's."""


class AgreementPublished(DomainError, code="agreement_published"):
    """A published text is never edited; a new version is drafted instead."""


class AgreementDraftExists(DomainError, code="agreement_draft_exists"):
    """A draft of this text is there already. Data: agreement_no."""


class AuditRowNotFound(DomainError, code="audit_row_not_found"):
    """No audit row has this number, or it is not the caller's."""


class QuarantinedNotFound(DomainError, code="quarantined_not_found"):
    """No refused message has this number, or it is of a pile that is not the caller's."""


class PaymentNotFound(DomainError, code="payment_not_found"):
    """No payment has this number, or it is not the caller's."""


class AmountOutOfRange(DomainError, code="amount_out_of_range"):
    """An amount of money is below or above what is allowed. Data: min_fen, max_fen."""


class LimitOutOfRange(DomainError, code="limit_out_of_range"):
    """The driver's spending limit is below or above what is allowed. Data: min_fen, max_fen."""


class IdempotencyKeyMissing(DomainError, code="idempotency_key_missing"):
    """A request that moves money or starts a command came without its key."""


class IdempotencyKeyReused(DomainError, code="idempotency_key_reused"):
    """The key was used before with other input."""


class IdempotencyInProgress(DomainError, code="idempotency_in_progress"):
    """The first request with this key has not been answered yet."""


class InvalidLoginCode(DomainError, code="invalid_login_code"):
    """The login code of the mini-program platform was refused or is used up."""


class PhoneDiffers(DomainError, code="phone_differs"):
    """The number that was proven is not the one that is bound, or not for long enough to answer for money."""


class WrongCredentials(DomainError, code="wrong_credentials"):
    """Name or password is wrong, or the account is locked for a while; which one is not said."""


class AccountDisabled(DomainError, code="account_disabled"):
    """A staff account was disabled."""


class SecondFactorNeeded(DomainError, code="second_factor_needed"):
    """The password was right; a code of the second factor has to come with it."""


class WrongSecondFactor(DomainError, code="wrong_second_factor"):
    """The code is wrong, over, or was used before."""


class SecondFactorUnavailable(DomainError, code="second_factor_unavailable"):
    """The platform has no key for second factors, or another than this one was made with."""


class SecondFactorExists(DomainError, code="second_factor_exists"):
    """There is one already; it is given up first, with a code of it."""


class WrongCurrentPassword(DomainError, code="wrong_current_password"):
    """Who is logged in typed their own password wrongly, or too often."""


class WeakPassword(DomainError, code="weak_password"):
    """A chosen password is too easy to guess. Data: reason."""


class BeginLinkInvalid(DomainError, code="begin_link_invalid"):
    """The link to the first administrator is over, was replaced, or never was one."""


class AlreadyBegun(DomainError, code="already_begun"):
    """There is a super administrator, so that nobody becomes the first."""


class StaffNotFound(DomainError, code="staff_not_found"):
    """No member of staff has this id, or not one whom the caller may see."""


class RoleNotFound(DomainError, code="role_not_found"):
    """No role has this id, or it is not the caller's to use."""


class OperatorNotFound(DomainError, code="operator_not_found"):
    """No operator has this number, or not one whom the caller may see."""


class LogInNotFound(DomainError, code="log_in_not_found"):
    """No log-in of this person has this id, or it is over."""


class AccountTaken(DomainError, code="account_taken"):
    """Somebody has this account already."""


class RoleNameTaken(DomainError, code="role_name_taken"):
    """The operator has a role of this name already."""


class RoleInUse(DomainError, code="role_in_use"):
    """Somebody has the role. Data: staff_count."""


class BeyondOwnRights(DomainError, code="beyond_own_rights"):
    """Nobody grants, or takes from somebody, what they do not have themselves."""


class LastSuperAdministrator(DomainError, code="last_super_administrator"):
    """Afterwards nobody could do everything."""


class NotYourself(DomainError, code="not_yourself"):
    """Somebody else has to do this to one's own account."""


class Unauthenticated(DomainError, code="unauthenticated"):
    """No token, or one that is unknown, expired or revoked."""


class Forbidden(DomainError, code="forbidden"):
    """The caller is known and lacks the permission or the scope."""


class NotFound(DomainError, code="not_found"):
    """Nothing is at this address, or not for this caller."""


class InvalidInput(DomainError, code="invalid_input"):
    """A field of a request is missing or wrong. Data: field, reason."""


class UnfitInput(InvalidInput, code="unfit_input"):
    """A field of a request is of the right form, and its value cannot be taken as things are. Data: field, reason."""


class PayloadTooLarge(DomainError, code="payload_too_large"):
    """The request body is larger than allowed."""


class MethodNotAllowed(DomainError, code="method_not_allowed"):
    """The address exists and does not take this method."""


class RateLimited(DomainError, code="rate_limited"):
    """Too many requests. Data: retry_after_s."""


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


class DriverNotFound(DomainError, code="driver_not_found"):
    """No driver has this number, or drivers' money is not the caller's to see."""


class AdjustmentNotFound(DomainError, code="adjustment_not_found"):
    """No adjustment has this number, or it is not the caller's to see."""


class AdjustmentTooMuch(DomainError, code="adjustment_too_much"):
    """More would be taken back than the driver has available. Data: available_fen."""


class AdjustmentDecided(DomainError, code="adjustment_decided"):
    """Somebody has decided already, or nobody has to."""


class SecondPersonNeeded(DomainError, code="second_person_needed"):
    """Who asked does not decide: it takes another person."""


class IdleFeeNotWaivable(DomainError, code="idle_fee_not_waivable"):
    """The car of this charge did not stay, or its stay cost nothing."""


class NoDebt(DomainError, code="no_debt"):
    """There is nothing to pay, or nothing available to pay it by. Data: debt_fen, available_fen."""


class NotifyRejected(DomainError, code="notify_rejected"):
    """A payment notification failed a check. Data: reason."""


class ServiceUnavailable(DomainError, code="service_unavailable"):
    """A part the request needs is down; it may be tried again later."""


class UnbalancedEntry(DomainError, code="unbalanced_entry"):
    """Postings of a ledger entry do not sum to zero, so it is never written. Data: sum_fen."""


class EmptyEntry(DomainError, code="empty_entry"):
    """A ledger entry that moves nothing is never written. Data: reference."""


class EntryContradicts(DomainError, code="entry_contradicts"):
    """A ledger entry of this name was posted before and moved something else. Data: kind, reference."""


class InsufficientFunds(DomainError, code="insufficient_funds"):
    """An account guarded against going negative would. Data: available_fen, required_fen."""


class InvalidCursor(DomainError, code="invalid_cursor"):
    """A page cursor was altered or belongs to another list."""


class BadQrLink(DomainError, code="bad_qr_link"):
    """The scanned link is not one of ours, or its token was rotated."""


class RowChanged(DomainError, code="row_changed"):
    """Somebody else saved this since it was read; what they saved is shown beside what was typed."""


class RecordImplausible(DomainError, code="record_implausible"):
    """A late final record cannot be true and corrects no bill. Data: session_no, faults."""


class SecondEnd(DomainError, code="second_end"):
    """A session that has ended is told to have ended otherwise: for a person. Data: session_no."""


class ImpossibleTransition(DomainError, code="impossible_transition"):
    """An event cannot happen in this state; nothing changed. Data: noun, state, event."""
