"""Another name or other permissions for a role; everybody who has it may do other things at once."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.models import Staff
from backend.models.engine.database import transactional
from backend.services.access.log_ins import reread_rights
from backend.services.ground.row_version import take_edit
from backend.services.staff.reach import take_role
from backend.services.staff.role_terms import RoleTerms, check_role_terms, describe_role, write_permissions
from backend.services.staff.staff_audit import changes, write_role_audit
from backend.services.staff.super_administrators import keeping_super_administrator


@transactional
def edit_role(
    *, actor: Actor, role_id: int, terms: RoleTerms, row_version: int, caller: Caller, now: datetime
) -> None:
    """A second factor that is newly asked for is owed from the next log-in on.

    Raises RoleNotFound, RowChanged, LastSuperAdministrator and what `check_role_terms` raises.
    """
    with keeping_super_administrator():
        row = take_role(actor, role_id)
        take_edit(row, seen=row_version)
        check_role_terms(actor, terms, operator_id=row.operator_id, role_id=row.id)
        before = describe_role(row)
        row.name, row.needs_second_factor = terms.name, terms.needs_second_factor
        row.adjustment_limit_fen = terms.adjustment_limit_fen
        row.save()
        write_permissions(row.id, terms.permissions)
    holders = Staff.select(Staff.id).where(Staff.role_id == row.id)
    reread_rights([holder.id for holder in holders], now=now)
    write_role_audit(
        actor=actor,
        action="role.edit",
        row=row,
        detail=changes(before, describe_role(row)),
        caller=caller,
        now=now,
    )
