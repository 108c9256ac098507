"""Whom somebody may see among the staff, and what they may grant: never more than they have themselves.

Who is bound to stations sees colleagues who are bound to no others. Roles belong to the whole operator: whoever is
bound to stations may give them and not change them.
"""

from collections.abc import Iterable

from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.adjustment import LARGEST_LIMIT_FEN
from backend.domain.errors import BeyondOwnRights, OperatorNotFound, RoleNotFound, StaffNotFound
from backend.domain.permission import Permission
from backend.models import Operator, Role, RolePermission, Staff, StaffStation
from backend.models.engine.database import locked
from backend.services.access.scope import scoped_to_operator


def visible_staff(actor: Actor) -> "ModelSelect[Staff]":
    """Staff in the actor's scope; who is gone is nobody's."""
    query = scoped_to_operator(
        Staff.select().where(Staff.deleted_at.is_null()), actor, operator=Staff.operator_id
    )
    if actor.station_ids is None:
        return query
    elsewhere = StaffStation.select(StaffStation.staff_id).where(
        StaffStation.station_id.not_in(sorted(actor.station_ids))
    )
    return query.where(~Staff.sees_all_stations & Staff.id.not_in(elsewhere))


def take_staff(actor: Actor, staff_id: int) -> Staff:
    """One member of staff, locked, whom the actor may change. Raises StaffNotFound, BeyondOwnRights."""
    row: Staff | None = locked(visible_staff(actor).where(Staff.id == staff_id)).first()
    if row is None:
        raise StaffNotFound
    require_grantable(actor, permissions_of(row.role_id))
    return row


def visible_roles(actor: Actor) -> "ModelSelect[Role]":
    """Roles of the operators in scope."""
    return scoped_to_operator(Role.select(), actor, operator=Role.operator_id)


def take_role(actor: Actor, role_id: int) -> Role:
    """One role, locked, that the actor may change. Raises RoleNotFound, BeyondOwnRights."""
    row: Role | None = locked(visible_roles(actor).where(Role.id == role_id)).first()
    if row is None or actor.station_ids is not None:
        raise RoleNotFound
    require_grantable(actor, permissions_of(row.id))
    return row


def find_operator(actor: Actor, operator_no: str | None) -> Operator:
    """The operator something is to belong to: the actor's own unless another is named. Raises OperatorNotFound."""
    known = scoped_to_operator(Operator.select(), actor, operator=Operator.id)
    wanted = Operator.id == actor.operator_id if operator_no is None else Operator.operator_no == operator_no
    operator: Operator | None = known.where(wanted).first()
    if operator is None:
        raise OperatorNotFound
    return operator


def permissions_of(role_id: int | None) -> frozenset[str]:
    """What a role grants."""
    rows = RolePermission.select().where(RolePermission.role_id == role_id)
    return frozenset(row.permission for row in rows)


def may_grant(actor: Actor, permissions: Iterable[str]) -> bool:
    """Whether the actor has them all."""
    return actor.permissions.issuperset(permissions)


def adjustment_limit_of(actor: Actor) -> int:
    """The largest day's limit of adjustments that the actor may give a role: whoever may do everything, any."""
    if may_grant(actor, Permission):
        return LARGEST_LIMIT_FEN
    role = Role.select(Role.adjustment_limit_fen).join(Staff, on=(Staff.role_id == Role.id))
    row = role.where(Staff.id == actor.id).first()
    return 0 if row is None else row.adjustment_limit_fen


def require_grantable(actor: Actor, permissions: Iterable[str]) -> None:
    """Return where the actor has them all. Raises BeyondOwnRights."""
    if not may_grant(actor, permissions):
        raise BeyondOwnRights
