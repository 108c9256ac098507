"""Start a charge from the wallet: claim connector and driver, hold the money, queue the start command.

All of it is one transaction, so that a lost process leaves either a session with its hold and its command or
nothing. The pile is asked only after the commit; what happens then is in `states.md`, "Session".
"""

from datetime import datetime, timedelta

import msgspec
import structlog
from peewee import IntegrityError

from backend.domain import hold as hold_rules
from backend.domain.actor import Actor
from backend.domain.command import CommandKind
from backend.domain.errors import (
    ConnectorBusy,
    DebtUnpaid,
    DriverBusy,
    DriverDisabled,
)
from backend.domain.estimate import energy_ceiling
from backend.domain.hold import HOLD_POLICY
from backend.domain.ledger import hold_entry
from backend.domain.session import START_DEADLINE_S, PayerKind, SessionEvent, SessionState, next_state
from backend.domain.timer import TimerKind
from backend.domain.units import Fen
from backend.gateways.ids import new_number
from backend.live import feed
from backend.models import Connector, Driver, LiveSession, Session
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.commands.queue import queue_command
from backend.services.ground.audit import write_audit
from backend.services.ground.idempotency import once
from backend.services.ground.session_topics import session_topics
from backend.services.ground.timers import set_timer
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import lock_wallet
from backend.services.sites.find_connector import check_ready, get_connector
from backend.services.tariffs.versions import get_version_for

_log = structlog.get_logger(__name__)


class StartedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session whose start command is on its way; `start_deadline_at` is when it is given up."""

    session_no: str
    state: SessionState
    connector_no: str
    hold_fen: int
    start_deadline_at: datetime


@transactional
def start_session(
    *, driver: Actor, connector_no: str, limit_fen: int | None, idempotency_key: str, now: datetime
) -> StartedSession:
    """Start charging on a connector; the same key answers the same session again.

    `limit_fen` is the most the driver wants to spend. Raises ConnectorNotFound, PileOffline, PileClockUnset,
    ConnectorFaulted, ConnectorUnavailable, ConnectorBusy, ConnectorNotPlugged, DriverDisabled, DriverBusy,
    DebtUnpaid, TariffMissing, LimitOutOfRange, BalanceTooLow, IdempotencyKeyReused.
    """
    return once(
        actor=driver,
        route="start_session",
        key=idempotency_key,
        request={"connector_no": connector_no, "limit_fen": limit_fen},
        answer_type=StartedSession,
        now=now,
        work=lambda: _start(driver, connector_no, limit_fen, now),
    )


def _start(driver: Actor, connector_no: str, limit_fen: int | None, now: datetime) -> StartedSession:
    connector, pile, station = get_connector(connector_no)
    check_ready(connector, now=now)
    if not Driver.get_by_id(driver.id).is_enabled:
        raise DriverDisabled
    wallet = lock_wallet(driver_no=driver.no)
    if wallet.debt_fen > 0:
        raise DebtUnpaid(debt_fen=wallet.debt_fen)
    version_id, version = get_version_for(pile=pile, station=station, now=now)
    session = Session(
        session_no=new_number("S", now),
        operator_id=connector.operator_id,
        station_id=connector.station_id,
        pile_id=connector.pile_id,
        connector_id=connector.id,
        payer_kind=PayerKind.DRIVER,
        driver_id=driver.id,
        tariff_version_id=version_id,
        time_zone=station.time_zone,
        rated_w=min(connector.rated_w, pile.rated_w),
        state=next_state(SessionState.CREATED, SessionEvent.START_QUEUED),
        created_at=now,
        starting_at=now,
    )
    session.save(force_insert=True)
    _claim(session)
    session.hold_fen = hold_rules.size_hold(
        Fen(wallet.available_fen), None if limit_fen is None else Fen(limit_fen), HOLD_POLICY
    )
    session.limit_wh = energy_ceiling(Fen(session.hold_fen), version)
    session.save()
    post_entry(entry=hold_entry(driver.no, Fen(session.hold_fen)), reference=session.session_no, now=now)
    deadline = now + timedelta(seconds=START_DEADLINE_S)
    set_timer(kind=TimerKind.START_DEADLINE, subject_no=session.session_no, due_at=deadline)
    _queue_start(session, connector, now)
    write_audit(
        actor=driver,
        action="session.start",
        object_kind="session",
        object_no=session.session_no,
        operator_id=session.operator_id,
        detail={"connector_no": connector_no, "hold_fen": session.hold_fen},
        now=now,
    )
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))
    _log.info("session_starting", session_no=session.session_no, connector_no=connector_no)
    return StartedSession(
        session_no=session.session_no,
        state=session.state,
        connector_no=connector_no,
        hold_fen=session.hold_fen,
        start_deadline_at=deadline,
    )


def _claim(session: Session) -> None:
    """The database's word: one live session per connector and per driver. Raises ConnectorBusy, DriverBusy."""
    try:
        LiveSession.insert(
            connector_id=session.connector_id, driver_id=session.driver_id, session_id=session.id
        ).execute()
    except IntegrityError:
        own = locked(
            Session.select(Session.session_no)
            .join(LiveSession, on=(LiveSession.session_id == Session.id))
            .where(LiveSession.driver_id == session.driver_id)
        ).first()
        if own is not None:
            raise DriverBusy(session_no=own.session_no) from None
        raise ConnectorBusy from None


def _queue_start(session: Session, connector: Connector, now: datetime) -> None:
    queue_command(
        pile_id=session.pile_id,
        operator_id=session.operator_id,
        session_id=session.id,
        kind=CommandKind.START,
        params={
            "connector": connector.gun,
            "session_no": session.session_no,
            "limit_fen": session.hold_fen,
            "limit_wh": session.limit_wh,
        },
        now=now,
    )
