"""One pile for the operators' desk: its state, its latest sessions and the commands sent to it."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from peewee import fn

from backend.domain.actor import Actor
from backend.domain.broker_account import AccountState, account_state
from backend.domain.errors import PileNotFound
from backend.models import (
    Command,
    Connector,
    Driver,
    Pile,
    PileDay,
    PileState,
    PlugClaim,
    Session,
    Station,
    Tariff,
)
from backend.models.engine.database import reading
from backend.services.access.scope import scoped
from backend.services.sites.broker_nodes import list_nodes
from backend.services.views.command_views import CommandView, view_commands
from backend.services.views.desk.pile_views import StaffPile, view_piles
from backend.services.views.desk.session_rows import StaffSessionRow, select_session_rows, view_session_rows

RECENT_SESSIONS: Final = 10
RECENT_COMMANDS: Final = 20
OFFLINE_DAYS: Final = 7


class PlugClaimView(msgspec.Struct, frozen=True, kw_only=True):
    """Whose car hangs on a connector, since the end of which session, and until when that is believed."""

    connector_no: str
    driver_no: str
    session_no: str
    since_at: datetime
    until_at: datetime


class StaffPileDetail(msgspec.Struct, frozen=True, kw_only=True):
    """`clock_offset_ms`: the pile's clock minus ours, if ever compared; `times_offline`: in seven days to today.

    `tariff_no`: of the pile's own tariff, None where it has the station's. `has_charged`: it can be retired, not deleted.
    `account`: whether the broker asks for the secret that was issued last.
    `plug_claims`: connectors that only one driver may start on, because their car was not heard unplugged.
    """

    pile: StaffPile
    online_since: datetime | None
    clock_offset_ms: int | None
    is_clock_set: bool
    times_offline: int
    created_at: datetime
    retired_at: datetime | None
    row_version: int
    tariff_no: str | None
    tariff_name: str | None
    has_charged: bool
    account: AccountState
    secret_issued_at: datetime | None
    recent_sessions: tuple[StaffSessionRow, ...]
    recent_commands: tuple[CommandView, ...]
    plug_claims: tuple[PlugClaimView, ...]


@reading
def get_pile_for_staff(*, staff: Actor, pile_no: str, now: datetime) -> StaffPileDetail:
    """A pile in scope, also a retired one. Raises PileNotFound."""
    pile = scoped(
        Pile.select().where(Pile.pile_no == pile_no),
        staff,
        operator=Pile.operator_id,
        station=Pile.station_id,
    ).first()
    if pile is None:
        raise PileNotFound
    state = PileState.get_or_none(PileState.pile_id == pile.id)
    (view,) = view_piles([pile], now=now)
    tariff = None if pile.tariff_id is None else Tariff.get_or_none(Tariff.id == pile.tariff_id)
    account, _ = account_state(
        is_issued=pile.secret_issued_at is not None, version=pile.secret_version, nodes=list_nodes(), now=now
    )
    return StaffPileDetail(
        pile=view,
        online_since=state.online_since if state is not None and view.is_online else None,
        clock_offset_ms=None if state is None else state.clock_offset_ms,
        is_clock_set=state is not None and state.is_clock_set,
        times_offline=_times_offline(pile, now),
        created_at=pile.created_at,
        retired_at=pile.retired_at,
        row_version=pile.row_version,
        tariff_no=None if tariff is None else tariff.tariff_no,
        tariff_name=None if tariff is None else tariff.name,
        has_charged=_has_charged(pile),
        account=account,
        secret_issued_at=pile.secret_issued_at,
        recent_sessions=_sessions(staff, pile, now),
        recent_commands=_commands(pile),
        plug_claims=_plug_claims(pile, now),
    )


def _has_charged(pile: Pile) -> bool:
    ids = Connector.select(Connector.id).where(Connector.pile_id == pile.id)
    return Session.select().where(Session.connector_id.in_([row.id for row in ids])).exists()


def _plug_claims(pile: Pile, now: datetime) -> tuple[PlugClaimView, ...]:
    rows: Any = (
        PlugClaim.select(
            Connector.connector_no,
            Driver.driver_no,
            Session.session_no,
            PlugClaim.since_at,
            PlugClaim.until_at,
        )
        .join(Connector, on=(Connector.id == PlugClaim.connector_id))
        .join_from(PlugClaim, Driver, on=(Driver.id == PlugClaim.driver_id))
        .join_from(PlugClaim, Session, on=(Session.id == PlugClaim.session_id))
        .where((Connector.pile_id == pile.id) & (PlugClaim.until_at > now))
        .order_by(Connector.connector_no)
        .namedtuples()
    )
    return tuple(
        PlugClaimView(
            connector_no=row.connector_no,
            driver_no=row.driver_no,
            session_no=row.session_no,
            since_at=row.since_at,
            until_at=row.until_at,
        )
        for row in rows
    )


def _times_offline(pile: Pile, now: datetime) -> int:
    zone = ZoneInfo(Station.get_by_id(pile.station_id).time_zone)
    first = now.astimezone(zone).date() - timedelta(days=OFFLINE_DAYS - 1)
    query = PileDay.select(fn.SUM(PileDay.times_offline))
    counted = query.where((PileDay.pile_id == pile.id) & (PileDay.local_date >= first)).scalar()
    return int(counted or 0)


def _sessions(staff: Actor, pile: Pile, now: datetime) -> tuple[StaffSessionRow, ...]:
    rows = (
        select_session_rows(staff)
        .where((Session.station_id == pile.station_id) & (Session.pile_id == pile.id))
        .order_by(Session.created_at.desc(), Session.id.desc())
        .limit(RECENT_SESSIONS)
        .objects()
    )
    return view_session_rows(list(rows), staff=staff, now=now)


def _commands(pile: Pile) -> tuple[CommandView, ...]:
    rows = (
        Command.select().where(Command.pile_id == pile.id).order_by(Command.id.desc()).limit(RECENT_COMMANDS)
    )
    return view_commands(rows)
