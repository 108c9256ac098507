"""Payments and refunds, each step of them."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Final

from backend.domain.actor import Actor
from backend.domain.errors import ChannelUnavailable
from backend.domain.ledger import AccountKind, Entry, EntryKind, Posting, account_of
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.models import (
    Operator,
    Payment,
    RefundPart,
)
from backend.services.ledger.post_entry import post_entry
from backend.services.payments import ask_channel, query_payment, refresh_payment
from backend.services.payments.claim_refund_steps import claim_refund_steps
from backend.services.payments.pay_debt import pay_debt
from backend.services.payments.refund_wallet import refund_wallet
from backend.services.payments.step_refund_part import step_refund_part
from backend.services.upkeep.pay_out_refund_part import pay_out_refund_part
from backend.services.upkeep.retry_refund_part import retry_refund_part
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare, somebody
from tests.refund_channel import LOST, REFUSED, connected, pay_top_up
from tests.scenario import Scenario


def close_a_payment(world: Scenario) -> Act:
    return partial(refresh_payment._close, payment_no=_payment(world), now=world.after(minutes=31).now)


def fail_to_order_a_payment(world: Scenario) -> Act:
    return partial(_note_failure, payment_no=_payment(world))


def ask_money_back(world: Scenario) -> Act:
    driver, _ = _paid(world)
    return partial(_ask_money_back, driver, world.now)


def claim_a_refund(world: Scenario) -> Act:
    _asked_back(world)
    return partial(claim_refund_steps, limit=10, now=world.now)


def send_a_refund(world: Scenario) -> Act:
    part_no = _asked_back(world)
    return partial(_send_refund, part_no, now=world.now)


def lose_a_refund(world: Scenario) -> Act:
    part_no = _asked_back(world)
    return partial(_lose_refund, part_no, now=world.now)


def retry_a_refund(world: Scenario) -> Act:
    part_no = _asked_back(world, refused=True)
    return partial(retry_refund_part, staff=somebody(world), part_no=part_no, now=world.now)


def pay_a_refund_out(world: Scenario) -> Act:
    part_no = _asked_back(world, refused=True)
    return partial(_pay_refund_out, part_no, somebody(world), now=world.now)


def wait_for_a_payment(world: Scenario) -> Act:
    """The channel holds it, and it is unpaid: what was unknown is known again."""
    payment_no = _payment(world)
    Payment.update(state=PaymentState.UNKNOWN).where(Payment.payment_no == payment_no).execute()
    return partial(refresh_payment._await, payment_no=payment_no)


def ask_of_a_payment_again(world: Scenario) -> Act:
    """Each look counts, and is the later for it."""
    return partial(query_payment._schedule, payment_no=_payment(world), error="", now=world.now)


def pay_what_is_owed(world: Scenario) -> Act:
    driver = world.driver(2_000)
    owed = (
        Posting(account_of(AccountKind.DEBT, driver.no), -500),
        Posting(account_of(AccountKind.AVAILABLE, driver.no), 500),
    )
    post_entry(entry=Entry(EntryKind.RELEASE, owed), reference="owed", now=world.now)
    return partial(pay_debt, driver=driver, idempotency_key="pay", now=world.now)


CASES: Final[Mapping[str, Prepare]] = {
    "refresh_payment._close": close_a_payment,
    "refresh_payment._await": wait_for_a_payment,
    "query_payment._schedule": ask_of_a_payment_again,
    "pay_debt.pay_debt": pay_what_is_owed,
    "ask_channel._record_failure": fail_to_order_a_payment,
    "refund_wallet.refund_wallet": ask_money_back,
    "claim_refund_steps.claim_refund_steps": claim_a_refund,
    "step_refund_part._claim": send_a_refund,
    "record_refund._record": send_a_refund,
    "step_refund_part._record_failure": lose_a_refund,
    "retry_refund_part.retry_refund_part": retry_a_refund,
    "pay_out_refund_part._close": pay_a_refund_out,
}


def _note_failure(payment_no: str) -> None:
    ask_channel._record_failure(payment_no=payment_no, failure=ChannelUnavailable())


def _paid(world: Scenario) -> tuple[Actor, Payment]:
    """A driver who paid 50 yuan."""
    connected()
    driver = world.driver(0)
    payment = pay_top_up(
        driver=driver,
        operator_id=Operator.get().id,
        amount_fen=5_000,
        transaction_no="4200000000001",
        now=world.now,
    )
    return driver, payment


def _asked_back(world: Scenario, *, refused: bool = False) -> str:
    """The number of a part on its way; `refused`: the channel will not take it."""
    driver, _ = _paid(world)
    refund_wallet(driver=driver, amount_fen=1_000, idempotency_key="k", now=world.now)
    (part,) = RefundPart.select()
    if refused:
        connected(REFUSED)
        step_refund_part(part_no=part.part_no, now=world.now)
    return str(part.part_no)


def _ask_money_back(driver: Actor, now: datetime) -> None:
    connected()
    refund_wallet(driver=driver, amount_fen=1_000, idempotency_key="k", now=now)


def _send_refund(part_no: str, now: datetime) -> None:
    connected()
    step_refund_part(part_no=part_no, now=now)


def _pay_refund_out(part_no: str, staff: Actor, now: datetime) -> None:
    connected()
    pay_out_refund_part(staff=staff, part_no=part_no, reference="T-1", reason="卡已注销", now=now)


def _lose_refund(part_no: str, now: datetime) -> None:
    connected(LOST)
    step_refund_part(part_no=part_no, now=now)


def _payment(world: Scenario) -> str:
    """A payment that waits for its driver."""
    payment = Payment.create(
        payment_no="P-waiting",
        driver_id=world.driver(0).id,
        operator_id=Operator.get().id,
        purpose=PaymentPurpose.TOP_UP,
        channel=Channel.WECHAT,
        amount_fen=5_000,
        state=PaymentState.CREATED,
        created_at=world.now,
        expires_at=world.now.replace(microsecond=0),
    )
    return str(payment.payment_no)
