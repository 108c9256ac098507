"""The desk's list of drivers: for the platform all of them, the newest first, of those who are gone the last to go; for
an operator those who charged there, the last to come for the first time first.
"""

from typing import Any

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.driver import DriverFilter, DriverState
from backend.models import Driver, DriverTotal
from backend.models.engine.database import reading
from backend.services.access.scope import sees_platform
from backend.services.views.desk.driver_rows import StaffDriverRow, view_drivers, visible_totals
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class StaffDriverPage(msgspec.Struct, frozen=True, kw_only=True):
    drivers: tuple[StaffDriverRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


class DriversWanted(msgspec.Struct, frozen=True, kw_only=True):
    """None: any. `driver_no` is a whole number."""

    group: DriverFilter | None = None
    driver_no: str | None = None


@reading
def list_drivers_for_staff(
    *, staff: Actor, wanted: DriversWanted, cursor: str | None, limit: int
) -> StaffDriverPage:
    """One page. Raises InvalidCursor."""
    listing = listing_of_drivers(staff, wanted)
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffDriverPage(
        drivers=view_drivers(drivers_of_rows(page.rows, staff), staff),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(listing.wanted),
    )


def listing_of_drivers(staff: Actor, wanted: DriversWanted) -> Listing:
    """The drivers that `staff` may see and the filter finds; its rows are `drivers_of_rows`'."""
    return _of_all(wanted) if sees_platform(staff) else _of_operator(staff, wanted)


def _of_all(wanted: DriversWanted) -> Listing:
    return Listing(
        wanted=_filter(Driver.select(), wanted),
        anchors=Driver.select(),
        shown=Driver.select(),
        number=Driver.driver_no,
        # the few who are gone are walked on their own index
        time=Driver.deleted_at if wanted.group is DriverFilter.DELETED else None,
        is_newest_first=True,
    )


def _of_operator(staff: Actor, wanted: DriversWanted) -> Listing:
    anchors = visible_totals(staff)
    is_any = wanted == DriversWanted()
    found = _filter(Driver.select(Driver.id), wanted)
    return Listing(
        wanted=anchors if is_any else anchors.where(DriverTotal.driver_id.in_(found)),
        anchors=anchors,
        shown=DriverTotal.select(),
        number=DriverTotal.id,
        is_newest_first=True,
    )


def _filter(query: "ModelSelect[Any]", wanted: DriversWanted) -> "ModelSelect[Any]":
    if wanted.driver_no is not None:
        query = query.where(Driver.driver_no == wanted.driver_no.strip().upper())
    if wanted.group is DriverFilter.FROZEN:
        query = query.where(Driver.state == DriverState.FROZEN)
    elif wanted.group is DriverFilter.DELETED:
        query = query.where(Driver.deleted_at.is_null(False))
    elif wanted.group is DriverFilter.GUEST:
        query = query.where(Driver.is_guest == True)  # noqa: E712 - SQL
    elif wanted.group is DriverFilter.REGISTERED:
        query = query.where(Driver.is_guest.is_null())
    return query


def drivers_of_rows(rows: list[Any], staff: Actor) -> list[Driver]:
    """The drivers of rows of this list, in their order."""
    if sees_platform(staff):
        return rows
    ids = [row.driver_id for row in rows]
    known = {row.id: row for row in Driver.select().where(Driver.id.in_(ids))} if ids else {}
    return [known[driver_id] for driver_id in ids]
