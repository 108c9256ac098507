"""A prepayment was paid: its session starts, and may spend all of it; where that cannot be, all of it goes back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from backend.domain.errors import ConnectorFaulted, ConnectorNotPlugged, DomainError, PileOffline
from backend.domain.payment import PaymentPurpose
from backend.domain.session import FailureReason, SessionEvent, SessionState, next_state
from backend.live import feed
from backend.models import Connector, Payment, Session
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.charging.fail_session import fail_session
from backend.services.charging.session_beginnings import allow, send_start
from backend.services.ground.event_queue import ToldEvent
from backend.services.ground.feed_topics import session_topics
from backend.services.payments.give_back import give_back
from backend.services.sites.find_connector import check_ready, get_connector_to_start
from backend.services.tariffs.versions import version_of

_REASONS: Final = {
    ConnectorNotPlugged.code: FailureReason.NOT_PLUGGED,
    ConnectorFaulted.code: FailureReason.FAULT,
    PileOffline.code: FailureReason.PILE_OFFLINE,
}
_log = structlog.get_logger(__name__)


def begin_prepaid_sessions(events: Sequence[ToldEvent], now: datetime) -> None:
    """Take what is told of paid payments; a consumer's work."""
    for event in events:
        begin_prepaid_session(payment_no=event.object_no, now=now)


@transactional
def begin_prepaid_session(*, payment_no: str, now: datetime) -> None:
    """Start the session that a paid prepayment is for, or give all of it back; again it changes nothing."""
    payment = Payment.get_or_none(Payment.payment_no == payment_no)
    if payment is None or payment.purpose is not PaymentPurpose.PREPAY:
        return
    known = Session.get_by_id(payment.session_id)
    connector, obstacle = _look(known, now)
    session = locked(Session.select().where(Session.id == known.id)).get()
    if session.state is not SessionState.AWAITING_PAYMENT:
        if session.starting_at is None:  # given up before the money came
            give_back(payment_id=payment.id, captured_fen=0, now=now)
        return
    if obstacle is not None:
        fail_session(session=session, reason=_REASONS.get(obstacle, FailureReason.UNKNOWN), now=now)
        return
    allow(session, payment.amount_fen, version_of(session), now)
    session.state = next_state(session.state, SessionEvent.START_QUEUED)
    session.starting_at = now
    session.save()
    send_start(session, connector, now)
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))
    _log.info("session_starting", session_no=session.session_no, payment_no=payment_no)


def _look(session: Session, now: datetime) -> tuple[Connector, str | None]:
    """The connector, its pile locked before the session as in every start, and what stands against it now."""
    connector: Connector = Connector.get_by_id(session.connector_id)
    try:
        get_connector_to_start(connector.connector_no)
        check_ready(connector, now=now)
    except DomainError as error:
        return connector, error.code
    return connector, None
