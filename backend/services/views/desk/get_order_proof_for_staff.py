"""The proof of an order, for the operators' desk."""

from backend.domain.actor import Actor
from backend.domain.errors import OrderNotFound
from backend.models import Order
from backend.models.engine.database import reading
from backend.services.access.scope import scoped
from backend.services.views.order_proof import OrderProof, prove_order


@reading
def get_order_proof_for_staff(*, staff: Actor, order_no: str) -> OrderProof:
    """Of an order in scope. Raises OrderNotFound."""
    order = scoped(
        Order.select().where(Order.order_no == order_no),
        staff,
        operator=Order.operator_id,
        station=Order.station_id,
    ).first()
    if order is None:
        raise OrderNotFound
    return prove_order(order)
