"""Which facts answer a question: those of an area or of some stations, of one operator or all, of a kind of pile.

What somebody may not see is as good as absent here as everywhere: an operator's staff read their operator's sums, those
with a station set their stations'.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, OperatorNotFound, StationNotFound
from backend.domain.fact import ALL_OPERATORS, AREA_DIGITS, EVERYWHERE
from backend.domain.permission import ActorKind
from backend.domain.pile import PileKind
from backend.models import Operator, Station
from backend.services.access.visible_stations import visible_stations


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What a question is narrowed to; None: any. `division` is a code of GB/T 2260 or its first 2 or 4 digits."""

    division: str | None = None
    operator_no: str | None = None
    station_no: str | None = None
    pile_kind: PileKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """`station_ids` are None where the area's own sums answer. `operator_id` is ALL_OPERATORS for any.

    `division` is as asked for, '' for all.
    """

    area_code: str
    station_ids: tuple[int, ...] | None
    operator_id: int
    pile_kind: PileKind | None
    division: str
    staff: Actor

    @property
    def is_narrowed(self) -> bool:
        """Whether it is about less than all stations of the platform."""
        return self.station_ids is not None or bool(self.division) or self.operator_id != ALL_OPERATORS

    def stations(self) -> "ModelSelect[Any]":
        """The stations that it is about, as they belong today."""
        query = visible_stations(self.staff)
        if self.operator_id != ALL_OPERATORS:
            query = query.where(Station.operator_id == self.operator_id)
        if self.station_ids is not None:
            query = query.where(Station.id.in_(self.station_ids))
        elif self.division:
            query = query.where(Station.division_code.startswith(self.division))
        return query


def cut_of(staff: Actor, chosen: Chosen) -> Cut:
    """The facts of what was chosen. Raises Forbidden, OperatorNotFound, StationNotFound."""
    if staff.kind is not ActorKind.STAFF:
        raise Forbidden
    division = _trim(chosen.division or EVERYWHERE)
    cut = Cut(
        area_code=division,
        station_ids=None,
        operator_id=_operator_of(staff, chosen.operator_no),
        pile_kind=chosen.pile_kind,
        division=division,
        staff=staff,
    )
    has_sums = len(division) in (len(EVERYWHERE), *AREA_DIGITS)
    if chosen.station_no is None and staff.station_ids is None and has_sums:
        return cut
    query = cut.stations().select(Station.id)
    if chosen.station_no is not None:
        query = query.where(Station.station_no == chosen.station_no)
    ids = tuple(sorted(row.id for row in query))
    if chosen.station_no is not None and not ids:
        raise StationNotFound
    return replace(cut, station_ids=ids)


def of_stations(cut: Cut, station_ids: Iterable[int]) -> Cut:
    """The cut narrowed to these of its stations."""
    return replace(cut, station_ids=tuple(sorted(station_ids)))


def _operator_of(staff: Actor, operator_no: str | None) -> int:
    """Raises OperatorNotFound for one whose sums `staff` may not see."""
    own = ALL_OPERATORS if staff.is_platform else staff.operator_id
    if own is None:
        raise Forbidden
    if operator_no is None:
        return own
    row = Operator.select(Operator.id).where(Operator.operator_no == operator_no).first()
    if row is None or own not in (ALL_OPERATORS, row.id):
        raise OperatorNotFound
    return int(row.id)


def _trim(division: str) -> str:
    """`330000` → `33`, `330100` → `3301`."""
    while len(division) > AREA_DIGITS[0] and division.endswith("00"):
        division = division[:-2]
    return division
