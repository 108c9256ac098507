"""The power curve of a driver's own charge, from the readings that are still kept."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import OrderNotFound
from backend.domain.order import OrderKind
from backend.domain.power_curve import draw_curve
from backend.models import Order, Session
from backend.models.engine.database import reading
from backend.services.charging.session_readings import load_readings


class CurvePointView(msgspec.Struct, frozen=True, kw_only=True):
    """The mean power of a span of time that ends at `at`; `energy_wh` is what had been charged by then."""

    at: datetime
    power_w: int
    energy_wh: int


class OrderCurve(msgspec.Struct, frozen=True, kw_only=True):
    """No points where the readings are no longer kept, were too few, or there was nothing to meter."""

    points: tuple[CurvePointView, ...]


@reading
def get_order_curve(*, driver: Actor, order_no: str) -> OrderCurve:
    """Of the driver's own order. Raises OrderNotFound, also for another driver's."""
    order = Order.get_or_none((Order.order_no == order_no) & (Order.driver_id == driver.id))
    if order is None:
        raise OrderNotFound
    if order.kind is not OrderKind.CHARGING:
        return OrderCurve(points=())
    session = Session.get_by_id(order.session_id)
    readings = load_readings(session).counted
    begun_wh = session.register_start_wh
    if begun_wh is None and readings:
        begun_wh = readings[0].register_wh
    return OrderCurve(
        points=tuple(
            CurvePointView(
                at=point.at, power_w=point.power_w, energy_wh=max(0, point.register_wh - (begun_wh or 0))
            )
            for point in draw_curve(readings)
        )
    )
