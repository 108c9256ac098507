"""What waits for a person of the desk: sessions to be checked, messages that could not be taken, refunds that are stuck."""

import msgspec

from backend.domain.actor import Actor
from backend.domain.permission import Permission
from backend.domain.refund import RefundState
from backend.domain.session import SessionState
from backend.models import Quarantine, Refund, Session
from backend.services.access.scope import scoped, sees_platform
from backend.services.views.desk.quarantine_views import select_quarantined
from backend.services.views.desk.staff_page import Total, count_capped


class WaitingWork(msgspec.Struct, frozen=True, kw_only=True):
    """None: not this person's to do."""

    reviews: Total | None
    quarantined: Total | None
    # that no channel took back: a person pays them out
    refunds: Total | None


def count_waiting(staff: Actor) -> WaitingWork:
    """How much waits that `staff` may see and settle."""
    may = staff.permissions
    return WaitingWork(
        reviews=_count_reviews(staff) if Permission.SESSION_DECIDE in may else None,
        quarantined=_count_quarantined(staff) if Permission.QUARANTINE_CLOSE in may else None,
        refunds=_count_refunds() if Permission.REFUND_MANAGE in may and sees_platform(staff) else None,
    )


def _count_reviews(staff: Actor) -> Total:
    open_ones = Session.select().where(Session.state == SessionState.REVIEW)
    return count_capped(scoped(open_ones, staff, operator=Session.operator_id, station=Session.station_id))


def _count_refunds() -> Total:
    return count_capped(Refund.select().where(Refund.state == RefundState.NEEDS_STAFF))


def _count_quarantined(staff: Actor) -> Total:
    return count_capped(select_quarantined(staff).where(Quarantine.closed_at.is_null()))
