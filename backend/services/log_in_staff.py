"""Staff log in with account and password. Five wrong ones lock the account, each time for longer.

An attempt is counted before its password is looked at, so that many at once are no way around the lock. A locked
account answers as an unknown one does, as slowly and in the same words: a guesser learns of neither.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from backend.domain.errors import AccountDisabled, WrongCredentials
from backend.domain.permission import ActorKind
from backend.gateways.passwords import burn_time, hash_password, needs_rehash, verify_password
from backend.models import Operator, RolePermission, Staff
from backend.models.database import Tx, locked, transactional
from backend.services.audit import write_audit
from backend.services.authenticate import Actor
from backend.services.issue_token import issue_token

ATTEMPTS: Final = 5
FIRST_LOCK: Final = timedelta(minutes=15)
LONGEST_LOCK: Final = timedelta(hours=24)
_DOUBLINGS: Final = 7
"""2 ** 7 quarters of an hour are more than a day."""
_log = structlog.get_logger(__name__)


class LoggedInStaff(msgspec.Struct, frozen=True, kw_only=True):
    """`token` goes into `Authorization: Bearer`; it is told this once."""

    token: str
    expires_at: datetime
    name: str
    operator_name: str
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What to check the password against."""

    staff_id: int
    password_hash: str


def log_in_staff(*, account: str, password: str, ip: str, now: datetime) -> LoggedInStaff:
    """Check a password, about 20 ms outside of any transaction, and as long where there is none to check.

    Raises WrongCredentials, also while the account is locked, and AccountDisabled only to who knows the password.
    """
    attempt = _count_attempt(account=account, ip=ip, now=now)
    if attempt is None:
        burn_time()
        raise WrongCredentials
    if not verify_password(attempt.password_hash, password):
        _log.warning("staff_log_in_failed", staff_id=attempt.staff_id)
        raise WrongCredentials
    new_hash = hash_password(password) if needs_rehash(attempt.password_hash) else attempt.password_hash
    return _log_in(attempt=attempt, new_hash=new_hash, ip=ip, now=now)


@transactional
def _count_attempt(tx: Tx, *, account: str, ip: str, now: datetime) -> _Attempt | None:
    """Count one attempt as failed until it is known better; None where no password may be tried."""
    del tx
    staff = locked(Staff.select().where(Staff.account == account)).first()
    if staff is None or (staff.locked_until is not None and staff.locked_until > now):
        return None
    staff.failed_logins += 1
    staff.locked_until = None
    if staff.failed_logins % ATTEMPTS == 0:
        staff.locked_until = now + _lock_time(staff.failed_logins)
        _audit(staff, "staff.lock", ip, now, {"failed_logins": staff.failed_logins})
    staff.save()
    return _Attempt(staff.id, staff.password_hash)


def _lock_time(failed_logins: int) -> timedelta:
    doublings = min(failed_logins // ATTEMPTS - 1, _DOUBLINGS)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


@transactional
def _log_in(tx: Tx, *, attempt: _Attempt, new_hash: str, ip: str, now: datetime) -> LoggedInStaff:
    del tx
    staff = locked(Staff.select().where(Staff.id == attempt.staff_id)).first()
    if staff is None or staff.password_hash != attempt.password_hash:
        raise WrongCredentials  # the password was changed while we looked at the old one
    if not staff.is_enabled:
        raise AccountDisabled
    staff.failed_logins, staff.locked_until = 0, None
    staff.last_login_at, staff.password_hash = now, new_hash
    staff.save()
    token, expires_at = issue_token(kind=ActorKind.STAFF, actor_id=staff.id, now=now)
    _audit(staff, "staff.log_in", ip, now, {})
    granted = RolePermission.select().where(RolePermission.role_id == staff.role_id)
    _log.info("staff_logged_in", staff_id=staff.id)
    return LoggedInStaff(
        token=token,
        expires_at=expires_at,
        name=staff.name,
        operator_name=Operator.get_by_id(staff.operator_id).name,
        permissions=tuple(sorted(row.permission for row in granted)),
    )


def _audit(staff: Staff, action: str, ip: str, now: datetime, detail: dict[str, object]) -> None:
    write_audit(
        actor=Actor(kind=ActorKind.STAFF, id=staff.id, no=staff.account, operator_id=staff.operator_id),
        action=action,
        object_kind="staff",
        object_no=staff.account,
        operator_id=staff.operator_id,
        detail=detail,
        now=now,
        ip=ip,
    )
