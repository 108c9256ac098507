"""Prepaid at an operator's own account and given back there: the same services as at the platform's, killed on their way there.

The platform's channel answers nothing in these worlds: who asks it has taken the wrong account.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import backend.gateways
from backend.domain.channel_account import AccountMode
from backend.domain.ledger import AccountKind
from backend.domain.payment import Channel
from backend.gateways import configure_accounts
from backend.gateways.channel_account import AccountKeys
from backend.gateways.ids import new_ulid
from backend.gateways.sealing import SHORTEST_KEY, KeyRing
from backend.models import ChannelAccount, Operator, Payment, RefundPart, Session
from backend.models.engine import database as db
from backend.models.ledger import LedgerAccount, LedgerPosting
from backend.services.channel_accounts.account_terms import AccountPlace, AccountTerms, NewKeys
from backend.services.channel_accounts.create_channel_account import create_channel_account
from backend.services.channel_accounts.switch_channel_account import switch_channel_account
from backend.services.charging.begin_prepaid_session import begin_prepaid_session
from backend.services.payments.step_refund_part import step_refund_part
from backend.services.sites.register_operator import register_operator
from tests.channel_accounts import platform_staff
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare
from tests.prepay_channel import PrepayChannel, pay, prepay, say_paid
from tests.refund_channel import LOST
from tests.scenario import Scenario

AT: Final = "@own account"
"""Ends the names of these cases: their services have one at the platform's account already."""
_TERMS: Final = AccountTerms(
    name="自己的账户",
    merchant_no="1600000001",
    application_no="",
    sub_merchant_no="",
    uses_certificates=False,
    expires_on=None,
)


def ask_for_one(world: Scenario) -> Act:
    _with_account(world)
    return partial(_at_own, prepay, world, world.driver(0), key="tap")


def credit_one(world: Scenario) -> Act:
    return partial(_at_own, say_paid, world, _asked(world))


def begin_one(world: Scenario) -> Act:
    payment_no = _asked(world)
    say_paid(world, payment_no)
    return partial(begin_prepaid_session, payment_no=payment_no, now=world.now)


def refuse_one(world: Scenario) -> Act:
    pay(world, _asked(world))
    (session,) = Session.select()
    return partial(world.answer, world.commands(session.session_no)[0], "rejected", "faulted")


def send_a_refund(world: Scenario) -> Act:
    return partial(_at_own, step_refund_part, part_no=_given_back(world), now=world.now)


def lose_a_refund(world: Scenario) -> Act:
    return partial(_at_own, step_refund_part, answers=(LOST,), part_no=_given_back(world), now=world.now)


CASES: Final[Mapping[str, Prepare]] = {
    f"prepay_session._claim{AT}": ask_for_one,
    f"ask_channel._record_asked{AT}": ask_for_one,
    f"settle_payment._settle{AT}": credit_one,
    f"begin_prepaid_session.begin_prepaid_session{AT}": begin_one,
    f"give_back.give_back{AT}": refuse_one,
    f"step_refund_part._claim{AT}": send_a_refund,
    f"record_refund._record{AT}": send_a_refund,
    f"step_refund_part._record_failure{AT}": lose_a_refund,
}
"""The service of the crash points, and where → what leads up to it."""


def fingerprint() -> list[tuple[str, int]]:
    """Who has the money: the platform or the operator."""
    kinds = (AccountKind.CLEARING, AccountKind.OPERATOR_CLEARING)
    names = {row.id: row.kind.value for row in LedgerAccount.select().where(LedgerAccount.kind.in_(kinds))}
    postings = LedgerPosting.select().where(LedgerPosting.account_id.in_(list(names)))
    return sorted((names[row.account_id], row.amount_fen) for row in postings)


def _given_back(world: Scenario) -> str:
    """A part of a refund on its way: the pile has refused the start."""
    refuse_one(world)()
    (part,) = RefundPart.select()
    return str(part.part_no)


def _asked(world: Scenario) -> str:
    _with_account(world)
    _at_own(prepay, world, world.driver(0))
    (payment,) = Payment.select()
    assert payment.channel_account_id is not None
    return str(payment.payment_no)


def _with_account(world: Scenario) -> ChannelAccount:
    """The pile's operator is not the platform, and has an account at which money is taken."""
    _configure()
    operator = Operator.get(Operator.is_platform)
    Operator.update(is_platform=False).where(Operator.id == operator.id).execute()
    register_operator(operator_no="MA1TEST02", name="平台", is_platform=True, service_phone="", now=world.now)
    db.forget()
    staff = platform_staff(world.now)
    made = create_channel_account(
        staff=staff,
        place=AccountPlace(operator.operator_no, Channel.WECHAT, AccountMode.DIRECT),
        terms=_TERMS,
        keys=NewKeys(private_key="own private key", api_key="own api key"),
        idempotency_key=new_ulid(),
        now=world.now,
    )
    switch_channel_account(
        staff=staff, account_no=made.account_no, is_enabled=True, reason="试", row_version=0, now=world.now
    )
    account: ChannelAccount = ChannelAccount.get(ChannelAccount.account_no == made.account_no)
    return account


def _configure(*answers: str) -> None:
    """In whatever process it is done: the account's channel anew, and none of the platform's."""
    db.forget()
    backend.gateways.configure(channels={}, log_ins={})
    configure_accounts(ring=KeyRing(["k" * SHORTEST_KEY]), factory=partial(_channel, answers))


def _channel(answers: tuple[str, ...], keys: AccountKeys) -> PrepayChannel:
    del keys
    return PrepayChannel(*answers)


def _at_own(
    work: Callable[..., object], *arguments: object, answers: tuple[str, ...] = (), **names: object
) -> None:
    """`answers` are what the channel's next calls meet."""
    _configure(*answers)
    work(*arguments, **names)
