"""Members of staff and roles as the desk shows them, with what the caller may do to each."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from peewee import fn

from backend.domain.actor import Actor
from backend.domain.permission import Permission
from backend.models import (
    Operator,
    Role,
    RolePermission,
    SecondFactor,
    Staff,
    StaffStation,
    Station,
)
from backend.services.access.scope import scoped
from backend.services.staff.reach import may_grant
from backend.services.views.desk.get_staff_profile import StationName


class RoleName(msgspec.Struct, frozen=True, kw_only=True):
    role_id: int
    name: str


class StaffRow(msgspec.Struct, frozen=True, kw_only=True):
    """`stations` is None for staff who see every station of their operator, or of all where that is the platform's."""

    staff_id: int
    account: str
    name: str
    operator_no: str
    operator_name: str
    role: RoleName | None
    stations: tuple[StationName, ...] | None
    is_enabled: bool
    is_yourself: bool
    has_second_factor: bool
    must_change_password: bool
    last_login_at: datetime | None
    last_login_ip: str
    created_at: datetime
    row_version: int
    allowed_actions: tuple[str, ...]


class RoleRow(msgspec.Struct, frozen=True, kw_only=True):
    """`may_give`: the caller has all of these permissions, and may give the role to others."""

    role_id: int
    name: str
    operator_no: str
    operator_name: str
    permissions: tuple[str, ...]
    needs_second_factor: bool
    adjustment_limit_fen: int
    staff_count: int
    may_give: bool
    row_version: int
    allowed_actions: tuple[str, ...]


def view_staff(rows: Sequence[Any], *, actor: Actor) -> tuple[StaffRow, ...]:
    """Rows of Staff as they are shown; a few queries for all of them."""
    operators = _operators({row.operator_id for row in rows})
    role_ids = {row.role_id for row in rows}
    roles = {role.id: role for role in Role.select().where(Role.id.in_(list(role_ids)))}
    granted = granted_by(role_ids)
    stations = _stations({row.id for row in rows}, actor=actor)
    factors = SecondFactor.select(SecondFactor.staff_id).where(
        SecondFactor.staff_id.in_([row.id for row in rows]) & SecondFactor.confirmed_at.is_null(is_null=False)
    )
    proven = {factor.staff_id for factor in factors}

    def view(row: Staff) -> StaffRow:
        role, operator = roles.get(row.role_id or 0), operators[row.operator_id]
        return StaffRow(
            staff_id=row.id,
            account=row.account,
            name=row.name,
            operator_no=operator.operator_no,
            operator_name=operator.name,
            role=None if role is None else RoleName(role_id=role.id, name=role.name),
            stations=None if row.sees_all_stations else stations.get(row.id, ()),
            is_enabled=row.is_enabled,
            is_yourself=row.id == actor.id,
            has_second_factor=row.id in proven,
            must_change_password=row.must_change_password,
            last_login_at=row.last_login_at,
            last_login_ip=row.last_login_ip,
            created_at=row.created_at,
            row_version=row.row_version,
            allowed_actions=_staff_actions(
                row, actor, granted.get(row.role_id or 0, ()), has_second_factor=row.id in proven
            ),
        )

    return _each(rows, view)


def view_roles(rows: Sequence[Any], *, actor: Actor) -> tuple[RoleRow, ...]:
    """Rows of Role as they are shown."""
    operators = _operators({row.operator_id for row in rows})
    ids = {row.id for row in rows}
    granted = granted_by(ids)
    holders: Any = Staff.select(Staff.role_id, fn.COUNT(Staff.id)).where(Staff.role_id.in_(list(ids)))
    counts: dict[int, int] = dict(holders.group_by(Staff.role_id).tuples())

    def view(row: Role) -> RoleRow:
        permissions, staff_count = granted.get(row.id, ()), counts.get(row.id, 0)
        is_within = may_grant(actor, permissions)
        may_edit = is_within and Permission.ROLE_EDIT in actor.permissions and actor.station_ids is None
        return RoleRow(
            role_id=row.id,
            name=row.name,
            operator_no=operators[row.operator_id].operator_no,
            operator_name=operators[row.operator_id].name,
            permissions=permissions,
            needs_second_factor=row.needs_second_factor,
            adjustment_limit_fen=row.adjustment_limit_fen,
            staff_count=staff_count,
            may_give=is_within,
            row_version=row.row_version,
            allowed_actions=(("edit", "delete") if staff_count == 0 else ("edit",)) if may_edit else (),
        )

    return _each(rows, view)


def granted_by(role_ids: Iterable[int | None]) -> dict[int, tuple[str, ...]]:
    """Role → its permissions, sorted."""
    wanted = [role_id for role_id in role_ids if role_id is not None]
    found: dict[int, list[str]] = {}
    for row in RolePermission.select().where(RolePermission.role_id.in_(wanted)):
        found.setdefault(row.role_id, []).append(row.permission)
    return {role_id: tuple(sorted(permissions)) for role_id, permissions in found.items()}


def _staff_actions(
    row: Staff, actor: Actor, granted: Sequence[str], *, has_second_factor: bool
) -> tuple[str, ...]:
    if Permission.STAFF_EDIT not in actor.permissions or not may_grant(actor, granted):
        return ()
    if row.id == actor.id:
        return ("edit",)
    actions = ["edit", "reset_password", "log_out"]
    if has_second_factor:
        actions.append("reset_second_factor")
    return (*actions, "disable" if row.is_enabled else "enable", "delete")


def _operators(ids: set[int]) -> dict[int, Operator]:
    return {operator.id: operator for operator in Operator.select().where(Operator.id.in_(list(ids)))}


def _stations(staff_ids: set[int], *, actor: Actor) -> dict[int, tuple[StationName, ...]]:
    """Staff → the stations they are bound to, as far as the actor may see them."""
    bound: Any = StaffStation.select(StaffStation.staff_id, Station.station_no, Station.name).join(
        Station, on=(Station.id == StaffStation.station_id)
    )
    wanted = bound.where(StaffStation.staff_id.in_(list(staff_ids)))
    seen = scoped(wanted, actor, operator=Station.operator_id, station=Station.id)
    rows: Any = seen.order_by(Station.id).tuples()
    found: dict[int, tuple[StationName, ...]] = {}
    for staff_id, station_no, name in rows:
        found[staff_id] = (*found.get(staff_id, ()), StationName(station_no=station_no, name=name))
    return found


def _each(rows: Sequence[Any], view: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(view(row) for row in rows)
