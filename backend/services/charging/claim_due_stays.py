"""Stays that are due to be looked at: claimed by putting them off, so that of several jobs one looks."""

from datetime import datetime

from backend.models import IdleStay
from backend.models.engine.database import transactional
from backend.services.charging.idle_stays import LOOK_EVERY


@transactional
def claim_due_stays(*, limit: int, now: datetime) -> list[int]:
    """The sessions of at most `limit` due stays, the longest due first; whoever dies with one leaves it due in a minute."""
    rows = list(IdleStay.select().where(IdleStay.due_at <= now).order_by(IdleStay.due_at).limit(limit))
    return [
        row.session_id
        for row in rows
        if IdleStay.update(due_at=now + LOOK_EVERY)
        .where((IdleStay.session_id == row.session_id) & (IdleStay.due_at == row.due_at))
        .execute()
    ]
