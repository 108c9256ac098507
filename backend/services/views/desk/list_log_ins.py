"""Where somebody is logged in now: one's own log-ins, or a colleague's."""

from datetime import datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import StaffNotFound
from backend.gateways.ids import hash_token
from backend.models import AuthToken, Staff
from backend.models.engine.database import reading
from backend.services.access.log_ins import live_log_ins
from backend.services.staff.reach import visible_staff

MOST: Final = 100
"""Of one person; the newest are shown."""


class LogIn(msgspec.Struct, frozen=True, kw_only=True):
    """`last_seen_at` is true to five minutes. `ip` and `user_agent` are empty where nobody noted them."""

    log_in_id: int
    ip: str
    user_agent: str
    since: datetime
    last_seen_at: datetime
    is_current: bool


class LogIns(msgspec.Struct, frozen=True, kw_only=True):
    log_ins: tuple[LogIn, ...]


@reading
def list_log_ins(*, actor: Actor, staff_id: int | None, token: str, now: datetime) -> LogIns:
    """Newest first; `staff_id` None: the caller's own. Raises StaffNotFound."""
    if staff_id is not None and not visible_staff(actor).where(Staff.id == staff_id).exists():
        raise StaffNotFound
    rows = live_log_ins([actor.id if staff_id is None else staff_id], now=now)
    current = hash_token(token)
    return LogIns(
        log_ins=tuple(
            LogIn(
                log_in_id=row.id,
                ip=row.ip,
                user_agent=row.user_agent,
                since=row.created_at,
                last_seen_at=row.last_seen_at or row.created_at,
                is_current=row.token_hash == current,
            )
            for row in rows.order_by(AuthToken.id.desc()).limit(MOST)
        )
    )
