"""What somebody owes before they may do anything else, and lifting the limits of their log-ins when it is paid."""

from datetime import datetime

from backend.domain.obligation import Obligation, find_obligations
from backend.models import Role, Staff
from backend.services.access.log_ins import lift_limits
from backend.services.access.second_factors import has_second_factor


def obligations_of(row: Staff) -> tuple[Obligation, ...]:
    """In the order they are paid."""
    role = Role.get_or_none(Role.id == row.role_id)
    return find_obligations(
        must_change_password=row.must_change_password,
        needs_second_factor=role is not None and role.needs_second_factor,
        has_second_factor=has_second_factor(row.id),
    )


def lift_if_paid(row: Staff, *, now: datetime) -> None:
    """Within the transaction that pays."""
    if not obligations_of(row):
        lift_limits(row.id, now=now)
