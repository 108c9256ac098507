"""What somebody is hired for: name, role, and the stations they see; checked against who enters it."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.actor import Actor
from backend.domain.errors import BeyondOwnRights, RoleNotFound, StationNotFound, UnfitInput
from backend.models import Operator, Role, Staff, StaffStation, Station
from backend.models.engine.database import locked
from backend.services.access.visible_stations import visible_stations
from backend.services.staff.reach import permissions_of, require_grantable, visible_roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`station_nos` counts only where not all are seen."""

    name: str
    role_id: int
    sees_all_stations: bool
    station_nos: Sequence[str]


@dataclass(frozen=True, slots=True)
class CheckedTerms:
    role: Role
    station_ids: tuple[int, ...]


def check_terms(actor: Actor, terms: Terms, *, operator: Operator) -> CheckedTerms:
    """The rows behind the terms. Raises RoleNotFound, StationNotFound, BeyondOwnRights, UnfitInput."""
    own = (Role.id == terms.role_id) & (Role.operator_id == operator.id)
    role = locked(visible_roles(actor).where(own)).first()  # it is not deleted meanwhile
    if role is None:
        raise RoleNotFound
    require_grantable(actor, permissions_of(role.id))
    if terms.sees_all_stations:
        if actor.station_ids is not None:
            raise BeyondOwnRights
        return CheckedTerms(role, ())
    if not terms.station_nos:
        raise UnfitInput(field="station_nos", reason="至少要选一座")
    wanted = set(terms.station_nos)
    named = visible_stations(actor).where(Station.station_no.in_(sorted(wanted)))
    found = list(named if operator.is_platform else named.where(Station.operator_id == operator.id))
    if {station.station_no for station in found} != wanted:
        raise StationNotFound
    return CheckedTerms(role, tuple(sorted(station.id for station in found)))


def describe_terms(row: Staff) -> dict[str, object]:
    """The terms of a row as the audit log tells them."""
    role = Role.get_or_none(Role.id == row.role_id)
    mine = StaffStation.select(StaffStation.station_id).where(StaffStation.staff_id == row.id)
    stations = Station.select(Station.station_no).where(Station.id.in_(mine)).order_by(Station.id)
    return {
        "name": row.name,
        "role": None if role is None else role.name,
        "stations": "all" if row.sees_all_stations else [station.station_no for station in stations],
    }


def write_stations(staff_id: int, station_ids: Sequence[int]) -> None:
    """These stations and no others; the caller's transaction."""
    StaffStation.delete().where(StaffStation.staff_id == staff_id).execute()
    rows = [{"staff_id": staff_id, "station_id": station_id} for station_id in station_ids]
    if rows:
        StaffStation.insert_many(rows).execute()
