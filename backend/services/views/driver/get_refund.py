"""One refund of a driver."""

from backend.domain.actor import Actor
from backend.domain.errors import RefundNotFound
from backend.models import Refund
from backend.models.engine.database import reading
from backend.services.views.refund_views import RefundView, view_refunds


@reading
def get_refund(*, driver: Actor, refund_no: str) -> RefundView:
    """One of the driver's own. Raises RefundNotFound."""
    row = Refund.get_or_none((Refund.refund_no == refund_no) & (Refund.driver_id == driver.id))
    if row is None:
        raise RefundNotFound
    (view,) = view_refunds([row])
    return view
