"""A consumer of events: whoever charged is told of the bill."""

from collections.abc import Sequence
from datetime import datetime

from backend.domain.driver_message import MessageKind
from backend.models import Order
from backend.models.engine.database import transactional
from backend.services.ground.event_queue import ToldEvent
from backend.services.messages.queue_message import queue_message


@transactional
def queue_bills(events: Sequence[ToldEvent], now: datetime) -> None:
    """One message for each order of a driver, however often it is told."""
    numbers = {event.object_no for event in events}
    orders = list(Order.select().where(Order.order_no.in_(sorted(numbers))))
    for order in orders:
        if order.driver_id is not None:
            queue_message(
                kind=MessageKind.CHARGE_BILLED, driver_id=order.driver_id, subject_no=order.order_no, now=now
            )
