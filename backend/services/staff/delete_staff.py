"""A colleague who leaves for good. Who never logged in goes; who did has left traces, and stays as a row without a name."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import NotYourself
from backend.models import LoginRecord, Staff
from backend.models.engine.database import transactional
from backend.services.access.log_ins import end_log_ins
from backend.services.access.second_factors import forget_second_factor
from backend.services.staff.reach import take_staff
from backend.services.staff.staff_audit import write_staff_audit
from backend.services.staff.super_administrators import keeping_super_administrator
from backend.services.staff.terms import write_stations

NOBODY = "已删除的员工"
NO_PASSWORD = "!"  # noqa: S105 - no hash, so that nothing fits it


@transactional
def delete_staff(*, actor: Actor, staff_id: int, caller: Caller, now: datetime) -> bool:
    """True when the row is gone, False when it was made nobody's.

    Raises StaffNotFound, BeyondOwnRights, NotYourself, LastSuperAdministrator.
    """
    with keeping_super_administrator():
        row = take_staff(actor, staff_id)
        if row.id == actor.id:
            raise NotYourself
        left_traces = row.last_login_at is not None
        write_staff_audit(
            actor=actor,
            action="staff.delete",
            row=row,
            detail={"left_traces": left_traces},
            caller=caller,
            now=now,
        )
        end_log_ins(row.id, now=now)
        forget_second_factor(row.id)
        write_stations(row.id, ())
        if left_traces:
            _make_nobody(row, now)
        else:
            row.delete_instance()
    return not left_traces


def _make_nobody(row: Staff, now: datetime) -> None:
    LoginRecord.update(account=_gone_account(row)).where(LoginRecord.staff_id == row.id).execute()
    row.account, row.name, row.password_hash = _gone_account(row), NOBODY, NO_PASSWORD
    row.role_id, row.is_enabled, row.deleted_at = None, False, now
    row.row_version += 1
    row.save()


def _gone_account(row: Staff) -> str:
    """No account that can be entered looks so."""
    return f"~{row.id}"
