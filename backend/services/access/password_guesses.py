"""How often a staff account's password may be tried, and from where. Only what was looked at and wrong is counted.

Five wrong ones in a quarter of an hour close the account to their network until that is over. Fifty from anywhere
close it to every network but those its owner came from lately, each time for longer: who merely knows an account's
name can neither go on guessing from many addresses nor keep its owner out.
"""

from datetime import datetime, timedelta
from typing import Final

from backend.domain.caller_network import network_of
from backend.live import rate_limit
from backend.models import AuditRow, Staff
from backend.models.engine.database import locked, transactional
from backend.services.ground.audit import write_audit

LOG_IN: Final = "staff.log_in"
"""The action of a log-in in the audit log, which tells where an account's owner comes from."""
NETWORK_ATTEMPTS: Final = 5
NETWORK_WINDOW: Final = timedelta(minutes=15)
ACCOUNT_ATTEMPTS: Final = 50
FIRST_CLOSED: Final = timedelta(minutes=15)
LONGEST_CLOSED: Final = timedelta(hours=24)
KNOWN_FOR: Final = timedelta(days=30)
LOG_INS_READ: Final = 200
_RULE: Final = "password"
_DOUBLINGS: Final = 7
"""2 ** 7 quarters of an hour are more than a day."""


def may_try(*, staff: Staff, ip: str, now: datetime) -> bool:
    """Whether a password of this account may be tried from this address now. Counts nothing."""
    if rate_limit.peek(_RULE, _key(staff.id, ip), limit=NETWORK_ATTEMPTS):
        return False
    is_open = staff.locked_until is None or staff.locked_until <= now
    return is_open or _is_known(staff, ip, now)


def note_wrong(*, staff_id: int, ip: str, now: datetime) -> None:
    """Count a password that was wrong. Raises ServiceUnavailable when only the network could be told."""
    window_s = int(NETWORK_WINDOW.total_seconds())
    rate_limit.take(_RULE, _key(staff_id, ip), limit=NETWORK_ATTEMPTS, per_s=window_s)
    _count_for_account(staff_id=staff_id, ip=ip, now=now)


def forget_wrong(*, staff: Staff, ip: str) -> None:
    """The owner is in: what was mistyped before counts no more. The caller saves the row."""
    staff.failed_logins, staff.locked_until = 0, None
    rate_limit.forget(_RULE, _key(staff.id, ip))


def _key(staff_id: int, ip: str) -> str:
    return f"{staff_id}:{network_of(ip)}"


def _is_known(staff: Staff, ip: str, now: datetime) -> bool:
    """Whether the account was logged in to from this network lately."""
    log_ins = (
        AuditRow.select(AuditRow.ip)
        .where(
            (AuditRow.object_kind == "staff")
            & (AuditRow.object_no == staff.account)
            & (AuditRow.action == LOG_IN)
            & (AuditRow.at > now - KNOWN_FOR)
        )
        .order_by(AuditRow.id.desc())
        .limit(LOG_INS_READ)
    )
    return network_of(ip) in {network_of(row.ip) for row in log_ins}


@transactional
def _count_for_account(*, staff_id: int, ip: str, now: datetime) -> None:
    staff = locked(Staff.select().where(Staff.id == staff_id)).get()
    staff.failed_logins += 1
    if staff.failed_logins % ACCOUNT_ATTEMPTS == 0:
        staff.locked_until = now + _closed_for(staff.failed_logins)
        write_audit(
            actor=None,
            action="staff.lock",
            object_kind="staff",
            object_no=staff.account,
            operator_id=staff.operator_id,
            detail={"failed_logins": staff.failed_logins},
            now=now,
            ip=ip,
        )
    staff.save()


def _closed_for(failed_logins: int) -> timedelta:
    doublings = min(failed_logins // ACCOUNT_ATTEMPTS - 1, _DOUBLINGS)
    return min(FIRST_CLOSED * (1 << doublings), LONGEST_CLOSED)
