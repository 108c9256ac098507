"""The people who may do everything (超级管理员), of whom one always stays.

That is: enabled staff of the platform's owner, bound to no station, whose role grants every permission there is.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from peewee import fn

from backend.domain.errors import LastSuperAdministrator
from backend.domain.permission import Permission
from backend.models import Operator, RolePermission, Staff
from backend.models.engine.database import locked


def has_super_administrator() -> bool:
    """Whether there is one."""
    every = [permission.value for permission in Permission]
    granting_all = (
        RolePermission.select(RolePermission.role_id)
        .where(RolePermission.permission.in_(every))
        .group_by(RolePermission.role_id)
        .having(fn.COUNT(RolePermission.permission) == len(every))
    )
    platform = Operator.select(Operator.id).where(Operator.is_platform)
    able = Staff.is_enabled & Staff.deleted_at.is_null() & Staff.sees_all_stations
    wanted = Staff.operator_id.in_(platform) & Staff.role_id.in_(granting_all)
    return bool(Staff.select().where(able & wanted).exists())


@contextmanager
def keeping_super_administrator() -> Iterator[None]:
    """Within a transaction: what is changed in the block leaves one, if there was one before.

    One change at a time, so that two people cannot each take away the other. Raises LastSuperAdministrator.
    """
    locked(Operator.select().where(Operator.is_platform)).first()
    had_one = has_super_administrator()
    yield
    if had_one and not has_super_administrator():
        raise LastSuperAdministrator
