"""The platform names somebody of an operator who may do everything there, and who brings in the others."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.role_preset import SUPER_ADMINISTRATOR
from backend.models import Operator, Role, Staff
from backend.models.engine.database import transactional
from backend.services.access.operator_scope import check_is_platform
from backend.services.staff.administrators import NewAdministrator, create_administrator
from backend.services.staff.reach import require_grantable
from backend.services.staff.role_terms import describe_role
from backend.services.staff.staff_audit import write_role_audit, write_staff_audit
from backend.services.staff.terms import describe_terms


@transactional
def name_administrator(
    *, actor: Actor, operator: Operator, new: NewAdministrator, caller: Caller, now: datetime
) -> Staff:
    """The operator is locked. Raises Forbidden for all but the platform's staff, BeyondOwnRights, AccountTaken."""
    check_is_platform(actor)
    require_grantable(actor, SUPER_ADMINISTRATOR.permissions)
    known = {role.id for role in Role.select(Role.id).where(Role.operator_id == operator.id)}
    row = create_administrator(operator, new, now=now)
    if row.role_id not in known:
        role = Role.get_by_id(row.role_id)
        write_role_audit(
            actor=actor, action="role.create", row=role, detail=describe_role(role), caller=caller, now=now
        )
    write_staff_audit(
        actor=actor, action="staff.add", row=row, detail=describe_terms(row), caller=caller, now=now
    )
    return row
