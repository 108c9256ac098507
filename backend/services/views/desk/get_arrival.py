"""A pile on its way on line (等待桩上线): whether the broker has its secret, what it let in, what was heard, what did not fit."""

from datetime import datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.arrival import ArrivalState, Signs, judge_arrival
from backend.domain.broker_account import AccountState, BrokerProblem, account_state
from backend.domain.errors import PileNotFound
from backend.domain.station import is_heard
from backend.models import (
    BrokerNode,
    Connector,
    ConnectorState,
    Pile,
    PileContact,
    PileState,
    Quarantine,
    Station,
)
from backend.models.engine.database import reading
from backend.services.access.scope import scoped
from backend.services.sites.broker_nodes import list_nodes
from backend.services.tariffs.versions import find_frozen

SHOWN: Final = 5


class RefusedHere(msgspec.Struct, frozen=True, kw_only=True):
    """A message of this pile that could not be taken."""

    quarantine_id: int
    topic: str
    reason: str
    detail: str
    received_at: datetime


class ArrivalConnector(msgspec.Struct, frozen=True, kw_only=True):
    connector_no: str
    gun: int
    is_told: bool


class PileArrival(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is the first thing that stands in the way.

    `account_problem`: why the broker cannot be told, None with a stuck account: no program follows the database.
    `unnamed_refusal_at`: the broker last refused a log-in without saying whose.
    """

    pile_no: str
    station_no: str
    state: ArrivalState
    account: AccountState
    account_problem: BrokerProblem | None
    secret_issued_at: datetime | None
    connected_at: datetime | None
    refused_at: datetime | None
    unnamed_refusal_at: datetime | None
    heard_at: datetime | None
    firmware: str
    clock_offset_ms: int | None
    connectors: tuple[ArrivalConnector, ...]
    quarantined: tuple[RefusedHere, ...]


@reading
def get_arrival(*, staff: Actor, pile_no: str, now: datetime) -> PileArrival:
    """A pile in scope. Raises PileNotFound."""
    pile = scoped(
        Pile.select().where(Pile.pile_no == pile_no),
        staff,
        operator=Pile.operator_id,
        station=Pile.station_id,
    ).first()
    if pile is None:
        raise PileNotFound
    station = Station.get_by_id(pile.station_id)
    contact = PileContact.get_or_none(PileContact.pile_id == pile.id)
    known = PileState.get_or_none(PileState.pile_id == pile.id)
    connectors = _connectors(pile)
    quarantined = _quarantined(pile)
    account, problem = account_state(
        is_issued=pile.secret_issued_at is not None, version=pile.secret_version, nodes=list_nodes(), now=now
    )
    heard_at = None if known is None else known.last_seen_at
    signs = Signs(
        account=account,
        issued_at=pile.secret_issued_at,
        connected_at=None if contact is None else contact.connected_at,
        refused_at=None if contact is None else contact.refused_at,
        refusal=None if contact is None else contact.refusal,
        heard_at=heard_at,
        is_heard=known is not None and is_heard(heard_at, is_online=known.is_online, now=now),
        is_clock_set=known is not None and known.is_clock_set,
        quarantined_at=quarantined[0].received_at if quarantined else None,
        guns=len(connectors),
        told_guns=sum(one.is_told for one in connectors),
        is_priced=find_frozen(tariff_id=pile.tariff_id or station.tariff_id, now=now) is not None,
        is_open=station.closed_at is None and bool(station.is_visible),
    )
    return PileArrival(
        pile_no=pile_no,
        station_no=station.station_no,
        state=judge_arrival(signs),
        account=account,
        account_problem=problem,
        secret_issued_at=pile.secret_issued_at,
        connected_at=signs.connected_at,
        refused_at=signs.refused_at,
        unnamed_refusal_at=_unnamed(pile),
        heard_at=heard_at,
        firmware=pile.firmware,
        clock_offset_ms=None if known is None else known.clock_offset_ms,
        connectors=connectors,
        quarantined=quarantined,
    )


def _connectors(pile: Pile) -> tuple[ArrivalConnector, ...]:
    rows = list(Connector.select().where(Connector.pile_id == pile.id).order_by(Connector.gun))
    told = {
        row.connector_id
        for row in ConnectorState.select().where(
            ConnectorState.connector_id.in_([row.id for row in rows])
            & ConnectorState.status_at.is_null(is_null=False)
        )
    }
    return tuple(
        ArrivalConnector(connector_no=row.connector_no, gun=row.gun, is_told=row.id in told) for row in rows
    )


def _quarantined(pile: Pile) -> tuple[RefusedHere, ...]:
    """The latest that are not closed, since its secret was issued."""
    since = pile.secret_issued_at or pile.created_at
    rows = (
        Quarantine.select()
        .where(
            (Quarantine.received_at >= since)
            & (Quarantine.pile_no == pile.pile_no)
            & Quarantine.closed_at.is_null()
        )
        .order_by(Quarantine.received_at.desc())
        .limit(SHOWN)
    )
    return tuple(
        RefusedHere(
            quarantine_id=row.id,
            topic=row.topic,
            reason=row.reason,
            detail=row.detail,
            received_at=row.received_at,
        )
        for row in rows
    )


def _unnamed(pile: Pile) -> datetime | None:
    times = [row.refused_at for row in BrokerNode.select() if row.refused_at is not None]
    newest = max(times, default=None)
    since = pile.secret_issued_at
    return newest if newest is not None and since is not None and newest >= since else None
