"""The proof of a driver's own order."""

from backend.domain.actor import Actor
from backend.domain.errors import OrderNotFound
from backend.models import Order
from backend.models.engine.database import reading
from backend.services.views.order_proof import OrderProof, prove_order


@reading
def get_order_proof(*, driver: Actor, order_no: str) -> OrderProof:
    """Raises OrderNotFound, also for another driver's."""
    order = Order.get_or_none((Order.order_no == order_no) & (Order.driver_id == driver.id))
    if order is None:
        raise OrderNotFound
    return prove_order(order)
