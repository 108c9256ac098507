"""Who is logged in at the operators' desk, and what they may see and do."""

import msgspec

from backend.domain.actor import Actor
from backend.domain.obligation import Obligation
from backend.models import Operator, Staff, Station
from backend.models.engine.database import reading
from backend.services.access.scope import sees_platform
from backend.services.access.second_factors import has_second_factor
from backend.services.access.visible_stations import visible_stations
from backend.services.staff.backup_codes import count_backup_codes
from backend.services.staff.obligations import obligations_of


class StationName(msgspec.Struct, frozen=True, kw_only=True):
    station_no: str
    name: str


class StaffProfile(msgspec.Struct, frozen=True, kw_only=True):
    """`stations` is None for staff who see every station in their scope.

    `obligations` are to be met before anything else may be done; until then there are no permissions.
    """

    account: str
    name: str
    operator_no: str
    operator_name: str
    is_platform: bool
    sees_platform_sums: bool
    permissions: tuple[str, ...]
    stations: tuple[StationName, ...] | None
    obligations: tuple[Obligation, ...]
    has_second_factor: bool
    backup_codes_left: int


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
        obligations=obligations_of(row) if staff.is_limited else (),
        has_second_factor=has_second_factor(row.id),
        backup_codes_left=count_backup_codes(row.id),
    )
