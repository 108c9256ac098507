"""The first administrator of an empty system: an operator where there is none, its roles, and somebody who may do everything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from backend.domain.caller import Caller
from backend.domain.errors import AccountTaken, InvalidInput, WeakPassword
from backend.domain.password import find_password_problem
from backend.domain.permission import Permission
from backend.domain.role_preset import PRESETS, SUPER_ADMINISTRATOR
from backend.gateways.passwords import hash_password
from backend.models import BeginLink, Operator, Role, Staff
from backend.models.engine.database import transactional
from backend.services.sites.register_operator import register_operator
from backend.services.staff.begin_links import find_platform, take_link
from backend.services.staff.reach import permissions_of
from backend.services.staff.role_terms import write_permissions
from backend.services.staff.staff_audit import write_staff_audit

FIRST_OPERATOR_NO: Final = "000000001"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAdministrator:
    """`operator_name` counts only where there is no operator yet."""

    operator_name: str
    account: str
    name: str
    password: str


def begin_system(*, token: str, first: FirstAdministrator, caller: Caller, now: datetime) -> None:
    """The link is used up. Raises BeginLinkInvalid, AlreadyBegun, WeakPassword, AccountTaken, InvalidInput."""
    problem = find_password_problem(first.password, account=first.account)
    if problem is not None:
        raise WeakPassword(reason=problem.value)
    _begin(token, first, hash_password(first.password), caller, now)


@transactional
def _begin(token: str, first: FirstAdministrator, password_hash: str, caller: Caller, now: datetime) -> None:
    take_link(token, now=now)
    operator = find_platform() or _new_operator(first.operator_name, now)
    role = _role_for_everything(operator, now)
    if Staff.select().where(Staff.account == first.account).exists():
        raise AccountTaken
    row = Staff.create(
        operator_id=operator.id,
        role_id=role.id,
        account=first.account,
        name=first.name,
        password_hash=password_hash,
        created_at=now,
    )
    BeginLink.delete().execute()
    write_staff_audit(
        actor=None, action="staff.begin", row=row, detail={"name": row.name}, caller=caller, now=now
    )
    _log.info("system_begun", staff_id=row.id)


def _new_operator(name: str, now: datetime) -> Operator:
    """With the roles to begin with."""
    if not name.strip():
        raise InvalidInput(field="operator_name", reason="不能为空")
    operator = register_operator(
        operator_no=FIRST_OPERATOR_NO, name=name.strip(), is_platform=True, service_phone="", now=now
    )
    for preset in PRESETS:
        _create(operator, preset.name, preset.permissions, now)
    return operator


def _role_for_everything(operator: Operator, now: datetime) -> Role:
    """A role that grants everything; one that people narrowed stays narrow."""
    wanted = SUPER_ADMINISTRATOR.permissions
    own = list(Role.select().where(Role.operator_id == operator.id).order_by(Role.id))
    for role in own:
        if permissions_of(role.id) >= wanted:
            return role
    is_taken = any(role.name == SUPER_ADMINISTRATOR.name for role in own)
    name = f"{SUPER_ADMINISTRATOR.name} {now:%Y-%m-%d %H:%M}" if is_taken else SUPER_ADMINISTRATOR.name
    return _create(operator, name, wanted, now)


def _create(operator: Operator, name: str, permissions: Iterable[Permission], now: datetime) -> Role:
    role = Role.create(operator_id=operator.id, name=name, created_at=now)
    write_permissions(role.id, permissions)
    return role
