"""The desk's list of piles: by station, by number or name, by what their connectors are doing."""

from datetime import datetime
from typing import Any, Final

import msgspec
from peewee import ModelSelect, fn

from backend.domain.actor import Actor
from backend.domain.connector import ConnectorGroup, ConnectorStatus, DeskGroup, group_of
from backend.domain.station import heard_since
from backend.models import Connector, ConnectorState, Pile, PileState
from backend.models.engine.database import reading
from backend.services.access.scope import scoped
from backend.services.access.visible_stations import find_station_id
from backend.services.views.desk.pile_views import StaffPile, view_piles
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class StaffPilePage(msgspec.Struct, frozen=True, kw_only=True):
    piles: tuple[StaffPile, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


STATUSES: Final = {
    group: [status for status in ConnectorStatus if group_of(status, online=True) is group]
    for group in ConnectorGroup
}


@reading
def list_piles_for_staff(
    *,
    staff: Actor,
    station_no: str | None,
    text: str | None,
    group: DeskGroup | None,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> StaffPilePage:
    """One page of the piles in service; `text` is a part of a name, or of the number of a pile or of one of its guns.

    `group` keeps piles with at least one connector in it. Raises InvalidCursor.
    """
    anchors = visible_piles(staff)
    query = anchors
    if station_no is not None:
        query = query.where(Pile.station_id == find_station_id(staff, station_no))
    if text:
        is_numbered = fn.UPPER(Pile.pile_no).contains(text.upper()) | fn.EXISTS(_gun_numbered(text))
        query = query.where(Pile.name.contains(text) | is_numbered)
    if group is not None:
        query = query.where(_has_connector_in(group, now))
    listing = Listing(
        wanted=query, anchors=anchors, shown=Pile.select(), number=Pile.pile_no, is_newest_first=False
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffPilePage(
        piles=tuple(view_piles(page.rows, now=now)),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(query),
    )


def visible_piles(staff: Actor) -> "ModelSelect[Pile]":
    """The piles in service that `staff` may see."""
    in_service = Pile.select().where(Pile.is_retired == False)  # noqa: E712 - SQL
    return scoped(in_service, staff, operator=Pile.operator_id, station=Pile.station_id)


def is_heard(now: datetime) -> Any:
    """SQL: the pile of this `PileState` row is online and was heard within 90 s."""
    return (PileState.is_online == True) & (PileState.last_seen_at >= heard_since(now))  # noqa: E712 - SQL


def _gun_numbered(text: str) -> "ModelSelect[Any]":
    """SQL: a connector of this pile has `text` in its number, which begins with the pile's; large or small letters."""
    return Connector.select().where(
        (Connector.pile_id == Pile.id) & fn.UPPER(Connector.connector_no).contains(text.upper())
    )


def _has_connector_in(group: DeskGroup, now: datetime) -> Any:
    own = PileState.select().where(PileState.pile_id == Pile.id)
    heard = own.where(is_heard(now))
    was_heard = fn.EXISTS(own.where(PileState.last_seen_at.is_null(is_null=False)))
    if group is DeskGroup.NEVER_ON_LINE:
        return ~was_heard
    if group is DeskGroup.OFFLINE:
        return was_heard & ~fn.EXISTS(heard)
    connectors = (
        Connector.select()
        .join(ConnectorState, on=(ConnectorState.connector_id == Connector.id))
        .where(
            (Connector.pile_id == Pile.id) & ConnectorState.status.in_(STATUSES[ConnectorGroup(group.value)])
        )
    )
    return fn.EXISTS(heard) & fn.EXISTS(connectors)
