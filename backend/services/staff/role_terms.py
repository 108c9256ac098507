"""What a role is: its name, what it grants, and whether it asks for a second factor; checked against who enters it."""

from collections.abc import Iterable
from dataclasses import dataclass

from backend.domain.actor import Actor
from backend.domain.errors import BeyondOwnRights, RoleNameTaken
from backend.domain.permission import Permission
from backend.gateways import get_sealer
from backend.models import Operator, Role, RolePermission
from backend.models.engine.database import locked
from backend.services.staff.reach import adjustment_limit_of, permissions_of, require_grantable


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTerms:
    name: str
    permissions: frozenset[Permission]
    needs_second_factor: bool
    adjustment_limit_fen: int = 0


def check_role_terms(actor: Actor, terms: RoleTerms, *, operator_id: int, role_id: int | None) -> None:
    """Raises BeyondOwnRights, RoleNameTaken, and SecondFactorUnavailable where nobody could have what is asked for."""
    require_grantable(actor, terms.permissions)
    known = None if role_id is None else Role.get_by_id(role_id)
    if terms.adjustment_limit_fen > max(
        adjustment_limit_of(actor), known.adjustment_limit_fen if known else 0
    ):
        raise BeyondOwnRights
    if terms.needs_second_factor:
        get_sealer()
    locked(Operator.select().where(Operator.id == operator_id)).first()  # names are taken one at a time
    same = (Role.operator_id == operator_id) & (Role.name == terms.name)
    if Role.select().where(same & (Role.id != (role_id or 0))).exists():
        raise RoleNameTaken


def describe_role(row: Role) -> dict[str, object]:
    """The role as the audit log tells it."""
    return {
        "name": row.name,
        "permissions": sorted(permissions_of(row.id)),
        "needs_second_factor": row.needs_second_factor,
        "adjustment_limit_fen": row.adjustment_limit_fen,
    }


def write_permissions(role_id: int, permissions: Iterable[Permission]) -> None:
    """These and no others; the caller's transaction."""
    RolePermission.delete().where(RolePermission.role_id == role_id).execute()
    rows = [{"role_id": role_id, "permission": one.value} for one in sorted(set(permissions))]
    if rows:
        RolePermission.insert_many(rows).execute()
