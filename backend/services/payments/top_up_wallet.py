"""Top up (充值): one payment per idempotency key, asked for at the channel, paid by the driver in its own app.

Claim (commit) → ask the channel → record (commit), see `ask_channel`. A repeat with the same key is the same payment.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from backend.domain.actor import Actor
from backend.domain.errors import AmountOutOfRange, DriverDisabled, GuestHasNoWallet, ServiceUnavailable
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.timer import TimerKind
from backend.gateways import get_payment_channel
from backend.gateways.ids import new_number
from backend.gateways.payment_channel import PayParams
from backend.models import Driver, Operator, Payment
from backend.models.engine.database import locked, transactional
from backend.services.access.frozen_drivers import check_not_frozen
from backend.services.ground.agreements import check_accepted
from backend.services.ground.audit import write_audit
from backend.services.ground.idempotency import once
from backend.services.ground.operator_book import read_operators
from backend.services.ground.timers import set_timer
from backend.services.payments.ask_channel import ask_channel
from backend.services.payments.query_payment import FIRST_QUERY_S

TIME_TO_PAY: Final = timedelta(minutes=30)
DESCRIPTION: Final = "充电钱包充值"
_log = structlog.get_logger(__name__)


class StartedTopUp(msgspec.Struct, frozen=True, kw_only=True):
    """`pay` is what the channel's own payment call takes; None when there is nothing (any more) to pay."""

    payment_no: str
    amount_fen: int
    state: PaymentState
    expires_at: datetime
    pay: PayParams | None


def top_up_wallet(
    *, driver: Actor, amount_fen: int, channel: Channel, idempotency_key: str, now: datetime
) -> StartedTopUp:
    """Ask for a top-up. Calls the channel: not for a transaction.

    Raises AmountOutOfRange, AgreementNotAccepted, DriverDisabled, GuestHasNoWallet, DriverFrozen, IdempotencyKeyReused, and ChannelUnavailable or ChannelOutcomeUnknown, after
    which the same key may be tried again.
    """
    policy = read_operators().platform_policy
    if not policy.smallest_top_up_fen <= amount_fen <= policy.largest_top_up_fen:
        raise AmountOutOfRange(min_fen=policy.smallest_top_up_fen, max_fen=policy.largest_top_up_fen)
    get_payment_channel(channel)
    payment_no = _claim(driver=driver, amount_fen=amount_fen, channel=channel, key=idempotency_key, now=now)
    asked = ask_channel(payment_no=payment_no, description=DESCRIPTION, now=now)
    return StartedTopUp(
        payment_no=payment_no,
        amount_fen=asked.payment.amount_fen,
        state=asked.payment.state,
        expires_at=asked.payment.expires_at,
        pay=asked.pay,
    )


@transactional
def _claim(*, driver: Actor, amount_fen: int, channel: Channel, key: str, now: datetime) -> str:
    """The number of the one payment of this key."""
    return once(
        actor=driver,
        route="top_up_wallet",
        key=key,
        request={"amount_fen": amount_fen, "channel": channel},
        answer_type=str,
        now=now,
        work=lambda: _create(driver, amount_fen, channel, now),
    )


def _create(driver: Actor, amount_fen: int, channel: Channel, now: datetime) -> str:
    check_accepted(driver=driver, operator_id=None)
    person = locked(
        Driver.select().where(Driver.id == driver.id)
    ).get()  # who is being deleted pays nothing in
    if not person.is_enabled:
        raise DriverDisabled
    if person.is_guest:
        raise GuestHasNoWallet
    check_not_frozen(person)
    platform = Operator.get_or_none(Operator.is_platform)
    if platform is None:
        _log.error("no_platform_operator")
        raise ServiceUnavailable(reason="no_platform_operator")
    payment = Payment.create(
        payment_no=new_number("P", now),
        driver_id=driver.id,
        operator_id=platform.id,
        purpose=PaymentPurpose.TOP_UP,
        channel=channel,
        amount_fen=amount_fen,
        state=PaymentState.CREATED,
        created_at=now,
        # the channel takes whole seconds, and a repeat has to say the same
        expires_at=(now + TIME_TO_PAY).replace(microsecond=0),
    )
    set_timer(
        kind=TimerKind.PAYMENT_QUERY,
        subject_no=payment.payment_no,
        due_at=now + timedelta(seconds=FIRST_QUERY_S),
    )
    write_audit(
        actor=driver,
        action="payment.create",
        object_kind="payment",
        object_no=payment.payment_no,
        operator_id=platform.id,
        detail={"amount_fen": amount_fen, "channel": channel},
        now=now,
    )
    _log.info("payment_created", payment_no=payment.payment_no, amount_fen=amount_fen)
    return payment.payment_no
