"""A new member of staff with a role of granted permissions."""

from collections.abc import Iterable
from datetime import datetime

from backend.domain.permission import Permission
from backend.gateways.passwords import hash_password
from backend.models import Operator, Role, RolePermission, Staff
from backend.models.engine.database import transactional


@transactional
def register_role(*, operator: Operator, name: str, permissions: Iterable[Permission], now: datetime) -> Role:
    """A role of one operator; what is not granted is denied."""
    role = Role.create(operator_id=operator.id, name=name, created_at=now)
    for permission in sorted(set(permissions)):
        RolePermission.create(role_id=role.id, permission=permission)
    return role


def register_staff(
    *, operator: Operator, role: Role, account: str, name: str, password: str, now: datetime
) -> Staff:
    """Staff who see all stations of their operator. The password is hashed before the transaction begins."""
    return _write(operator, role, account, name, hash_password(password), now)


@transactional
def _write(
    operator: Operator, role: Role, account: str, name: str, password_hash: str, now: datetime
) -> Staff:
    return Staff.create(
        operator_id=operator.id,
        role_id=role.id,
        account=account,
        name=name,
        password_hash=password_hash,
        created_at=now,
    )
