"""Staff try a pile (试充电): a short charge that nobody pays, kept apart from orders that are income (docs/adr/0020).

It runs through the very states, commands and records of any other, so that what is tried is what drivers will get.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog
from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.command import CommandKind
from backend.domain.errors import ConnectorBusy, ConnectorNotFound, Forbidden
from backend.domain.permission import Permission
from backend.domain.policy import DEFAULTS
from backend.domain.session import (
    TEST_LIMIT_S,
    TEST_LIMIT_WH,
    PayerKind,
    SessionEvent,
    SessionState,
    next_state,
)
from backend.domain.timer import TimerKind
from backend.gateways.ids import new_number
from backend.live import feed
from backend.models import Connector, LiveSession, Pile, Session, Station
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.access.scope import scoped
from backend.services.commands.queue import queue_command
from backend.services.ground.audit import write_audit
from backend.services.ground.feed_topics import session_topics
from backend.services.ground.idempotency import once
from backend.services.ground.timers import set_timer
from backend.services.sites.find_connector import check_ready

TOLD_LIMIT_FEN: Final = 10_000
"""For piles that count money by a price of their own: energy and time end the test long before."""
_log = structlog.get_logger(__name__)


class StartedTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test whose start command is on its way, and when it ends by itself at the latest."""

    session_no: str
    connector_no: str
    limit_wh: int
    limit_s: int


@transactional
def start_test(
    *,
    staff: Actor,
    connector_no: str,
    idempotency_key: str,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> StartedTest:
    """Start on a connector in scope, also on one out of service; the same key answers the same session again.

    Raises Forbidden, ConnectorNotFound, PileOffline, PileClockUnset, ConnectorFaulted, ConnectorUnavailable,
    ConnectorBusy, ConnectorNotPlugged, IdempotencyKeyReused.
    """
    if Permission.PILE_TEST not in staff.permissions:
        raise Forbidden
    return once(
        actor=staff,
        route="start_test",
        key=idempotency_key,
        request={"connector_no": connector_no},
        answer_type=StartedTest,
        now=now,
        work=lambda: _start(staff, connector_no, now, request_id, ip),
    )


def _start(staff: Actor, connector_no: str, now: datetime, request_id: str, ip: str) -> StartedTest:
    connector, pile, station = _find(staff, connector_no)
    check_ready(connector, now=now)
    session = Session(
        session_no=new_number("S", now),
        operator_id=connector.operator_id,
        station_id=connector.station_id,
        pile_id=connector.pile_id,
        connector_id=connector.id,
        # an older program knows no payer of its own for tests; without a driver it lets them alone
        payer_kind=PayerKind.DRIVER,
        is_test=True,
        limit_wh=TEST_LIMIT_WH,
        time_zone=station.time_zone,
        rated_w=min(connector.rated_w, pile.rated_w),
        state=next_state(SessionState.CREATED, SessionEvent.START_QUEUED),
        created_at=now,
        starting_at=now,
    )
    session.save(force_insert=True)
    try:
        LiveSession.insert(connector_id=connector.id, driver_id=None, session_id=session.id).execute()
    except IntegrityError as error:
        raise ConnectorBusy from error
    deadline = now + timedelta(seconds=session.start_deadline_s or DEFAULTS.terms.start_deadline_s)
    set_timer(kind=TimerKind.START_DEADLINE, subject_no=session.session_no, due_at=deadline)
    queue_command(
        pile_id=session.pile_id,
        operator_id=session.operator_id,
        session_id=session.id,
        kind=CommandKind.START,
        params={
            "connector": connector.gun,
            "session_no": session.session_no,
            "limit_fen": TOLD_LIMIT_FEN,
            "limit_wh": TEST_LIMIT_WH,
            "limit_s": TEST_LIMIT_S,
        },
        now=now,
    )
    write_audit(
        actor=staff,
        action="session.test",
        object_kind="session",
        object_no=session.session_no,
        operator_id=session.operator_id,
        detail={"connector_no": connector_no},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))
    _log.info("test_starting", session_no=session.session_no, connector_no=connector_no)
    return StartedTest(
        session_no=session.session_no,
        connector_no=connector_no,
        limit_wh=TEST_LIMIT_WH,
        limit_s=TEST_LIMIT_S,
    )


def _find(staff: Actor, connector_no: str) -> tuple[Connector, Pile, Station]:
    """A connector in scope under its pile's lock, as any other start has it."""
    wanted = Connector.select().where(Connector.connector_no == connector_no)
    known = scoped(wanted, staff, operator=Connector.operator_id, station=Connector.station_id).first()
    if known is None:
        raise ConnectorNotFound
    pile = locked(Pile.select().where(Pile.id == known.pile_id)).first()
    connector = Connector.get_or_none(Connector.id == known.id)
    if pile is None or connector is None or pile.is_retired:
        raise ConnectorNotFound
    return connector, pile, Station.get_by_id(connector.station_id)
