"""Who may bring in everybody else of an operator: the role for that, somebody who has it, and whether there is anybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from peewee import IntegrityError, fn

from backend.domain.errors import AccountTaken
from backend.domain.permission import Permission
from backend.domain.role_preset import SUPER_ADMINISTRATOR
from backend.gateways.passwords import hash_password
from backend.models import Operator, Role, RolePermission, Staff
from backend.services.staff.reach import permissions_of
from backend.services.staff.role_terms import write_permissions

BRINGS_IN_OTHERS = (Permission.STAFF_EDIT, Permission.ROLE_EDIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAdministrator:
    """`must_change_password`: somebody else knows it."""

    account: str
    name: str
    password_hash: str
    must_change_password: bool


def new_administrator(
    *, account: str, name: str, password: str, must_change_password: bool
) -> NewAdministrator:
    """With the password hashed, which takes its time: before the transaction."""
    return NewAdministrator(
        account=account,
        name=name,
        password_hash=hash_password(password),
        must_change_password=must_change_password,
    )


def create_administrator(operator: Operator, new: NewAdministrator, *, now: datetime) -> Staff:
    """With the operator's own role for everything; the caller's transaction. Raises AccountTaken."""
    if Staff.select().where(Staff.account == new.account).exists():
        raise AccountTaken
    role = _role_for_everything(operator, now)
    try:
        return Staff.create(
            operator_id=operator.id,
            role_id=role.id,
            account=new.account,
            name=new.name,
            password_hash=new.password_hash,
            must_change_password=new.must_change_password,
            created_at=now,
        )
    except IntegrityError:
        raise AccountTaken from None


def create_role_of(operator: Operator, name: str, permissions: Iterable[Permission], now: datetime) -> Role:
    """The caller's transaction."""
    role = Role.create(operator_id=operator.id, name=name, created_at=now)
    write_permissions(role.id, permissions)
    return role


def with_administrator(operator_ids: Iterable[int]) -> frozenset[int]:
    """Those of the operators that have somebody enabled who sees all of it and may enter staff and roles."""
    wanted = [permission.value for permission in BRINGS_IN_OTHERS]
    ids = list(operator_ids)
    theirs = Role.select(Role.id).where(Role.operator_id.in_(ids))
    roles = (
        RolePermission.select(RolePermission.role_id)
        .where(RolePermission.permission.in_(wanted) & RolePermission.role_id.in_(theirs))
        .group_by(RolePermission.role_id)
        .having(fn.COUNT(RolePermission.permission) == len(wanted))
    )
    able = Staff.is_enabled & Staff.deleted_at.is_null() & Staff.sees_all_stations
    own = Staff.operator_id.in_(ids) & Staff.role_id.in_(roles)
    return frozenset(row.operator_id for row in Staff.select(Staff.operator_id).where(able & own).distinct())


def _role_for_everything(operator: Operator, now: datetime) -> Role:
    """A role that grants everything; one that people narrowed stays narrow."""
    wanted = SUPER_ADMINISTRATOR.permissions
    own = list(Role.select().where(Role.operator_id == operator.id).order_by(Role.id))
    for role in own:
        if permissions_of(role.id) >= wanted:
            return role
    is_taken = any(role.name == SUPER_ADMINISTRATOR.name for role in own)
    name = f"{SUPER_ADMINISTRATOR.name} {now:%Y-%m-%d %H:%M}" if is_taken else SUPER_ADMINISTRATOR.name
    return create_role_of(operator, name, wanted, now)
