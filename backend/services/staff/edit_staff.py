"""Another name, role or reach for a colleague; what they may do changes at once."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.models import Operator
from backend.models.engine.database import transactional
from backend.services.access.log_ins import reread_rights
from backend.services.ground.row_version import take_edit
from backend.services.staff.reach import take_staff
from backend.services.staff.staff_audit import changes, write_staff_audit
from backend.services.staff.super_administrators import keeping_super_administrator
from backend.services.staff.terms import Terms, check_terms, describe_terms, write_stations


@transactional
def edit_staff(
    *, actor: Actor, staff_id: int, terms: Terms, row_version: int, caller: Caller, now: datetime
) -> None:
    """Raises StaffNotFound, RowChanged, LastSuperAdministrator, BeyondOwnRights and what `check_terms` raises."""
    with keeping_super_administrator():
        row = take_staff(actor, staff_id)
        take_edit(row, seen=row_version)
        checked = check_terms(actor, terms, operator=Operator.get_by_id(row.operator_id))
        before = describe_terms(row)
        row.name, row.role_id, row.sees_all_stations = terms.name, checked.role.id, terms.sees_all_stations
        row.save()
        write_stations(row.id, checked.station_ids)
    reread_rights([row.id], now=now)
    write_staff_audit(
        actor=actor,
        action="staff.edit",
        row=row,
        detail=changes(before, describe_terms(row)),
        caller=caller,
        now=now,
    )
