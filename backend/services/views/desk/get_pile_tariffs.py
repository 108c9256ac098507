"""The tariffs that a pile of a station may have for its own: its operator's that are not retired."""

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import StationNotFound
from backend.models import Station, Tariff
from backend.models.engine.database import reading
from backend.services.access.visible_stations import visible_stations
from backend.services.access.visible_tariffs import visible_tariffs
from backend.services.views.desk.get_station_choices import MOST


class PileTariff(msgspec.Struct, frozen=True, kw_only=True):
    tariff_no: str
    name: str


class PileTariffs(msgspec.Struct, frozen=True, kw_only=True):
    """`of_station`: the name of what a pile without its own is billed by; at most `MOST` tariffs."""

    of_station: str | None
    tariffs: tuple[PileTariff, ...]


@reading
def get_pile_tariffs(*, staff: Actor, station_no: str) -> PileTariffs:
    """Who sees a few stations chooses among their tariffs. Raises StationNotFound."""
    station = visible_stations(staff).where(Station.station_no == station_no).first()
    if station is None:
        raise StationNotFound
    in_use = (Tariff.operator_id == station.operator_id) & Tariff.retired_at.is_null()
    rows = visible_tariffs(staff).where(in_use).order_by(Tariff.id).limit(MOST)
    own = None if station.tariff_id is None else Tariff.get_or_none(Tariff.id == station.tariff_id)
    return PileTariffs(
        of_station=None if own is None else own.name,
        tariffs=tuple(PileTariff(tariff_no=row.tariff_no, name=row.name) for row in rows),
    )
