"""Staff log in with account and password; how often they may be wrong: password_guesses.py.

An account that is closed answers as an unknown one does, as slowly and in the same words: a guesser learns of
neither. Whether it is closed is looked at again before anybody is let in, so that many guesses at once are no way
around it.
"""

from datetime import datetime

import msgspec
import structlog

from backend.domain.actor import Actor
from backend.domain.errors import AccountDisabled, WrongCredentials
from backend.domain.permission import ActorKind
from backend.gateways.passwords import burn_time, hash_password, needs_rehash, verify_password
from backend.models import Operator, RolePermission, Staff
from backend.models.engine.database import locked, reading, transactional
from backend.services.access.issue_token import issue_token
from backend.services.access.password_guesses import LOG_IN, forget_wrong, may_try, note_wrong
from backend.services.ground.audit import write_audit

_log = structlog.get_logger(__name__)


class LoggedInStaff(msgspec.Struct, frozen=True, kw_only=True):
    """`token` goes into `Authorization: Bearer`; it is told this once."""

    token: str
    expires_at: datetime
    name: str
    operator_name: str
    permissions: tuple[str, ...]


def log_in_staff(*, account: str, password: str, ip: str, now: datetime) -> LoggedInStaff:
    """Check a password, about 20 ms outside of any transaction, and as long where there is none to check.

    Raises WrongCredentials, also while the account is closed to this address, and AccountDisabled only to who
    knows the password.
    """
    staff = _find_open(account=account, ip=ip, now=now)
    if staff is None:
        burn_time()
        raise WrongCredentials
    if not verify_password(staff.password_hash, password):
        _log.warning("staff_log_in_failed", staff_id=staff.id)
        note_wrong(staff_id=staff.id, ip=ip, now=now)
        raise WrongCredentials
    new_hash = hash_password(password) if needs_rehash(staff.password_hash) else staff.password_hash
    return _log_in(seen=staff, new_hash=new_hash, ip=ip, now=now)


@reading
def _find_open(*, account: str, ip: str, now: datetime) -> Staff | None:
    staff: Staff | None = Staff.get_or_none(Staff.account == account)
    return staff if staff is not None and may_try(staff=staff, ip=ip, now=now) else None


@transactional
def _log_in(*, seen: Staff, new_hash: str, ip: str, now: datetime) -> LoggedInStaff:
    staff = locked(Staff.select().where(Staff.id == seen.id)).first()
    if staff is None or staff.password_hash != seen.password_hash:
        raise WrongCredentials  # the password was changed while we looked at the old one
    if not may_try(staff=staff, ip=ip, now=now):
        raise WrongCredentials  # too many others were wrong meanwhile
    if not staff.is_enabled:
        raise AccountDisabled
    forget_wrong(staff=staff, ip=ip)
    staff.last_login_at, staff.password_hash = now, new_hash
    staff.save()
    token, expires_at = issue_token(kind=ActorKind.STAFF, actor_id=staff.id, now=now)
    write_audit(
        actor=Actor(kind=ActorKind.STAFF, id=staff.id, no=staff.account, operator_id=staff.operator_id),
        action=LOG_IN,
        object_kind="staff",
        object_no=staff.account,
        operator_id=staff.operator_id,
        detail={},
        now=now,
        ip=ip,
    )
    granted = RolePermission.select().where(RolePermission.role_id == staff.role_id)
    _log.info("staff_logged_in", staff_id=staff.id)
    return LoggedInStaff(
        token=token,
        expires_at=expires_at,
        name=staff.name,
        operator_name=Operator.get_by_id(staff.operator_id).name,
        permissions=tuple(sorted(row.permission for row in granted)),
    )
