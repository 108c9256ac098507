"""What the form of a station offers: operators, their tariffs, and the stations around to find one's way by."""

from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.models import Operator, Station, Tariff
from backend.models.engine.database import reading
from backend.services.access.visible_stations import visible_stations
from backend.services.access.visible_tariffs import visible_tariffs

MOST: Final = 200


class OperatorChoice(msgspec.Struct, frozen=True, kw_only=True):
    operator_no: str
    name: str
    service_phone: str


class TariffChoice(msgspec.Struct, frozen=True, kw_only=True):
    tariff_no: str
    name: str
    operator_no: str


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """Degrees are GCJ-02; `division_code` is empty where the station does not say it."""

    station_no: str
    name: str
    operator_no: str
    division_code: str
    lat: float
    lng: float


class StationChoices(msgspec.Struct, frozen=True, kw_only=True):
    """`may_create`: staff of a few stations build none. At most `MOST` of each, the latest stations."""

    may_create: bool
    operators: tuple[OperatorChoice, ...]
    tariffs: tuple[TariffChoice, ...]
    neighbours: tuple[Neighbour, ...]


@reading
def get_station_choices(*, staff: Actor) -> StationChoices:
    """Of the caller's own operator, or of all for platform staff; who sees a few stations chooses among their tariffs."""
    operators = {row.id: row for row in _operators(staff)}
    in_use = Tariff.operator_id.in_(list(operators)) & Tariff.retired_at.is_null()
    tariffs = visible_tariffs(staff).where(in_use).order_by(Tariff.id).limit(MOST)
    neighbours = visible_stations(staff).order_by(Station.id.desc()).limit(MOST)
    return StationChoices(
        may_create=staff.station_ids is None,
        operators=tuple(
            OperatorChoice(operator_no=row.operator_no, name=row.name, service_phone=row.service_phone)
            for row in operators.values()
        ),
        tariffs=tuple(
            TariffChoice(
                tariff_no=row.tariff_no, name=row.name, operator_no=operators[row.operator_id].operator_no
            )
            for row in tariffs
        ),
        neighbours=tuple(
            Neighbour(
                station_no=row.station_no,
                name=row.name,
                operator_no=operators[row.operator_id].operator_no if row.operator_id in operators else "",
                division_code=row.division_code or "",
                lat=row.lat_e6 / 1e6,
                lng=row.lng_e6 / 1e6,
            )
            for row in neighbours
        ),
    )


def _operators(staff: Actor) -> list[Operator]:
    query = Operator.select().order_by(Operator.is_platform.desc(), Operator.id).limit(MOST)
    return list(query if staff.is_platform else query.where(Operator.id == staff.operator_id))
