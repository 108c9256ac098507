"""Have a channel hold a claimed payment and tell how it is paid: ask (no transaction) → record (commit).

A repetition goes on with the same payment and the same number, wherever the first attempt broke off.
"""

from dataclasses import dataclass
from datetime import datetime

from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, PaymentNotFound
from backend.domain.identity import IdentityKind
from backend.domain.payment import PaymentEvent
from backend.gateways.payment_channel import AskedPayment, PaymentChannel, PayParams
from backend.models import DriverIdentity, Payment
from backend.models.engine.database import reading, transactional
from backend.services.payments.account_gateways import get_gateway_of
from backend.services.payments.payment_states import OPEN_STATES, lock_payment, move_payment


@dataclass(frozen=True, slots=True)
class Asked:
    """`pay` is what the channel's own payment call takes; None when there is nothing (any more) to pay."""

    payment: Payment
    pay: PayParams | None


def ask_channel(*, payment_no: str, description: str, return_url: str = "", now: datetime) -> Asked:
    """Ask once for a payment that is open and not asked for yet. Calls the channel: not for a transaction.

    `return_url` is where a browser is led back to; empty: where the channel's settings say.
    Raises ChannelUnavailable or ChannelOutcomeUnknown, after which the same may be tried again.
    """
    payment = _read(payment_no)
    gateway = _find_gateway(payment)
    asked = _asked(payment, gateway, description, return_url)
    can_be_paid = payment.state in OPEN_STATES and now < payment.expires_at
    if can_be_paid and payment.pay_handle is None:
        try:
            handle = gateway.ask_for(asked)
        except (ChannelUnavailable, ChannelOutcomeUnknown) as failure:
            _record_failure(payment_no=payment_no, failure=failure)
            raise
        payment = _record_asked(payment_no=payment_no, handle=handle)
        can_be_paid = payment.state in OPEN_STATES
    return Asked(payment, gateway.pay_params(asked, payment.pay_handle or "", now) if can_be_paid else None)


def _asked(payment: Payment, gateway: PaymentChannel, description: str, return_url: str) -> AskedPayment:
    return AskedPayment(
        payment_no=payment.payment_no,
        amount_fen=payment.amount_fen,
        description=description,
        payer_key=_payer_key(payment.driver_id, gateway.payer_kind),
        expires_at=payment.expires_at,
        return_url=return_url,
    )


@reading
def _read(payment_no: str) -> Payment:
    payment: Payment = Payment.get(Payment.payment_no == payment_no)
    return payment


@reading
def _find_gateway(payment: Payment) -> PaymentChannel:
    return get_gateway_of(payment)


@reading
def _payer_key(driver_id: int, kind: IdentityKind | None) -> str | None:
    """Of several of one kind the newest: the one the driver pays with now."""
    if kind is None:
        return None
    known = DriverIdentity.select().where(
        (DriverIdentity.driver_id == driver_id) & (DriverIdentity.kind == kind)
    )
    newest = known.order_by(DriverIdentity.id.desc()).first()
    return None if newest is None else newest.key


@transactional
def _record_asked(*, payment_no: str, handle: str) -> Payment:
    """The channel holds the payment. A notify may have come first: a payment that is paid stays paid."""
    payment = lock_payment(payment_no)
    if payment is None:
        raise PaymentNotFound
    if payment.state in OPEN_STATES:
        payment.pay_handle = handle
        payment.last_error = ""
        move_payment(payment, PaymentEvent.ASKED)
    return payment


@transactional
def _record_failure(*, payment_no: str, failure: ChannelUnavailable | ChannelOutcomeUnknown) -> None:
    """Nothing happened at the channel, or nobody knows: then the poller's query will tell."""
    payment = lock_payment(payment_no)
    if payment is None or payment.state not in OPEN_STATES:
        return
    payment.last_error = failure.code
    if isinstance(failure, ChannelOutcomeUnknown):
        move_payment(payment, PaymentEvent.OUTCOME_UNKNOWN)
    else:
        payment.save()
