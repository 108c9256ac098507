"""Staff log in with account and password, and with a code where they have a second factor; every try leaves a row.

How often they may be wrong: password_guesses.py, for codes as for passwords. An account that is closed answers as an
unknown one does, as slowly and in the same words: a guesser learns of neither. Whether it is closed is looked at again
before anybody is let in, so that many guesses at once are no way around it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec
import structlog

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import (
    AccountDisabled,
    DomainError,
    SecondFactorNeeded,
    WrongCredentials,
    WrongSecondFactor,
)
from backend.domain.login_record import LoginOutcome
from backend.domain.obligation import Obligation, find_obligations
from backend.domain.permission import ActorKind
from backend.gateways.passwords import burn_time, hash_password, needs_rehash, verify_password
from backend.models import Operator, Role, RolePermission, Staff
from backend.models.engine.database import locked, reading, transactional
from backend.services.access.issue_token import issue_token
from backend.services.access.login_records import write_login_record
from backend.services.access.password_guesses import LOG_IN, forget_wrong, may_try, note_wrong
from backend.services.access.second_factors import has_second_factor, take_code
from backend.services.ground.audit import write_audit

REFUSALS: Final[Mapping[LoginOutcome, type[DomainError]]] = {
    LoginOutcome.WRONG: WrongCredentials,
    LoginOutcome.CLOSED: WrongCredentials,
    LoginOutcome.DISABLED: AccountDisabled,
    LoginOutcome.CODE_AWAITED: SecondFactorNeeded,
    LoginOutcome.CODE_WRONG: WrongSecondFactor,
}
COUNTED: Final = frozenset({LoginOutcome.WRONG, LoginOutcome.CODE_WRONG})

_log = structlog.get_logger(__name__)


class PreviousLogIn(msgspec.Struct, frozen=True, kw_only=True):
    """The log-in before this one; `ip` is empty where nobody noted it."""

    at: datetime
    ip: str


class LoggedInStaff(msgspec.Struct, frozen=True, kw_only=True):
    """`token` goes into `Authorization: Bearer`; it is told this once.

    `obligations` are to be met before anything else may be done; until then there are no permissions.
    """

    token: str
    expires_at: datetime
    name: str
    operator_name: str
    permissions: tuple[str, ...]
    obligations: tuple[Obligation, ...]
    previous: PreviousLogIn | None


def log_in_staff(
    *, account: str, password: str, code: str = "", caller: Caller, now: datetime
) -> LoggedInStaff:
    """Check a password, about 20 ms outside of any transaction, and as long where there is none to check.

    Raises WrongCredentials, also while the account is closed to this address; to who knows the password:
    AccountDisabled, SecondFactorNeeded, WrongSecondFactor, SecondFactorUnavailable.
    """
    staff = _find(account)
    answer = _try(staff, password=password, code=code, caller=caller, now=now)
    if isinstance(answer, LoggedInStaff):
        return answer
    write_login_record(account=account, staff=staff, caller=caller, outcome=answer, now=now)
    if staff is not None and answer in COUNTED:
        _log.warning("staff_log_in_failed", staff_id=staff.id, outcome=answer)
        note_wrong(staff_id=staff.id, ip=caller.ip, now=now)
    raise REFUSALS[answer]


@reading
def _find(account: str) -> Staff | None:
    return Staff.get_or_none((Staff.account == account) & Staff.deleted_at.is_null())


def _try(
    staff: Staff | None, *, password: str, code: str, caller: Caller, now: datetime
) -> LoggedInStaff | LoginOutcome:
    if staff is None or not _may_try(staff, caller, now):
        burn_time()
        return LoginOutcome.WRONG if staff is None else LoginOutcome.CLOSED
    if not verify_password(staff.password_hash, password):
        return LoginOutcome.WRONG
    new_hash = hash_password(password) if needs_rehash(staff.password_hash) else staff.password_hash
    return _log_in(seen=staff, new_hash=new_hash, code=code, caller=caller, now=now)


@reading
def _may_try(staff: Staff, caller: Caller, now: datetime) -> bool:
    return may_try(staff=staff, ip=caller.ip, now=now)


@transactional
def _log_in(
    *, seen: Staff, new_hash: str, code: str, caller: Caller, now: datetime
) -> LoggedInStaff | LoginOutcome:
    staff = locked(Staff.select().where(Staff.id == seen.id)).first()
    if staff is None or staff.password_hash != seen.password_hash:
        return LoginOutcome.WRONG  # the password was changed while we looked at the old one
    if not may_try(staff=staff, ip=caller.ip, now=now):
        return LoginOutcome.CLOSED  # too many others were wrong meanwhile
    if not (staff.is_enabled and Operator.get_by_id(staff.operator_id).is_enabled):
        return LoginOutcome.DISABLED
    has_factor = has_second_factor(staff.id)
    if has_factor and not code:
        return LoginOutcome.CODE_AWAITED
    if has_factor and not take_code(staff_id=staff.id, code=code, now=now):
        return LoginOutcome.CODE_WRONG
    role = Role.get_or_none(Role.id == staff.role_id)
    obligations = find_obligations(
        must_change_password=staff.must_change_password,
        needs_second_factor=role is not None and role.needs_second_factor,
        has_second_factor=has_factor,
    )
    return _let_in(staff, new_hash, obligations, caller, now)


def _let_in(
    staff: Staff, new_hash: str, obligations: tuple[Obligation, ...], caller: Caller, now: datetime
) -> LoggedInStaff:
    before = staff.last_login_at
    previous = None if before is None else PreviousLogIn(at=before, ip=staff.last_login_ip)
    forget_wrong(staff=staff, ip=caller.ip)
    staff.last_login_at, staff.last_login_ip, staff.password_hash = now, caller.ip, new_hash
    staff.save()
    token, expires_at = issue_token(
        kind=ActorKind.STAFF, actor_id=staff.id, now=now, caller=caller, is_limited=bool(obligations)
    )
    write_login_record(account=staff.account, staff=staff, caller=caller, outcome=LoginOutcome.OK, now=now)
    write_audit(
        actor=Actor(kind=ActorKind.STAFF, id=staff.id, no=staff.account, operator_id=staff.operator_id),
        action=LOG_IN,
        object_kind="staff",
        object_no=staff.account,
        operator_id=staff.operator_id,
        detail={},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
    granted = RolePermission.select().where(RolePermission.role_id == staff.role_id)
    _log.info("staff_logged_in", staff_id=staff.id)
    return LoggedInStaff(
        token=token,
        expires_at=expires_at,
        name=staff.name,
        operator_name=Operator.get_by_id(staff.operator_id).name,
        permissions=() if obligations else tuple(sorted(row.permission for row in granted)),
        obligations=obligations,
        previous=previous,
    )
