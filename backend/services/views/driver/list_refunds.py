"""A driver's refunds, newest first, by cursor."""

from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import InvalidCursor
from backend.models import Refund
from backend.models.engine.database import reading
from backend.services.views.refund_views import RefundView, view_refunds

LARGEST_PAGE: Final = 50


class RefundPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next_cursor` is None on the last page."""

    refunds: tuple[RefundView, ...]
    next_cursor: str | None


@reading
def list_refunds(*, driver: Actor, cursor: str | None, limit: int) -> RefundPage:
    """One page of the driver's own refunds. Raises InvalidCursor."""
    limit = max(1, min(limit, LARGEST_PAGE))
    query = Refund.select().where(Refund.driver_id == driver.id)
    if cursor is not None:
        before = query.where(Refund.refund_no == cursor).first()
        if before is None:
            raise InvalidCursor
        query = query.where(Refund.id < before.id)
    rows = list(query.order_by(Refund.id.desc()).limit(limit + 1))
    shown = rows[:limit]
    return RefundPage(
        refunds=view_refunds(shown), next_cursor=shown[-1].refund_no if len(rows) > limit else None
    )
