"""Who is logged in at the operators' desk, and what they may see and do."""

import msgspec

from backend.domain.actor import Actor
from backend.models import Operator, Staff, Station
from backend.models.engine.database import reading
from backend.services.access.scope import sees_platform
from backend.services.access.visible_stations import visible_stations


class StationName(msgspec.Struct, frozen=True, kw_only=True):
    station_no: str
    name: str


class StaffProfile(msgspec.Struct, frozen=True, kw_only=True):
    """`stations` is None for staff who see every station in their scope."""

    account: str
    name: str
    operator_no: str
    operator_name: str
    is_platform: bool
    sees_platform_sums: bool
    permissions: tuple[str, ...]
    stations: tuple[StationName, ...] | None


@reading
def get_staff_profile(*, staff: Actor) -> StaffProfile:
    """The caller's own profile."""
    row = Staff.get_by_id(staff.id)
    operator = Operator.get_by_id(row.operator_id)
    stations = None
    if staff.station_ids is not None:
        rows = visible_stations(staff).order_by(Station.id)
        stations = tuple(StationName(station_no=found.station_no, name=found.name) for found in rows)
    return StaffProfile(
        account=row.account,
        name=row.name,
        operator_no=operator.operator_no,
        operator_name=operator.name,
        is_platform=operator.is_platform,
        sees_platform_sums=sees_platform(staff),
        permissions=tuple(sorted(staff.permissions)),
        stations=stations,
    )
