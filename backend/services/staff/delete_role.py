"""A role that nobody has goes."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import RoleInUse
from backend.models import Staff
from backend.models.engine.database import transactional
from backend.services.staff.reach import take_role
from backend.services.staff.role_terms import describe_role, write_permissions
from backend.services.staff.staff_audit import write_role_audit


@transactional
def delete_role(*, actor: Actor, role_id: int, caller: Caller, now: datetime) -> None:
    """Raises RoleNotFound, BeyondOwnRights, RoleInUse."""
    row = take_role(actor, role_id)  # locked first: who is given the role meanwhile waits, and is counted
    holders = Staff.select().where(Staff.role_id == row.id).count()
    if holders:
        raise RoleInUse(staff_count=holders)
    write_role_audit(
        actor=actor, action="role.delete", row=row, detail=describe_role(row), caller=caller, now=now
    )
    write_permissions(row.id, ())
    row.delete_instance()
