"""A new role of an operator."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import BeyondOwnRights
from backend.models import Role
from backend.models.engine.database import transactional
from backend.services.staff.reach import find_operator
from backend.services.staff.role_terms import RoleTerms, check_role_terms, describe_role, write_permissions
from backend.services.staff.staff_audit import write_role_audit


@transactional
def create_role(
    *, actor: Actor, operator_no: str | None, terms: RoleTerms, caller: Caller, now: datetime
) -> int:
    """The row id. Raises OperatorNotFound and what `check_role_terms` raises; whoever sees some stations only makes none."""
    if actor.station_ids is not None:
        raise BeyondOwnRights
    operator = find_operator(actor, operator_no)
    check_role_terms(actor, terms, operator_id=operator.id, role_id=None)
    row = Role.create(
        operator_id=operator.id,
        name=terms.name,
        needs_second_factor=terms.needs_second_factor,
        adjustment_limit_fen=terms.adjustment_limit_fen,
        created_at=now,
    )
    write_permissions(row.id, terms.permissions)
    write_role_audit(
        actor=actor, action="role.create", row=row, detail=describe_role(row), caller=caller, now=now
    )
    return row.id
