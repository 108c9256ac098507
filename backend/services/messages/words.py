"""What a message says, made of the rows it tells of; within what WeChat's fields hold."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.domain.driver_message import MessageKind
from backend.gateways.message_sender import Words
from backend.models import IdleStay, Order, RefundPart, Session, Station
from backend.services.ground.roll_ups import PLATFORM_ZONE


def find_words(kind: MessageKind, subject_no: str) -> Words | None:
    """None where the subject is not there."""
    return _MAKERS[kind](subject_no)


def _bill(order_no: str) -> Words | None:
    order = Order.get_or_none(Order.order_no == order_no)
    if order is None:
        return None
    station = Station.get_by_id(order.station_id)
    return Words(
        place=station.name,
        amount=_yuan(order.total_fen),
        time=_clock(order.ended_at, station.time_zone),
        note="充电已结束，点开看账单",
        page=f"pages/order/order?order_no={order_no}",
    )


def _idle(session_no: str) -> Words | None:
    session = Session.get_or_none(Session.session_no == session_no)
    stay = None if session is None else IdleStay.get_or_none(IdleStay.session_id == session.id)
    if session is None or stay is None:
        return None
    order = Order.get_or_none(Order.session_id == session.id)
    station = Station.get_by_id(session.station_id)
    return Words(
        place=station.name,
        amount=_yuan(stay.minute_fen),
        time=_clock(stay.began_at + timedelta(minutes=stay.free_minutes), station.time_zone),
        note="请拔枪挪车，之后收占位费",
        page="pages/orders/orders" if order is None else f"pages/order/order?order_no={order.order_no}",
    )


def _refund(part_no: str) -> Words | None:
    part = RefundPart.get_or_none(RefundPart.part_no == part_no)
    if part is None or part.ended_at is None:
        return None
    return Words(
        place="退款",
        amount=_yuan(part.amount_fen),
        time=_clock(part.ended_at, PLATFORM_ZONE.key),
        note="已原路退回",
        page="pages/refunds/refunds",
    )


_MAKERS = {
    MessageKind.CHARGE_BILLED: _bill,
    MessageKind.IDLE_NEAR: _idle,
    MessageKind.REFUND_DONE: _refund,
}


def _yuan(fen: int) -> str:
    return f"¥{fen // 100}.{fen % 100:02d}"


def _clock(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
