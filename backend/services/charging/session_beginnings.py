"""What every charge that a driver asks for begins with: the checks, the row, the claim on connector and driver, the command.

What pays for it, and when the pile is asked, is decided by who begins it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.command import CommandKind
from backend.domain.errors import ConnectorBusy, DebtUnpaid, DriverBusy, DriverDisabled, OperatorDisabled
from backend.domain.estimate import safe_limit
from backend.domain.policy import Policy
from backend.domain.session import PayerKind, SessionState
from backend.domain.tariff import TariffVersion
from backend.domain.timer import TimerKind
from backend.domain.units import Fen
from backend.gateways.ids import new_number
from backend.models import Connector, Driver, LiveSession, Pile, Session, Station
from backend.models.engine.database import locked
from backend.services.access.frozen_drivers import check_not_frozen
from backend.services.charging.plug_claims import check_unclaimed
from backend.services.charging.session_terms import columns_of, terms_of
from backend.services.commands.queue import queue_command
from backend.services.ground.agreements import check_accepted
from backend.services.ground.operator_book import read_operators
from backend.services.ground.timers import set_timer
from backend.services.ledger.wallets import LockedWallet, lock_wallet
from backend.services.sites.find_connector import check_ready, check_station, get_connector_to_start
from backend.services.tariffs.versions import Frozen, get_version_for


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a charge may begin now, at which price, by which policy; the driver's wallet is locked."""

    connector: Connector
    pile: Pile
    station: Station
    policy: Policy
    wallet: LockedWallet
    frozen: Frozen
    version: TariffVersion


def check_ground(*, driver: Actor, connector_no: str, is_own_car: bool | None, now: datetime) -> Ground:
    """Everything but the claim. Raises what stands against a start: see `start_session`."""
    connector, pile, station = get_connector_to_start(connector_no)
    operators = read_operators()
    if connector.operator_id in operators.disabled_ids:
        raise OperatorDisabled
    check_station(station, now=now)
    check_ready(connector, now=now)
    policy = operators.policy_of(connector.operator_id)
    check_accepted(driver=driver, operator_id=connector.operator_id)
    wallet = lock_wallet(driver_no=driver.no)
    person = Driver.get_by_id(driver.id)  # under the wallet's lock: whoever is being deleted is gone by then
    if not person.is_enabled:
        raise DriverDisabled
    check_not_frozen(person)
    check_unclaimed(connector.id, driver.id, now, is_own_car=is_own_car)
    if wallet.debt_fen > 0:
        raise DebtUnpaid(debt_fen=wallet.debt_fen)
    frozen, version = get_version_for(pile=pile, station=station, now=now)
    return Ground(connector, pile, station, policy, wallet, frozen, version)


def new_session(ground: Ground, *, driver: Actor, is_own_car: bool | None, now: datetime) -> Session:
    """A session of a driver, not written yet: nothing pays for it so far."""
    return Session(
        session_no=new_number("S", now),
        operator_id=ground.connector.operator_id,
        station_id=ground.connector.station_id,
        pile_id=ground.connector.pile_id,
        connector_id=ground.connector.id,
        payer_kind=PayerKind.DRIVER,
        driver_id=driver.id,
        tariff_version_id=ground.frozen.version_id,
        calendar_revision=ground.frozen.calendar_revision,
        time_zone=ground.station.time_zone,
        rated_w=min(ground.connector.rated_w, ground.pile.rated_w),
        is_own_car=is_own_car,
        state=SessionState.CREATED,
        created_at=now,
        **columns_of(ground.policy.terms),
    )


def allow(session: Session, fen: int, version: TariffVersion, now: datetime) -> None:
    """Let a session spend so much, from now on."""
    session.hold_fen = fen
    session.limit_wh = safe_limit(Fen(fen), version, now, ZoneInfo(session.time_zone))


def claim(session: Session, now: datetime) -> None:
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


def check_free(connector: Connector, driver: Actor) -> None:
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


def send_start(session: Session, connector: Connector, now: datetime) -> datetime:
    """Queue the start command of a session that may spend something; when it is given up."""
    deadline = now + timedelta(seconds=terms_of(session).start_deadline_s)
    set_timer(kind=TimerKind.START_DEADLINE, subject_no=session.session_no, due_at=deadline)
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
    return deadline
