"""A small world of sessions, bills and payments in which every invariant holds."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.adjustment import AdjustmentState
from backend.domain.channel_account import AccountMode
from backend.domain.decision import Decision
from backend.domain.driver_message import MessageKind, MessageState
from backend.domain.idle_fee import StayState
from backend.domain.ledger import AccountKind, EntryKind, refund_hold_entry
from backend.domain.order import OrderKind
from backend.domain.payment import Channel
from backend.domain.permission import ActorKind, Permission
from backend.domain.policy import DEFAULTS
from backend.domain.refund import PartEvent, PartState, RefundState
from backend.domain.units import Fen
from backend.gateways import configure_accounts
from backend.gateways.ids import new_number, new_ulid
from backend.gateways.sealing import SHORTEST_KEY, KeyRing
from backend.models import (
    Adjustment,
    ChannelAccount,
    DriverMessage,
    IdleSpell,
    IdleStay,
    Order,
    Payment,
    PlugSense,
    Refund,
    RefundPart,
    Session,
)
from backend.models.engine.database import Row, transact
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.services.charging.decide_session import Verdict, decide_session
from backend.services.charging.look_after_stay import look_after_stay
from backend.services.charging.session_evidence import gather
from backend.services.charging.stop_session import stop_session
from backend.services.charging.watch_session import watch_session
from backend.services.commands.queue import claim_commands
from backend.services.ledger.post_entry import post_entry
from backend.services.payments.account_secrets import seal
from backend.services.payments.adjustment_money import move_money
from backend.services.payments.refund_states import lock_part, move_part
from mqtt_bridge.batch import Incoming, Writer
from scripts.stand_ins.simulator.envelope import UpMessage
from tests.invariants import Sent
from tests.pile_voice import PileVoice
from tests.prepay_channel import PrepayChannel, pay, prepay
from tests.refund_channel import pay_top_up
from tests.scenario import Scenario

FIRST_WH: Final = 1_000_000
TOP_UP_FEN: Final = 5_000


class HealthyWorld:
    """One session settled, one failed, one charging, one nobody knows, and a payment; every message logged."""

    def __init__(self) -> None:
        self.scenario = Scenario()
        self.pile = PileVoice(self.scenario.pile.pile_no, self.scenario.now)
        self.said: list[UpMessage] = []
        self.receipted: dict[str, set[str]] = {self.pile.pile_no: set()}
        self._writer = Writer(acknowledge=lambda _: None, publish=self._hear, clock=lambda: self.now)
        self.driver = self.scenario.driver(20_000)
        self.payment = self._pay(self.driver)
        self.say(self.pile.online(), self.pile.status("plugged"), self.pile.status("plugged", connector=2))
        self.settled = self._settle()
        self.failed = self._fail()
        self.charging = self._charge()
        self.say(self.pile.ended("nobody-knows", self.now - timedelta(minutes=5), 1_000))

    @property
    def now(self) -> datetime:
        return self.scenario.now

    @property
    def sent(self) -> Sent:
        return {self.pile.pile_no: self.said}

    @property
    def order(self) -> Order:
        return self.scenario.order(self.settled)

    def session(self, session_no: str) -> Session:
        return self.scenario.session(session_no)

    def end_implausibly(self) -> None:
        """The charging session's final record runs backwards: a review, with its hold and its timer."""
        self.after(seconds=15)
        record = self.pile.ended(
            self.charging, self.now - timedelta(minutes=1), -1, register_start_wh=FIRST_WH, connector=2
        )
        self.say(record, self.pile.status("plugged", connector=2))

    def decide(self) -> None:
        """Staff bill the settled session to another register."""
        staff = Actor(
            kind=ActorKind.STAFF,
            id=1,
            no="staff",
            is_platform=True,
            permissions=frozenset({Permission.SESSION_DECIDE.value}),
        )
        verdict = Verdict(
            decision=Decision.BILL_REGISTER,
            reason="止码有误",
            seen=gather(self.session(self.settled)).seen,
            register_end_wh=FIRST_WH + 700,
        )
        decide_session(
            staff=staff, session_no=self.settled, verdict=verdict, idempotency_key="k", now=self.now
        )

    def refund(self, done_fen: int = 300, going_fen: int = 200) -> tuple[RefundPart, RefundPart]:
        """Two parts of the payment are asked back: one went, one is on its way."""
        done, going = transact(lambda: (self._ask_back(done_fen), self._ask_back(going_fen)))
        transact(lambda: self._go_back(done.part_no))
        return RefundPart.get_by_id(done.id), RefundPart.get_by_id(going.id)

    def prepay(self) -> Payment:
        """A charge that was paid for by itself, and billed without its record: what is left waits for a day."""
        PrepayChannel().connect()
        self.scenario.next_car()
        asked = prepay(self.scenario, self.scenario.driver(0))
        pay(self.scenario, asked.payment_no)
        self.after(seconds=5)
        self.scenario.say_started(asked.session_no)
        self.after(seconds=DEFAULTS.terms.provisional_after_s)
        watch_session(session_no=asked.session_no, now=self.now)
        found: Payment = Payment.get(Payment.payment_no == asked.payment_no)
        return found

    def own_account(self) -> ChannelAccount:
        """The station's operator has an account of its own, at which the next charge is prepaid."""
        ring = KeyRing(["k" * SHORTEST_KEY])
        configure_accounts(ring=ring, factory=lambda _: PrepayChannel())
        account = ChannelAccount(
            account_no=new_number("C", self.now),
            operator_id=self.scenario.station.operator_id,
            channel=Channel.WECHAT,
            mode=AccountMode.DIRECT,
            name="自己的账户",
            is_enabled=True,
            merchant_no="1600000001",
            proof_key="",
            earlier_proof_key="",
            earlier_api_key="",
            created_at=self.now,
        )
        seal(account, "private_key", "own private key")
        seal(account, "api_key", "own api key")
        account.save()
        return account

    def message(self, state: MessageState, due_at: datetime | None) -> None:
        """One that tells of the settled charge."""
        DriverMessage.insert(
            message_no=new_number("M", self.now),
            kind=MessageKind.CHARGE_BILLED,
            subject_no=self.order.order_no,
            driver_id=self.driver.id,
            state=state,
            attempts=1,
            due_at=due_at,
            deadline_at=self.now,
            created_at=self.now,
            ended_at=self.now,
        ).execute()

    def stay(self) -> Order:
        """The car of the settled charge stayed for half an hour, 15 minutes of which it pays."""
        session = self.session(self.settled)
        began_at, ended_at = self.now - timedelta(minutes=30), self.now
        PlugSense.insert(connector_id=session.connector_id, proven_at=began_at).execute()
        IdleSpell.insert(session_id=session.id, from_at=began_at, to_at=ended_at).execute()
        IdleStay.insert(
            session_id=session.id,
            connector_id=session.connector_id,
            driver_id=session.driver_id or 0,
            state=StayState.WATCHING,
            began_at=began_at,
            free_minutes=15,
            minute_fen=50,
            day_cap_fen=2_000,
            ended_at=ended_at,
            due_at=ended_at,
        ).execute()
        look_after_stay(session_id=session.id, now=self.now)
        found: Order = Order.get(Order.kind == OrderKind.IDLE)
        return found

    def adjust(self, fen: int = 700) -> Adjustment:
        """One that a second person approved."""
        row = Adjustment.create(
            adjustment_no=new_number("AD", self.now),
            driver_id=self.driver.id,
            amount_fen=fen,
            reason="试",
            told="补偿",
            state=AdjustmentState.DONE,
            is_alone=False,
            asked_by_id=1,
            asked_at=self.now,
            decided_by_id=2,
            decided_at=self.now,
        )
        move_money(row, self.now)
        return row

    def say(self, *messages: Incoming) -> None:
        """The bridge's writer takes these, and the log keeps them."""
        self._writer.write(messages)
        for topic, payload, _ in messages:
            self.said.append(UpMessage(topic.rsplit("/", 1)[1], msgspec.json.decode(payload)))

    def _hear(self, topic: str, payload: bytes) -> None:
        if topic.endswith("/receipt"):
            self.receipted[self.pile.pile_no].update(msgspec.json.decode(payload)["ids"])

    def post(self, kind: EntryKind, reference: str, *moved: tuple[AccountKind, str, int]) -> None:
        """An entry that no service would post: nothing guards the balances."""
        entry = LedgerEntry.create(entry_no=new_ulid(), kind=kind, reference=reference, created_at=self.now)
        for account_kind, owner, fen in moved:
            account = LedgerAccount.get(
                (LedgerAccount.kind == account_kind) & (LedgerAccount.owner_key == owner)
            )
            LedgerPosting.create(entry_id=entry.id, account_id=account.id, amount_fen=fen)
            LedgerAccount.update(balance_fen=LedgerAccount.balance_fen + fen).where(
                LedgerAccount.id == account.id
            ).execute()

    def after(self, **delta: float) -> None:
        self.scenario.after(**delta)
        self.pile.after(**delta)

    def _ask_back(self, fen: int) -> RefundPart:
        refund = Refund.create(
            refund_no=new_number("R", self.now),
            driver_id=self.driver.id,
            amount_fen=fen,
            state=RefundState.IN_PROGRESS,
            asked_at=self.now,
        )
        entry = refund_hold_entry(self.driver.no, Fen(fen), Fen(0))
        post_entry(entry=entry, reference=refund.refund_no, now=self.now)
        return RefundPart.create(
            part_no=new_number("RP", self.now),
            refund_id=refund.id,
            payment_id=self.payment.id,
            channel=Channel.WECHAT,
            amount_fen=fen,
            state=PartState.HELD,
            next_step_at=self.now,
        )

    def _go_back(self, part_no: str) -> None:
        one = lock_part(part_no)
        assert one is not None
        move_part(one, PartEvent.DONE, self.now)

    def _pay(self, driver: Actor) -> Payment:
        return pay_top_up(
            driver=driver,
            operator_id=self.scenario.station.operator_id,
            amount_fen=TOP_UP_FEN,
            transaction_no="4200000000001",
            now=self.now,
        )

    def _settle(self) -> str:
        session_no = self._start(self.driver, gun=1)
        started_at = self.now
        self.say(self.pile.started(session_no, FIRST_WH))
        for step in range(1, 4):
            self.after(seconds=15)
            self.say(self.pile.meter(session_no, FIRST_WH + 250 * step))
        stop_session(driver=self.driver, session_no=session_no, now=self.now)
        self._answer_commands()
        self.say(self.pile.ended(session_no, started_at, 750, register_start_wh=FIRST_WH))
        self.say(self.pile.status("plugged"))
        return session_no

    def _fail(self) -> str:
        session_no = self._start(self.driver, gun=1)
        self.say(self.pile.ended(session_no, self.now, 0, register_start_wh=FIRST_WH + 750))
        return session_no

    def _charge(self) -> str:
        self.charger = self.scenario.driver(10_000)
        session_no = self._start(self.charger, gun=2)
        self.say(self.pile.started(session_no, connector=2))
        for step in range(3):
            self.after(seconds=15)
            self.say(self.pile.meter(session_no, FIRST_WH + 250 * (step + 1), connector=2))
        self.say(self.pile.status("charging", connector=2))
        return session_no

    def _start(self, driver: Actor, *, gun: int) -> str:
        session_no = self.scenario.start(driver, gun=gun).session_no
        self._answer_commands()
        return session_no

    def _answer_commands(self) -> None:
        for command in claim_commands(limit=10, now=self.now):
            self.say(self.pile.say("reply", command_id=command.command_no, result="accepted"))


def change(row: Row, **columns: object) -> None:
    """Write these columns of a row."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()


def add_copy(row: Row, **columns: object) -> None:
    """Insert the row once more with other values in its unique columns."""
    values = {name: value for name, value in row.__data__.items() if name != "id"}
    type(row).insert(values | columns).execute()
