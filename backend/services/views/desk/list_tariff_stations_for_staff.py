"""Where a tariff is used: the stations in scope that have it, or of which a pile has it."""

from typing import Any

import msgspec
from peewee import fn

from backend.domain.actor import Actor
from backend.models import Pile, Station
from backend.models.engine.database import reading
from backend.services.access.visible_stations import visible_stations
from backend.services.access.visible_tariffs import get_tariff
from backend.services.tariffs.tariff_use import uses
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class TariffStationRow(msgspec.Struct, frozen=True, kw_only=True):
    """`is_default`: piles without a tariff of their own have it; `piles` are those in service that are priced by it."""

    station_no: str
    name: str
    is_default: bool
    piles: int


class TariffStationPage(msgspec.Struct, frozen=True, kw_only=True):
    tariff_no: str
    stations: tuple[TariffStationRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_tariff_stations_for_staff(
    *, staff: Actor, tariff_no: str, cursor: str | None, limit: int
) -> TariffStationPage:
    """One page, oldest first. Raises TariffNotFound, InvalidCursor."""
    tariff = get_tariff(staff, tariff_no)
    query = visible_stations(staff).where(uses(tariff.id))
    listing = Listing(
        wanted=query,
        anchors=visible_stations(staff),
        shown=Station.select(),
        number=Station.station_no,
        is_newest_first=False,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    own, inherited = _piles(page.rows, tariff.id)
    return TariffStationPage(
        tariff_no=tariff_no,
        stations=tuple(
            TariffStationRow(
                station_no=station.station_no,
                name=station.name,
                is_default=station.tariff_id == tariff.id,
                piles=own.get(station.id, 0)
                + (inherited.get(station.id, 0) if station.tariff_id == tariff.id else 0),
            )
            for station in page.rows
        ),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(query),
    )


def _piles(stations: list[Station], tariff_id: int) -> tuple[dict[int, int], dict[int, int]]:
    """Piles in service by station: those that have the tariff of their own, and those that have none of their own."""
    ids = [station.id for station in stations]
    counted: Any = (
        Pile.select(Pile.station_id, Pile.tariff_id, fn.COUNT(Pile.id))
        .where(Pile.station_id.in_(ids) & (Pile.is_retired == False))  # noqa: E712 - SQL
        .group_by(Pile.station_id, Pile.tariff_id)
        .tuples()
    )
    own: dict[int, int] = {}
    inherited: dict[int, int] = {}
    for station_id, of_pile, count in counted:
        if of_pile == tariff_id:
            own[station_id] = count
        elif of_pile is None:
            inherited[station_id] = count
    return own, inherited
