"""A life of money by chance: top-ups, charges at random prices, cars that stay, refunds, debts, freezing; notifies in any order.

Every act goes through the product's services; what the channels really did is their own truth, what a charge really costs
the oracle's. Nothing is judged here.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import backend.gateways
from backend.domain.actor import Actor
from backend.domain.errors import DomainError
from backend.domain.fees import Segment
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.session import SessionState
from backend.domain.units import Wh
from backend.gateways.channel_trade import ChannelRefundState
from backend.gateways.ids import new_ulid
from backend.models import Payment, RefundPart, Session
from backend.services.charging.begin_prepaid_session import begin_prepaid_session
from backend.services.charging.expire_start import expire_start
from backend.services.charging.prepay_session import prepay_session
from backend.services.charging.return_due_rests import return_due_rests
from backend.services.payments.pay_debt import pay_debt
from backend.services.payments.query_payment import query_payment
from backend.services.payments.record_payment_notify import record_payment_notify
from backend.services.payments.refund_wallet import refund_wallet
from backend.services.payments.step_refund_part import step_refund_part
from backend.services.payments.top_up_wallet import top_up_wallet
from tests.at_once import at_once
from tests.money.desk import Desk
from tests.money.lies import Telling, as_it_was, lies_about
from tests.money.stays import Gun
from tests.money.truth import AWAY, LOST, TruthChannel, make_channels
from tests.scenario import Scenario
from tests.unit.domain import oracle

DRIVERS: Final = 3
STAYING: Final = 0.6
"""Of cars after a charge."""
PENNILESS: Final = 0.4
"""Of their drivers, who take their money back before the idle fee asks for it: debt."""
HOSTILE: Final = ("", "", "", LOST, AWAY)
HOSTILE_TO_REFUNDS: Final = (ChannelRefundState.DONE, ChannelRefundState.DONE, ChannelRefundState.CLOSED)
MOST_COPIES: Final = 3
PUBLIC_URL: Final = "https://charge.example"
OPEN: Final = (PaymentState.CREATED, PaymentState.AWAITING, PaymentState.UNKNOWN)
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass
class Count:
    """What was done; `server_errors` are refusals that are none, `let_through` what should have been one, one sentence each."""

    sessions: int = 0
    notifies: int = 0
    server_errors: list[str] = field(default_factory=list)
    let_through: list[str] = field(default_factory=list)


class Life:
    """One seed's world, acts and truth. `is_parallel`: wallet operations also meet at the same instant."""

    def __init__(self, seed: int, *, is_parallel: bool = False) -> None:
        self.chance = random.Random(seed)
        self.is_parallel = is_parallel
        self.channels = make_channels(self.chance)
        backend.gateways.configure(channels=dict(self.channels), log_ins={})
        self.world = Scenario()
        self.drivers = [self.world.driver(0) for _ in range(DRIVERS)]
        self.desk = Desk(self.world, self.chance)
        self.gun = Gun(self.world, self.chance)
        self.expected_fen: dict[str, int] = {}
        """Session number → what its bill has to be, by the oracle."""
        self.waiting: list[Telling] = []
        self.heard: set[str] = set()
        self.count = Count()
        self.desk.reprice()

    def live(self, acts: int) -> None:
        choices: list[Callable[[], object]] = [
            *[self.top_up] * 4,
            *[self.person_pays] * 7,
            *[self.deliver] * 5,
            *[self.charge] * 4,
            *[self.prepay] * 2,
            *[self.refund] * 2,
            *[self.step_refunds] * 2,
            self.ask_channels,
            *[self.gun.stay] * 2,
            *[self.gun.look] * 2,
            *[self.waive] * 2,
            *[self.pay_debt] * 2,
            *[partial(self.desk.freeze, self.drivers)] * 2,
            self.desk.reprice,
            *([self.meet] * 2 if self.is_parallel else []),
        ]
        self.begin()
        for channel in self.channels.values():
            channel.answers, channel.ends = HOSTILE, HOSTILE_TO_REFUNDS
        for _ in range(acts):
            self.world.after(seconds=self.chance.choice((1, 1, 7, 7, 61, 1_200)))
            self.do(self.chance.choice(choices))
        self.converge()

    def do(self, act: Callable[[], object]) -> None:
        """A refusal is an answer; anything else is what an API answers 500 to."""
        try:
            act()
        except DomainError:
            pass
        except Exception as error:  # noqa: BLE001 - counted
            self.count.server_errors.append(f"{act}: {error!r}")

    # ---- acts

    def begin(self) -> None:
        """Everybody has some money to begin with."""
        for driver in self.drivers:
            started = top_up_wallet(
                driver=driver,
                amount_fen=self.chance.randrange(5_000, 30_000),
                channel=self.chance.choice(list(self.channels)),
                idempotency_key=new_ulid(),
                now=self.world.now,
            )
            row = Payment.get(Payment.payment_no == started.payment_no)
            channel = self.channels[row.channel]
            channel.pay(row.payment_no, self.world.now)
            self._take(row.channel, *channel.tell(row.payment_no, self.world.now))

    def top_up(self) -> None:
        driver = self._driver()
        top_up_wallet(
            driver=driver,
            amount_fen=self.chance.randrange(100, 20_000),
            channel=self.chance.choice(list(self.channels)),
            idempotency_key=new_ulid(),
            now=self.world.now,
        )
        self._should_be_free(driver, "topped up")

    def person_pays(self) -> None:
        """Somebody pays one of the open payments; what is told of it waits, often, rarely, altered, never."""
        payments = list(Payment.select().where(Payment.state.in_(OPEN)))
        if not payments:
            return
        row = self.chance.choice(payments)
        channel = self.channels[row.channel]
        if row.payment_no not in channel.trades:
            return
        is_paid = channel.pay(row.payment_no, self.world.now)
        if is_paid:
            self._tell(channel, row.payment_no, self.chance.randint(0, MOST_COPIES))
        self.waiting += lies_about(
            self.channels, channel, row.payment_no, now=self.world.now, chance=self.chance
        )

    def deliver(self) -> None:
        """Some of what waits arrives, in any order."""
        self.chance.shuffle(self.waiting)
        for _ in range(min(len(self.waiting), 4)):
            name, (headers, body) = self.waiting.pop()()
            self.count.notifies += 1
            self.do(partial(self._take, name, headers, body))
        self.hear()

    def charge(self) -> None:
        driver = self._driver()
        self.world.next_car()
        session_no = self.world.start(driver).session_no
        self._should_be_free(driver, "charged")
        self._finish(session_no)
        if self.chance.random() < STAYING:
            if self.chance.random() < PENNILESS:
                self.do(partial(self.refund, driver, self.world.wallet(driver).available_fen))
            self.gun.stay()

    def prepay(self) -> None:
        driver = self._driver()
        self.world.next_car(2)
        prepay_session(
            driver=driver,
            connector_no=self.world.known.connectors[2].connector_no,
            amount_fen=self.chance.choice((500, 2_000, 5_000)),
            channel=self.chance.choice(list(self.channels)),
            is_own_car=None,
            public_url=PUBLIC_URL,
            idempotency_key=new_ulid(),
            now=self.world.now,
        )
        self._should_be_free(driver, "prepaid")

    def refund(self, driver: Actor | None = None, fen: int = 0) -> None:
        refund_wallet(
            driver=driver or self._driver(),
            amount_fen=fen or self.chance.randrange(1, 8_000),
            idempotency_key=new_ulid(),
            now=self.world.now,
        )

    def step_refunds(self) -> None:
        for part in self._going():
            self.do(partial(step_refund_part, part_no=part.part_no, now=self.world.now))
            self._tell_refund(part.part_no)

    def ask_channels(self) -> None:
        for row in Payment.select().where(Payment.state.in_(OPEN)):
            self.do(partial(query_payment, payment_no=row.payment_no, now=self.world.now))
        self.hear()

    def pay_debt(self) -> None:
        pay_debt(driver=self._driver(), idempotency_key=new_ulid(), now=self.world.now)

    def waive(self) -> None:
        """Staff waive what one of the cars costs, whether it still stands there or was billed."""
        if self.gun.cars:
            session_no = self.chance.choice(list(self.gun.cars))
            self.desk.waive(session_no)
            self.gun.cars[session_no].waive(self.world.now)

    def meet(self) -> None:
        """Copies of a notify, refunds, a debt, a start of one driver, idle fees and a waiver at the same instant."""
        driver, now = self._driver(), self.world.now
        self.world.next_car()
        works: list[Callable[[], object]] = [
            lambda: refund_wallet(driver=driver, amount_fen=300, idempotency_key=new_ulid(), now=now),
            lambda: refund_wallet(driver=driver, amount_fen=700, idempotency_key=new_ulid(), now=now),
            lambda: pay_debt(driver=driver, idempotency_key=new_ulid(), now=now),
            lambda: self.world.start(driver),
            self.gun.look,
        ]
        stays = list(self.gun.cars)
        waived_no = self.chance.choice(stays) if stays else ""
        if waived_no:
            works.append(lambda: self.desk.waive(waived_no))
        if self.waiting:
            name, (headers, body) = self.waiting[-1]()
            self.count.notifies += MOST_COPIES
            works += [lambda: self._take(name, headers, body)] * MOST_COPIES
        outcomes = at_once(works)
        if outcomes[3] == "ok":
            self._should_be_free(driver, "charged")
        if waived_no and outcomes[5] == "ok":
            self.gun.cars[waived_no].waive(now)
        self.count.server_errors.extend(f"at once: {one}" for one in outcomes if one == "lost")
        for row in Session.select().where(Session.state == SessionState.STARTING):
            self._finish(row.session_no)
        self.hear()

    # ---- the end

    def converge(self) -> None:
        """The channels answer truly, time passes, and whatever is open is asked about until nothing is."""
        for channel in self.channels.values():
            channel.answers, channel.ends = ("",), (ChannelRefundState.DONE,)
        self.gun.leave()
        while self.waiting:
            self.deliver()
        for _ in range(40):
            self.world.after(minutes=40)
            self.ask_channels()
            self.gun.look()
            for row in Session.select().where(Session.state == SessionState.STARTING):
                self.do(partial(expire_start, session_no=row.session_no, now=self.world.now))
            return_due_rests(now=self.world.now)
            self.step_refunds()
            self.waiting.clear()
            if not self._going() and not Payment.select().where(Payment.state.in_(OPEN)).exists():
                return

    def hear(self) -> None:
        """What is prepaid begins, and is charged."""
        paid = Payment.select().where(
            (Payment.purpose == PaymentPurpose.PREPAY) & (Payment.state == PaymentState.PAID)
        )
        for row in list(paid):
            if row.payment_no in self.heard:
                continue
            self.heard.add(row.payment_no)
            self.do(partial(begin_prepaid_session, payment_no=row.payment_no, now=self.world.now))
            session = Session.get_by_id(row.session_id)
            if session.state is SessionState.STARTING:
                self.do(partial(self._finish, session.session_no, gun=2))

    # ---- helpers of the acts

    def _driver(self) -> Actor:
        return self.chance.choice(self.drivers)

    def _going(self) -> list[RefundPart]:
        return list(RefundPart.select().where(RefundPart.next_step_at.is_null(is_null=False)))

    def _finish(self, session_no: str, *, gun: int = 1) -> None:
        """Charged as far as the money goes, by chance less, across half-hours; its bill is the oracle's."""
        world = self.world
        begun = world.session(session_no)
        world.after(seconds=5).say_started(session_no, gun=gun)
        if gun == self.gun.gun:
            self.gun.next_begins()
        started = world.now.astimezone(UTC)
        minutes = self.chance.randint(20, 90)
        most_wh = min(begun.limit_wh or 0, minutes * 1_900)
        energy_wh = self.chance.randint(0, most_wh)
        world.after(minutes=minutes)
        cut = oracle.cut(started, world.now, 0, energy_wh, ())
        rows = self.desk.prices[begun.tariff_version_id or 0]
        segments = tuple(Segment(begins, ends, Wh(part)) for begins, ends, part in cut)
        self.expected_fen[session_no] = oracle.total(oracle.price(cut, rows, SHANGHAI))
        self.count.sessions += 1
        world.say_ended(session_no, energy_wh, started_at=started, segments=segments, gun=gun)
        if gun == self.gun.gun and energy_wh:
            self.gun.begin(session_no, self.desk.idle[begun.tariff_version_id or 0])

    def _should_be_free(self, driver: Actor, what: str) -> None:
        if driver.no in self.desk.frozen:
            self.count.let_through.append(f"{driver.no} is frozen and {what}")

    def _take(self, name: Channel, headers: dict[str, str], body: bytes) -> None:
        record_payment_notify(channel=name, headers=headers, body=body, now=self.world.now)

    def _tell(self, channel: TruthChannel, payment_no: str, copies: int) -> None:
        self.waiting += [lambda: (channel.channel, channel.tell(payment_no, self.world.now))] * copies

    def _tell_refund(self, part_no: str) -> None:
        for channel in self.channels.values():
            told = channel.tell_refund(part_no, self.world.now) if part_no in channel.refunds else None
            if told is not None:
                self.waiting += [partial(as_it_was, channel.channel, told)] * self.chance.randint(
                    0, MOST_COPIES
                )
