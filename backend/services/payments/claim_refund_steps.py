"""Parts of refunds whose next step is due, each claimed by one job process at a time.

The time of the step stands in the part's own row, and claiming moves it on: a process that dies leaves the part due
again, and programs that know no refunds never meet one (docs/adr/0025).
"""

from datetime import datetime, timedelta
from typing import Final

from backend.models import RefundPart
from backend.models.engine.database import transactional

CLAIM_S: Final = 60
"""A step calls the channel twice at most, ten seconds each."""


@transactional
def claim_refund_steps(*, limit: int, now: datetime) -> list[str]:
    """Numbers of due parts, the longest due first, now claimed for `CLAIM_S` seconds."""
    due = (
        RefundPart.select(RefundPart.id, RefundPart.part_no, RefundPart.next_step_at)
        .where(RefundPart.next_step_at <= now)
        .order_by(RefundPart.next_step_at)
        .limit(limit)
    )
    until = now + timedelta(seconds=CLAIM_S)
    return [row.part_no for row in list(due) if _claim(row, until)]


def _claim(row: RefundPart, until: datetime) -> bool:
    is_as_seen = (RefundPart.id == row.id) & (RefundPart.next_step_at == row.next_step_at)
    return bool(RefundPart.update(next_step_at=until).where(is_as_seen).execute())
