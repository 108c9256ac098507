"""Money prepaid for one session, on its way in and back: each step to be killed before and after its commit, then done again."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Final

from backend.domain.payment import Channel
from backend.domain.policy import DEFAULTS
from backend.models import Payment, Session
from backend.services.access.register_guest import register_guest
from backend.services.charging.begin_prepaid_session import begin_prepaid_session
from backend.services.charging.return_due_rests import return_due_rests
from backend.services.charging.watch_session import watch_session
from backend.services.payments.top_up_wallet import top_up_wallet
from backend.services.upkeep.forget_guests import forget_guests
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare
from tests.prepay_channel import PrepayChannel, pay, prepay, say_paid
from tests.scenario import Scenario


def ask_for_one(world: Scenario) -> Act:
    driver = world.driver(0)
    return partial(_connected, prepay, world, driver, key="tap")


def top_up(world: Scenario) -> Act:
    driver = world.driver(0)
    wish = {"amount_fen": 5_000, "channel": Channel.WECHAT, "idempotency_key": "tap", "now": world.now}
    return partial(_connected, top_up_wallet, driver=driver, **wish)


def credit_one(world: Scenario) -> Act:
    return partial(_connected, say_paid, world, _asked(world))


def begin_one(world: Scenario) -> Act:
    payment_no = _asked(world)
    _connected(say_paid, world, payment_no)
    return partial(begin_prepaid_session, payment_no=payment_no, now=world.now)


def refuse_one(world: Scenario) -> Act:
    payment_no = _asked(world)
    _connected(pay, world, payment_no)
    (session,) = Session.select()
    return partial(world.answer, world.commands(session.session_no)[0], "rejected", "faulted")


def bill_one_without_its_record(world: Scenario) -> Act:
    session_no = _charging(world)
    world.after(seconds=DEFAULTS.terms.provisional_after_s)
    return partial(watch_session, session_no=session_no, now=world.now)


def give_back_without_its_record(world: Scenario) -> Act:
    bill_one_without_its_record(world)()
    return partial(return_due_rests, now=world.now + timedelta(hours=24))


def _charging(world: Scenario) -> str:
    _connected(pay, world, _asked(world))
    (session,) = Session.select()
    world.after(seconds=5).say_started(session.session_no)
    return str(session.session_no)


def _asked(world: Scenario) -> str:
    _connected(prepay, world, world.driver(0))
    return str(Payment.get().payment_no)


def _connected(work: Callable[..., object], *arguments: object, **names: object) -> None:
    """The channel stands in this process: the one that is killed has its own."""
    PrepayChannel().connect()
    work(*arguments, **names)


def forget_a_guest(world: Scenario) -> Act:
    register_guest(qr_token=world.connector().qr_token, now=world.now)
    return partial(forget_guests, kept=timedelta(days=90), now=world.now + timedelta(days=91))


CASES: Final[Mapping[str, Prepare]] = {
    "top_up_wallet._claim": top_up,
    "settle_payment._settle": credit_one,
    "prepay_session._claim": ask_for_one,
    "ask_channel._record_asked": ask_for_one,
    "begin_prepaid_session.begin_prepaid_session": begin_one,
    "give_back.give_back": refuse_one,
    "give_back.keep_rest": bill_one_without_its_record,
    "return_due_rests.return_due_rests": give_back_without_its_record,
    "forget_guests.forget_guests": forget_a_guest,
}
"""The service of the crash points → what leads up to it."""
