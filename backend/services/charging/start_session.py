"""Start a charge from the wallet: claim connector and driver, hold the money, queue the start command.

All of it is one transaction, so that a lost process leaves either a session with its hold and its command or
nothing. The pile is asked only after the commit; what happens then is in `docs/states.md`, "Session".
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import structlog
from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.command import CommandKind
from backend.domain.errors import (
    BalanceTooLow,
    ConnectorBusy,
    DebtUnpaid,
    DriverBusy,
    DriverDisabled,
    LimitOutOfRange,
    OperatorDisabled,
)
from backend.domain.estimate import safe_limit
from backend.domain.hold import size_hold
from backend.domain.session import PayerKind, SessionEvent, SessionState, next_state
from backend.domain.timer import TimerKind
from backend.domain.units import Fen
from backend.gateways.ids import new_number
from backend.live import feed
from backend.models import Connector, Driver, LiveSession, Session
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.charging.payers import WalletPayer
from backend.services.charging.plug_claims import check_unclaimed
from backend.services.charging.session_terms import columns_of
from backend.services.commands.queue import queue_command
from backend.services.ground.agreements import check_accepted
from backend.services.ground.audit import write_audit
from backend.services.ground.feed_topics import session_topics
from backend.services.ground.idempotency import once
from backend.services.ground.operator_book import read_operators
from backend.services.ground.timers import set_timer
from backend.services.ledger.wallets import lock_wallet
from backend.services.sites.find_connector import check_ready, check_station, get_connector_to_start
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
    *,
    driver: Actor,
    connector_no: str,
    limit_fen: int | None,
    idempotency_key: str,
    now: datetime,
    is_own_car: bool | None = None,
) -> StartedSession:
    """Start charging on a connector; the same key answers the same session again.

    `limit_fen` is the most the driver wants to spend; `is_own_car` what they say of a car that was plugged in before
    they scanned, None where nobody asked. Raises PlugClaimed, WhoseCar, ConnectorNotFound, OperatorDisabled,
    AgreementNotAccepted, StationClosed, StationHidden,
    StationShut, PileOffline, PileClockUnset, ConnectorFaulted, ConnectorUnavailable, ConnectorBusy,
    ConnectorNotPlugged, DriverDisabled, DriverBusy,
    DebtUnpaid, TariffMissing, LimitOutOfRange, BalanceTooLow, IdempotencyKeyReused.
    """
    return once(
        actor=driver,
        route="start_session",
        key=idempotency_key,
        # without the answer about the car as mini-programs that do not ask always wrote it
        request={"connector_no": connector_no, "limit_fen": limit_fen}
        | ({} if is_own_car is None else {"is_own_car": is_own_car}),
        answer_type=StartedSession,
        now=now,
        work=lambda: _start(driver, connector_no, limit_fen, now, is_own_car=is_own_car),
    )


def _start(
    driver: Actor, connector_no: str, limit_fen: int | None, now: datetime, *, is_own_car: bool | None
) -> StartedSession:
    connector, pile, station = get_connector_to_start(connector_no)
    operators = read_operators()
    if connector.operator_id in operators.disabled_ids:
        raise OperatorDisabled
    check_station(station, now=now)
    check_ready(connector, now=now)
    policy = operators.policy_of(connector.operator_id)
    check_accepted(driver=driver, operator_id=connector.operator_id)
    if not Driver.get_by_id(driver.id).is_enabled:
        raise DriverDisabled
    wallet = lock_wallet(driver_no=driver.no)
    check_unclaimed(connector.id, driver.id, now, is_own_car=is_own_car)
    if wallet.debt_fen > 0:
        raise DebtUnpaid(debt_fen=wallet.debt_fen)
    frozen, version = get_version_for(pile=pile, station=station, now=now)
    try:
        hold_fen = size_hold(
            Fen(wallet.available_fen), None if limit_fen is None else Fen(limit_fen), policy.hold
        )
    except (BalanceTooLow, LimitOutOfRange):
        _check_free(connector, driver)  # a session that is open already is the better answer
        raise
    session = Session(
        session_no=new_number("S", now),
        operator_id=connector.operator_id,
        station_id=connector.station_id,
        pile_id=connector.pile_id,
        connector_id=connector.id,
        payer_kind=PayerKind.DRIVER,
        driver_id=driver.id,
        tariff_version_id=frozen.version_id,
        calendar_revision=frozen.calendar_revision,
        hold_fen=hold_fen,
        limit_wh=safe_limit(hold_fen, version, now, ZoneInfo(station.time_zone)),
        time_zone=station.time_zone,
        rated_w=min(connector.rated_w, pile.rated_w),
        is_own_car=is_own_car,
        state=next_state(SessionState.CREATED, SessionEvent.START_QUEUED),
        created_at=now,
        starting_at=now,
        **columns_of(policy.terms),
    )
    session.save(force_insert=True)
    _claim(session, now)
    WalletPayer(driver.no).hold(session, wallet, now)
    deadline = now + timedelta(seconds=policy.terms.start_deadline_s)
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


def _claim(session: Session, now: datetime) -> None:
    """The database's word: one live session per connector and per driver, and no other driver's car still plugged in.

    Raises ConnectorBusy, DriverBusy, PlugClaimed, WhoseCar.
    """
    try:
        LiveSession.insert(
            connector_id=session.connector_id, driver_id=session.driver_id, session_id=session.id
        ).execute()
    except IntegrityError:
        _refuse_second(session.driver_id)
        raise ConnectorBusy from None
    # the session before freed the connector and claimed its plug in one transaction, which is over by now
    check_unclaimed(session.connector_id, session.driver_id, now, is_own_car=session.is_own_car)


def _check_free(connector: Connector, driver: Actor) -> None:
    """Raises DriverBusy, ConnectorBusy."""
    _refuse_second(driver.id)
    if LiveSession.get_or_none(LiveSession.connector_id == connector.id) is not None:
        raise ConnectorBusy


def _refuse_second(driver_id: int | None) -> None:
    own = locked(
        Session.select(Session.session_no)
        .join(LiveSession, on=(LiveSession.session_id == Session.id))
        .where(LiveSession.driver_id == driver_id)
    ).first()
    if own is not None:
        raise DriverBusy(session_no=own.session_no) from None


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
