"""Drivers and their money in history: accounts opened, top-ups, refunds, and what is prepaid for one charge."""

from __future__ import annotations

from random import Random
from typing import Final

from backend.domain.driver import DriverState
from backend.domain.identity import IdentityKind
from backend.domain.ledger import (
    AccountKind,
    account_of,
    prepaid_rest_entry,
    prepay_entry,
    refund_entry,
    refund_hold_entry,
    top_up_entry,
)
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.refund import PartState, RefundState
from backend.domain.units import Fen
from backend.models import Driver, DriverIdentity, Operator, Payment, Refund, RefundPart
from scripts.local.demo.years.ledger import Ledger
from scripts.local.demo.years.people import Paid, Person
from scripts.local.demo.years.sheets import Numbers, Sheet, moment
from scripts.local.demo.years.sums import Sums

WECHAT_SHARE: Final = 0.72
PREPAYING_SHARE: Final = 0.10
PHONE_SHARE: Final = 0.7
TO_PAY_S: Final = 12
TO_EXPIRE_S: Final = 1_800
TO_REFUND_S: Final = 45
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹"
_TITLES: Final = ("师傅", "先生", "女士")
_FIRST_PHONE: Final = 19_900_000_000


class Money:
    """Each method writes what the product writes when the thing has happened."""

    def __init__(self, rng: Random, numbers: Numbers, ledger: Ledger, sums: Sums) -> None:
        self._rng, self._numbers, self._ledger, self._sums = rng, numbers, ledger, sums
        self._platform_id = int(Operator.get(Operator.is_platform).id)
        self._drivers = Sheet(
            Driver,
            (
                *("id", "driver_no", "mini_program_key", "nickname", "phone", "phone_bound_at"),
                *(
                    "avatar",
                    "is_enabled",
                    "created_at",
                    "last_login_at",
                    "state",
                    "frozen_reason",
                    "row_version",
                ),
            ),
        )
        self._identities = Sheet(DriverIdentity, ("driver_id", "kind", "key", "created_at"))
        self._payments = Sheet(
            Payment,
            (
                *("id", "payment_no", "driver_id", "operator_id", "purpose", "channel", "session_id"),
                *("amount_fen", "state", "channel_transaction_no", "created_at", "expires_at", "paid_at"),
                *("refunded_fen", "queries", "last_error"),
            ),
        )
        self._refunds = Sheet(
            Refund, ("id", "refund_no", "driver_id", "amount_fen", "state", "asked_at", "done_at")
        )
        self._parts = Sheet(
            RefundPart,
            (
                *("part_no", "refund_id", "payment_id", "channel", "amount_fen", "state", "steps"),
                *(
                    "sent_at",
                    "ended_at",
                    "channel_refund_no",
                    "last_error",
                    "payout_reference",
                    "payout_reason",
                ),
            ),
        )
        self.sheets = (self._drivers, self._identities, self._payments, self._refunds, self._parts)
        self.late_refunds: dict[int, Paid] = {}

    def new_driver(self, at_s: int) -> Person:
        """Somebody logs in for the first time."""
        rng, at = self._rng, moment(at_s)
        driver_id = self._drivers.new_id()
        number = self._numbers.new("D", at_s)
        key = f"demo-{number}"
        nickname = rng.choice(_SURNAMES) + rng.choice(_TITLES)
        phone = str(_FIRST_PHONE + driver_id) if rng.random() < PHONE_SHARE else None
        self._drivers.add(
            (
                *(driver_id, number, key, nickname, phone, None if phone is None else at),
                *("", 1, at, at, DriverState.ACTIVE.value, "", 0),
            )
        )
        self._identities.add((driver_id, IdentityKind.WECHAT_MINI_PROGRAM.value, key, at))
        self._sums.add_new_driver(at_s)
        return Person(
            id=driver_id,
            number=number,
            account_id=self._ledger.open_wallet(number, at_s),
            channel=Channel.WECHAT if rng.random() < WECHAT_SHARE else Channel.ALIPAY,
            prepays=rng.random() < PREPAYING_SHARE,
            free_s=at_s,
        )

    def top_up(self, person: Person, fen: int, at_s: int) -> None:
        """Money comes into the wallet at `at_s`, debt first."""
        payment_id, transaction = self._pay(person, fen, at_s, PaymentPurpose.TOP_UP)
        entry = top_up_entry(person.number, person.channel, Fen(fen), Fen(person.debt_fen))
        self._ledger.post(entry, transaction, person, at_s)
        self._sums.add_top_up(at_s, fen)
        person.last_paid = Paid(payment_id, fen, person.channel)

    def refund(self, person: Person, fen: int, at_s: int) -> int:
        """So much of the wallet goes back to the last top-up, as far as both have it; when that is done."""
        paid = person.last_paid
        amount = 0 if paid is None else min(fen, person.available_fen, paid.amount_fen - paid.refunded_fen)
        if paid is None or amount <= 0 or person.debt_fen:
            return at_s
        refund_no = self._numbers.new("R", at_s)
        hold = refund_hold_entry(person.number, Fen(amount), Fen(0))
        self._ledger.post(hold, refund_no, person, at_s)
        paid.refunded_fen += amount
        self.late_refunds[paid.id] = paid
        return self._give_back(person, refund_no, paid.id, amount, at_s)

    def prepay(
        self, person: Person, session_id: int, fen: int, captured_fen: int, at_s: int
    ) -> tuple[int, str]:
        """Money for one session alone, of which its bill takes so much; the payment's id and the entry's reference."""
        return self._pay(
            person, fen, at_s, PaymentPurpose.PREPAY, session_id=session_id, refunded_fen=fen - captured_fen
        )

    def post_prepaid(self, person: Person, fen: int, transaction: str, at_s: int) -> None:
        """It is there."""
        receiver = account_of(AccountKind.CLEARING, person.channel.value)
        self._ledger.post(prepay_entry(person.number, receiver, Fen(fen)), transaction, person, at_s)

    def give_rest_back(self, person: Person, payment_id: int, fen: int, at_s: int) -> None:
        """What a bill left of prepaid money goes back by itself."""
        if fen:
            refund_no = self._numbers.new("R", at_s)
            entry = prepaid_rest_entry(person.number, Fen(fen))
            self._ledger.post(entry, refund_no, person, at_s)
            self._give_back(person, refund_no, payment_id, fen, at_s)

    def tell_late_refunds(self) -> None:
        """Let payments that are written say what went back of them since."""
        for paid in self.late_refunds.values():
            state = (
                PaymentState.REFUNDED if paid.refunded_fen == paid.amount_fen else PaymentState.PART_REFUNDED
            )
            Payment.update(state=state, refunded_fen=paid.refunded_fen).where(Payment.id == paid.id).execute()
        self.late_refunds.clear()

    def _pay(
        self,
        person: Person,
        fen: int,
        at_s: int,
        purpose: PaymentPurpose,
        *,
        session_id: int | None = None,
        refunded_fen: int = 0,
    ) -> tuple[int, str]:
        payment_id = self._payments.new_id()
        number = self._numbers.new("P", at_s - TO_PAY_S)
        transaction = f"42{number}"
        state = PaymentState.PAID
        if refunded_fen:
            state = PaymentState.REFUNDED if refunded_fen == fen else PaymentState.PART_REFUNDED
        asked_s = at_s - TO_PAY_S
        self._payments.add(
            (
                *(
                    payment_id,
                    number,
                    person.id,
                    self._platform_id,
                    purpose.value,
                    person.channel.value,
                    session_id,
                    fen,
                ),
                *(state.value, transaction, moment(asked_s), moment(asked_s + TO_EXPIRE_S), moment(at_s)),
                *(refunded_fen, 0, ""),
            )
        )
        return payment_id, transaction

    def _give_back(self, person: Person, refund_no: str, payment_id: int, fen: int, at_s: int) -> int:
        refund_id = self._refunds.new_id()
        part_no = self._numbers.new("RP", at_s)
        asked_at, done_at = moment(at_s), moment(at_s + TO_REFUND_S)
        self._refunds.add((refund_id, refund_no, person.id, fen, RefundState.DONE.value, asked_at, done_at))
        self._parts.add(
            (
                *(part_no, refund_id, payment_id, person.channel.value, fen, PartState.SUCCEEDED.value, 0),
                *(asked_at, done_at, f"50{part_no}", "", "", ""),
            )
        )
        source = account_of(AccountKind.CLEARING, person.channel.value)
        self._ledger.post(refund_entry(person.number, source, Fen(fen)), part_no, person, at_s + TO_REFUND_S)
        return at_s + TO_REFUND_S
