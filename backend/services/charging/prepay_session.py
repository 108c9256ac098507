"""Prepay one charge (即充即退): claim connector and driver, ask for the money; the start comes with it.

Claim (commit) → ask the channel → record (commit). The session waits for its money as long as `TIME_TO_PAY` says; what
comes later, or after the driver called it off, goes back whole (`begin_prepaid_session`).
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from backend.domain.actor import Actor
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.prepayment import GRACE, check_amount, time_to_pay
from backend.domain.session import SessionState
from backend.domain.timer import TimerKind
from backend.gateways.ids import new_number
from backend.gateways.payment_channel import PayParams
from backend.live import feed
from backend.models import Connector, Driver, Payment, Session
from backend.models.engine.database import after_commit, reading, transactional
from backend.services.charging.session_beginnings import check_ground, claim, new_session
from backend.services.ground.audit import write_audit
from backend.services.ground.feed_topics import session_topics
from backend.services.ground.idempotency import once
from backend.services.ground.timers import set_timer
from backend.services.payments.account_gateways import find_account, get_gateway
from backend.services.payments.ask_channel import ask_channel
from backend.services.payments.query_payment import FIRST_QUERY_S

DESCRIPTION: Final = "充电预付款（未用部分自动退回）"
_log = structlog.get_logger(__name__)


class StartedPrepayment(msgspec.Struct, frozen=True, kw_only=True):
    """`pay` is what the channel's own payment call takes; None when there is nothing (any more) to pay."""

    payment_no: str
    session_no: str
    amount_fen: int
    state: PaymentState
    expires_at: datetime
    pay: PayParams | None


class _Claimed(msgspec.Struct, frozen=True, kw_only=True):
    payment_no: str
    session_no: str


def prepay_session(
    *,
    driver: Actor,
    connector_no: str,
    amount_fen: int,
    channel: Channel,
    is_own_car: bool | None,
    public_url: str,
    idempotency_key: str,
    now: datetime,
) -> StartedPrepayment:
    """Ask for money that pays for one charge on a connector. Calls the channel: not for a transaction.

    A guest's browser is led back to the connector's page under `public_url`. Raises AmountOutOfRange, what stands
    against a start (see `start_session`; no balance is needed), and ChannelUnavailable or ChannelOutcomeUnknown, after
    which the same key may be tried again.
    """
    claimed = _claim(
        driver=driver,
        connector_no=connector_no,
        amount_fen=amount_fen,
        channel=channel,
        is_own_car=is_own_car,
        key=idempotency_key,
        now=now,
    )
    asked = ask_channel(
        payment_no=claimed.payment_no,
        description=DESCRIPTION,
        return_url=_return_url(driver, connector_no, public_url),
        now=now,
    )
    return StartedPrepayment(
        payment_no=claimed.payment_no,
        session_no=claimed.session_no,
        amount_fen=asked.payment.amount_fen,
        state=asked.payment.state,
        expires_at=asked.payment.expires_at,
        pay=asked.pay,
    )


@transactional
def _claim(
    *,
    driver: Actor,
    connector_no: str,
    amount_fen: int,
    channel: Channel,
    is_own_car: bool | None,
    key: str,
    now: datetime,
) -> _Claimed:
    """The one payment and session of this key."""
    return once(
        actor=driver,
        route="prepay_session",
        key=key,
        request={
            "connector_no": connector_no,
            "amount_fen": amount_fen,
            "channel": channel,
            "is_own_car": is_own_car,
        },
        answer_type=_Claimed,
        now=now,
        work=lambda: _create(driver, connector_no, amount_fen, channel, is_own_car, now),
    )


def _create(
    driver: Actor,
    connector_no: str,
    amount_fen: int,
    channel: Channel,
    is_own_car: bool | None,  # noqa: FBT001 - as the driver's answer comes
    now: datetime,
) -> _Claimed:
    ground = check_ground(driver=driver, connector_no=connector_no, is_own_car=is_own_car, now=now)
    check_amount(amount_fen, ground.policy.hold)
    session = new_session(ground, driver=driver, is_own_car=is_own_car, now=now)
    session.state = SessionState.AWAITING_PAYMENT
    session.save(force_insert=True)
    claim(session, now)
    until = now + time_to_pay(is_guest=bool(Driver.get_by_id(driver.id).is_guest))
    payment = _ask_for(session, driver, amount_fen, channel, until, now)
    session.payment_id = payment.id
    session.save()
    set_timer(kind=TimerKind.START_DEADLINE, subject_no=session.session_no, due_at=until + GRACE)
    write_audit(
        actor=driver,
        action="session.start",
        object_kind="session",
        object_no=session.session_no,
        operator_id=session.operator_id,
        detail={
            "connector_no": connector_no,
            "payment_no": payment.payment_no,
            "amount_fen": amount_fen,
            "channel": channel,
        },
        now=now,
    )
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))
    _log.info("session_awaits_payment", session_no=session.session_no, payment_no=payment.payment_no)
    return _Claimed(payment_no=payment.payment_no, session_no=session.session_no)


def _ask_for(
    session: Session, driver: Actor, amount_fen: int, channel: Channel, until: datetime, now: datetime
) -> Payment:
    account = find_account(operator_id=session.operator_id, channel=channel)
    get_gateway(channel, None if account is None else account.id)  # it can be used, or nothing is claimed
    payment: Payment = Payment.create(
        payment_no=new_number("P", now),
        driver_id=driver.id,
        operator_id=session.operator_id,
        purpose=PaymentPurpose.PREPAY,
        channel=channel,
        session_id=session.id,
        channel_account_id=None if account is None else account.id,
        amount_fen=amount_fen,
        state=PaymentState.CREATED,
        created_at=now,
        # the channel takes whole seconds, and a repeat has to say the same
        expires_at=until.replace(microsecond=0),
    )
    set_timer(
        kind=TimerKind.PAYMENT_QUERY,
        subject_no=payment.payment_no,
        due_at=now + timedelta(seconds=FIRST_QUERY_S),
    )
    return payment


@reading
def _return_url(driver: Actor, connector_no: str, public_url: str) -> str:
    """A guest's own page; whoever came by the mini-program goes back there."""
    if not Driver.get_by_id(driver.id).is_guest:
        return ""
    connector = Connector.get(Connector.connector_no == connector_no)
    return f"{public_url}/p/{connector.qr_token}"
