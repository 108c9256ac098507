"""How much one person may adjust today without a second one, and how much of it is used."""

from dataclasses import dataclass
from datetime import datetime, time

from peewee import fn

from backend.models import Adjustment, Role, Staff
from backend.services.ground.roll_ups import PLATFORM_ZONE


@dataclass(frozen=True, slots=True)
class DayLimit:
    """In fen; a day is the platform's."""

    limit_fen: int
    used_fen: int

    @property
    def left_fen(self) -> int:
        return max(0, self.limit_fen - self.used_fen)


def find_day_limit(*, staff_id: int, now: datetime) -> DayLimit:
    """Whoever is going to use it has locked the person's row."""
    role = Role.select(Role.adjustment_limit_fen).join(Staff, on=(Staff.role_id == Role.id))
    row = role.where(Staff.id == staff_id).first()
    begins_at = datetime.combine(now.astimezone(PLATFORM_ZONE).date(), time.min, tzinfo=PLATFORM_ZONE)
    used = (
        Adjustment.select(fn.COALESCE(fn.SUM(fn.ABS(Adjustment.amount_fen)), 0))
        .where(
            (Adjustment.asked_by_id == staff_id) & (Adjustment.asked_at >= begins_at) & Adjustment.is_alone
        )
        .scalar()
    )
    return DayLimit(0 if row is None else row.adjustment_limit_fen, int(used))
