"""Messages to drivers: queued with their facts where they are allowed, sent once or not at all, whatever the answer."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.driver_message import LIVES, MOST_CREDITS, MessageKind, MessageState
from backend.domain.identity import IdentityKind
from backend.gateways.message_sender import Sent, Words
from backend.models import DriverMessage, MessageCredit
from backend.models.engine.database import transact
from backend.services.messages.allow_messages import allow_messages
from backend.services.messages.claim_messages import claim_messages
from backend.services.messages.queue_message import queue_message
from backend.services.messages.send_message import send_message
from tests.invariants import check_invariants
from tests.scenario import Scenario

BILL = MessageKind.CHARGE_BILLED
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Post:
    """WeChat, as far as services know it: what it says next, and what it was handed."""

    reader_kind = IdentityKind.WECHAT_MINI_PROGRAM
    templates: Mapping[MessageKind, str] = {BILL: "T1"}

    def __init__(self) -> None:
        self.says: list[tuple[Sent, str]] = []
        self.handed: list[tuple[str, Words]] = []

    def send(self, *, kind: MessageKind, to: str, words: Words) -> tuple[Sent, str]:
        del kind
        self.handed.append((to, words))
        return self.says.pop(0) if self.says else (Sent.DONE, "")


class Desk(Scenario):
    """A charge of a driver has just been billed."""

    def __init__(self) -> None:
        super().__init__()
        self.owner = self.driver()
        session_no = self.start(self.owner).session_no
        self.after(seconds=5).say_started(session_no)
        self.after(minutes=30).say_ended(session_no, 10_000)
        self.order_no = self.order(session_no).order_no
        self.post = Post()
        gateways.configure_message_sender(self.post)

    def allow(self, times: int = 1, driver: Actor | None = None) -> None:
        for _ in range(times):
            allow_messages(driver=driver or self.owner, kinds=[BILL])

    def tell(self, kind: MessageKind = BILL) -> None:
        transact(
            lambda: queue_message(kind=kind, driver_id=self.owner.id, subject_no=self.order_no, now=self.now)
        )

    def turn(self) -> None:
        for message_id in claim_messages(limit=10, now=self.now):
            send_message(message_id=message_id, now=self.now)

    @property
    def message(self) -> DriverMessage:
        return DriverMessage.get()

    @property
    def credits_left(self) -> int:
        return int(MessageCredit.get(MessageCredit.driver_id == self.owner.id).credits)


@pytest.fixture
def desk(database: str) -> Iterator[Desk]:
    del database
    yield Desk()
    gateways.configure_message_sender(None)


def test_a_bill_is_told_once_to_who_allowed_it(desk: Desk) -> None:
    desk.allow(2)
    desk.tell()
    desk.tell()
    desk.turn()
    desk.after(hours=1).turn()
    ((to, words),) = desk.post.handed
    assert to == "openid-1"
    assert words.page == f"pages/order/order?order_no={desk.order_no}"
    assert (words.place, words.amount) == ("测试充电站", "¥15.00")
    assert (desk.message.state, desk.message.due_at, desk.credits_left) == (MessageState.SENT, None, 1)
    check_invariants()


def test_nobody_is_told_what_they_did_not_allow_or_what_has_no_template(desk: Desk) -> None:
    desk.tell()
    desk.allow()
    desk.tell(MessageKind.IDLE_NEAR)
    gateways.configure_message_sender(None)
    desk.tell()
    assert DriverMessage.select().count() == 0


def test_a_driver_who_took_it_back_is_asked_anew(desk: Desk) -> None:
    desk.allow(3)
    desk.tell()
    desk.post.says = [(Sent.REFUSED, "43101")]
    desk.turn()
    assert (desk.message.state, desk.credits_left) == (MessageState.REFUSED, 0)


def test_what_surely_was_not_sent_goes_again_after_growing_gaps_until_its_deadline(desk: Desk) -> None:
    desk.allow()
    desk.tell()
    desk.post.says = [(Sent.NOT_NOW, "45009")] * 30
    gaps = []
    for _ in range(4):
        desk.turn()
        due_at = desk.message.due_at
        assert due_at is not None
        assert desk.credits_left == 1
        gaps.append(int((due_at - desk.now).total_seconds()))
        desk.after(seconds=gaps[-1])
    assert gaps == [5, 30, 120, 600]
    desk.after(seconds=LIVES[BILL].total_seconds()).turn()
    assert (desk.message.state, desk.message.last_error) == (MessageState.EXPIRED, "45009")
    assert len(desk.post.handed) == 4
    check_invariants()


def test_a_lost_answer_never_makes_a_second_message(desk: Desk) -> None:
    desk.allow(2)
    desk.tell()
    desk.post.says = [(Sent.UNKNOWN, "no_answer")]
    desk.turn()
    desk.after(hours=2).turn()
    assert (desk.message.state, len(desk.post.handed), desk.credits_left) == (MessageState.UNKNOWN, 1, 1)


def test_who_dies_between_claim_and_record_leaves_it_unknown_and_unsent(desk: Desk) -> None:
    desk.allow()
    desk.tell()
    (message_id,) = claim_messages(limit=10, now=desk.now)
    assert claim_messages(limit=10, now=desk.now) == []
    desk.after(seconds=61).turn()
    assert (desk.message.state, desk.post.handed) == (MessageState.UNKNOWN, [])
    # the slow one comes back: nothing is recorded over what was given up
    send_message(message_id=message_id, now=desk.now + timedelta(seconds=1))
    assert desk.message.state is MessageState.UNKNOWN


def test_a_message_that_wechat_takes_in_no_case_ends_with_its_reason(desk: Desk) -> None:
    desk.allow()
    desk.tell()
    desk.post.says = [(Sent.NEVER, "47003")]
    desk.turn()
    assert (desk.message.state, desk.message.last_error, desk.credits_left) == (
        MessageState.FAILED,
        "47003",
        1,
    )


def test_permissions_are_counted_up_to_a_bound(desk: Desk) -> None:
    desk.allow(MOST_CREDITS + 5)
    assert desk.credits_left == MOST_CREDITS
