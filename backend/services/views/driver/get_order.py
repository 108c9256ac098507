"""A driver's own order."""

from backend.domain.actor import Actor
from backend.domain.errors import OrderNotFound
from backend.models import Order
from backend.models.engine.database import reading
from backend.services.views.order_view import OrderView, view_order


@reading
def get_order(*, driver: Actor, order_no: str) -> OrderView:
    """The driver's own order. Raises OrderNotFound, also for another driver's."""
    order = Order.get_or_none((Order.order_no == order_no) & (Order.driver_id == driver.id))
    if order is None:
        raise OrderNotFound
    return view_order(order)
