"""Messages to drivers: allowed, queued, claimed, sent; each killed and done again."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from backend import gateways
from backend.domain.driver_message import MOST_CREDITS, MessageKind
from backend.domain.event import EventKind, OrderSettled
from backend.domain.identity import IdentityKind
from backend.gateways.message_sender import Sent, Words
from backend.models import Order
from backend.models.engine.database import transact
from backend.services.ground.event_queue import ToldEvent
from backend.services.messages.allow_messages import allow_messages
from backend.services.messages.claim_messages import claim_messages
from backend.services.messages.queue_bills import queue_bills
from backend.services.messages.queue_message import queue_message
from backend.services.messages.send_message import send_message
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import START_WH, charging
from tests.scenario import Scenario

BILL: Final = MessageKind.CHARGE_BILLED


class Taken:
    """Whoever sends takes everything."""

    reader_kind = IdentityKind.WECHAT_MINI_PROGRAM
    templates: Mapping[MessageKind, str] = {BILL: "T1"}

    def send(self, *, kind: MessageKind, to: str, words: Words) -> tuple[Sent, str]:
        del kind, to, words
        return Sent.DONE, ""


def allow_one(world: Scenario) -> Act:
    """The last that counts: more change nothing."""
    owner = world.driver()
    for _ in range(MOST_CREDITS - 1):
        allow_messages(driver=owner, kinds=[BILL])
    return partial(allow_messages, driver=owner, kinds=[BILL])


def queue_one(world: Scenario) -> Act:
    return partial(_with_post, partial(_queue, _billed(world), world))


def queue_of_events(world: Scenario) -> Act:
    order_no = _billed(world).split()[1]
    return partial(_with_post, partial(_tell, order_no, world))


def claim_one(world: Scenario) -> Act:
    _with_post(partial(_queue, _billed(world), world))
    return partial(_with_post, partial(claim_messages, limit=10, now=world.now))


def record_one(world: Scenario) -> Act:
    _with_post(partial(_queue, _billed(world), world))
    (message_id,) = claim_messages(limit=10, now=world.now)
    return partial(_with_post, partial(send_message, message_id=message_id, now=world.now))


CASES: Final[Mapping[str, Callable[[Scenario], Act]]] = {
    "allow_messages.allow_messages": allow_one,
    "queue_message.queue_message": queue_one,
    "queue_bills.queue_bills": queue_of_events,
    "claim_messages.claim_messages": claim_one,
    "send_message._record": record_one,
}


def _with_post(work: Act) -> None:
    # in the process that dies as well: it starts without one
    gateways.configure_message_sender(Taken())
    work()
    gateways.configure_message_sender(None)


def _billed(world: Scenario) -> str:
    session_no = charging(world)
    world.after(minutes=30).say_ended(session_no, 10_000, register_start_wh=START_WH)
    order = world.order(session_no)
    owner = world.driver()
    allow_messages(driver=owner, kinds=[BILL])
    return f"{owner.id} {order.order_no}"


def _queue(what: str, world: Scenario) -> None:
    driver_id, order_no = what.split()
    transact(partial(queue_message, kind=BILL, driver_id=int(driver_id), subject_no=order_no, now=world.now))


def _tell(order_no: str, world: Scenario) -> None:
    order = Order.get(Order.order_no == order_no)
    told = ToldEvent(
        id=1,
        at=world.now,
        kind=EventKind.ORDER_SETTLED,
        operator_id=order.operator_id,
        object_no=order_no,
        detail=OrderSettled(session_no="", total_fen=order.total_fen, debt_fen=0, is_provisional=False),
    )
    queue_bills([told], world.now)
