"""Staff adjust balances: alone up to their role's day limit, above it by a second person; every fen has its decided row."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from backend.domain.actor import Actor
from backend.domain.adjustment import LARGEST_FEN, AdjustmentState
from backend.domain.caller import NOWHERE
from backend.domain.errors import (
    AdjustmentDecided,
    AdjustmentNotFound,
    AdjustmentTooMuch,
    AmountOutOfRange,
    BeyondOwnRights,
    DriverNotFound,
    Forbidden,
    NoDebt,
    SecondPersonNeeded,
)
from backend.domain.ledger import AccountKind, Entry, EntryKind, Posting, account_of
from backend.domain.permission import ActorKind, Permission
from backend.models import Adjustment, AuditRow, Operator, Role, Staff
from backend.models.ledger import LedgerEntry
from backend.services.ledger.check_ledger import check_ledger
from backend.services.ledger.post_entry import post_entry
from backend.services.payments.ask_adjustment import AskedAdjustment, ask_adjustment
from backend.services.payments.decide_adjustment import decide_adjustment
from backend.services.payments.pay_debt import pay_debt
from backend.services.staff.edit_role import edit_role
from backend.services.staff.role_terms import RoleTerms
from backend.services.views.desk.get_adjustment_for_staff import get_adjustment_for_staff
from backend.services.views.desk.list_adjustments_for_staff import AdjustmentPage, list_adjustments_for_staff
from backend.services.views.list_wallet_postings import list_wallet_postings
from tests.at_once import at_once
from tests.builders import a_staff
from tests.invariants import check_invariants
from tests.scenario import Scenario

LIMIT_FEN = 5_000


class Office(Scenario):
    """A driver with 100 yuan; two people who may all of it, of whom the first may adjust 50 yuan a day alone."""

    def __init__(self) -> None:
        super().__init__()
        self.owner = self.driver()
        self.first, self.second = self.person(LIMIT_FEN), self.person(0)
        self.keys = 0

    def person(self, limit_fen: int, *, permissions: tuple[Permission, ...] = tuple(Permission)) -> Actor:
        row = a_staff(operator=Operator.get(), now=self.now, permissions=permissions)
        Role.update(adjustment_limit_fen=limit_fen).where(Role.id == row.role_id).execute()
        return Actor(
            kind=ActorKind.STAFF,
            id=row.id,
            no=row.account,
            operator_id=row.operator_id,
            is_platform=True,
            permissions=frozenset(one.value for one in permissions),
        )

    def ask(self, fen: int, *, by: Actor | None = None, key: str = "", driver_no: str = "") -> Adjustment:
        self.keys += 1
        number = ask_adjustment(
            staff=by or self.first,
            asked=AskedAdjustment(
                driver_no=driver_no or self.owner.no, amount_fen=fen, reason="桩故障", told="补偿充电中断"
            ),
            idempotency_key=key or f"k{self.keys}",
            caller=NOWHERE,
            now=self.now,
        )
        return Adjustment.get(Adjustment.adjustment_no == number)

    def decide(self, row: Adjustment, *, by: Actor | None = None, is_approved: bool = True) -> Adjustment:
        decide_adjustment(
            staff=by or self.second,
            adjustment_no=row.adjustment_no,
            is_approved=is_approved,
            note="核对过",
            caller=NOWHERE,
            now=self.now,
        )
        return Adjustment.get_by_id(row.id)

    def owe(self, fen: int) -> None:
        postings = (
            Posting(account_of(AccountKind.DEBT, self.owner.no), -fen),
            Posting(account_of(AccountKind.SERVICE_INCOME, Operator.get().operator_no), fen),
        )
        post_entry(entry=Entry(EntryKind.SETTLE, postings), reference="test-debt", now=self.now)

    def spend_all(self) -> None:
        fen = self.wallet(self.owner).available_fen
        postings = (
            Posting(account_of(AccountKind.AVAILABLE, self.owner.no), -fen),
            Posting(account_of(AccountKind.SERVICE_INCOME, Operator.get().operator_no), fen),
        )
        post_entry(entry=Entry(EntryKind.SETTLE, postings), reference="test-spent", now=self.now)

    def page(self, by: Actor | None = None) -> AdjustmentPage:
        return list_adjustments_for_staff(
            staff=by or self.first, state=None, driver_no=None, cursor=None, limit=20, now=self.now
        )


@pytest.fixture
def office(database: str) -> Office:
    del database
    return Office()


def test_within_the_day_limit_one_person_does_it_and_above_it_a_second_one_decides(office: Office) -> None:
    assert office.ask(3_000).state is AdjustmentState.DONE
    assert office.wallet(office.owner).available_fen == 13_000
    # what is taken back counts as what is given
    assert office.ask(-2_000).state is AdjustmentState.DONE
    assert (office.page().limit_fen, office.page().left_fen) == (LIMIT_FEN, 0)
    waiting = office.ask(1)
    assert (waiting.state, office.wallet(office.owner).available_fen) == (AdjustmentState.ASKED, 11_000)
    assert office.decide(waiting).state is AdjustmentState.DONE
    assert office.wallet(office.owner).available_fen == 11_001
    office.after(days=1)
    assert office.page().left_fen == LIMIT_FEN
    assert office.ask(5_000).is_alone
    assert check_ledger().is_sound
    check_invariants()


def test_who_asked_never_decides_and_nobody_decides_twice(office: Office) -> None:
    asked = office.ask(6_000)
    with pytest.raises(SecondPersonNeeded):
        office.decide(asked, by=office.first)
    with pytest.raises(SecondPersonNeeded):
        office.decide(asked, by=office.first, is_approved=False)
    assert office.page().adjustments[0].allowed_actions == ()
    assert office.page(office.second).adjustments[0].allowed_actions == ("approve", "decline")
    office.decide(asked, is_approved=False)
    for is_approved in (True, False):
        with pytest.raises(AdjustmentDecided):
            office.decide(asked, is_approved=is_approved)
    assert office.wallet(office.owner).available_fen == 10_000
    assert [row.action for row in AuditRow.select().where(AuditRow.object_kind == "adjustment")] == [
        "adjustment.ask",
        "adjustment.decline",
    ]
    check_invariants()


def test_one_approval_of_many_at_once_moves_the_money_and_one_day_limit_is_used_once(office: Office) -> None:
    asked = office.ask(6_000)
    others = [office.person(0) for _ in range(6)]
    outcomes = Counter(at_once([partial(office.decide, asked, by=one) for one in others]))
    assert outcomes == {"ok": 1, "adjustment_decided": 5}
    assert office.wallet(office.owner).available_fen == 16_000
    assert set(at_once([partial(office.ask, 2_000, key=f"at-once-{key}") for key in range(6)])) == {"ok"}
    alone = Adjustment.select().where(Adjustment.is_alone)
    assert sum(row.amount_fen for row in alone) == 4_000
    check_invariants()


def test_it_is_asked_once_for_each_key_and_never_of_more_than_is_there(office: Office) -> None:
    first, again = office.ask(100, key="same"), office.ask(100, key="same")
    assert first.id == again.id
    with pytest.raises(AdjustmentTooMuch) as refused:
        office.ask(-10_101)
    assert refused.value.data == {"available_fen": 10_100}
    for fen in (0, LARGEST_FEN + 1, -LARGEST_FEN - 1):
        with pytest.raises(AmountOutOfRange):
            office.ask(fen)
    asked = office.ask(-10_000)
    office.spend_all()
    with pytest.raises(AdjustmentTooMuch):
        office.decide(asked)
    assert Adjustment.get_by_id(asked.id).state is AdjustmentState.ASKED
    assert check_ledger().is_sound


def test_money_given_pays_the_debt_first_and_the_driver_reads_why(office: Office) -> None:
    office.spend_all()
    office.owe(300)
    office.ask(1_000)
    wallet = office.wallet(office.owner)
    assert (wallet.available_fen, wallet.debt_fen) == (700, 0)
    newest = list_wallet_postings(driver=office.owner, cursor=None, limit=5).movements[0]
    assert (newest.kind, newest.note) == (EntryKind.ADJUSTMENT, "补偿充电中断")
    assert (newest.available_change_fen, newest.debt_change_fen) == (700, -300)


def test_a_debt_is_paid_from_what_is_available_once_for_each_key(office: Office) -> None:
    with pytest.raises(NoDebt):
        pay_debt(driver=office.owner, idempotency_key="k", now=office.now)
    office.owe(10_300)
    assert pay_debt(driver=office.owner, idempotency_key="k", now=office.now) == 10_000
    assert pay_debt(driver=office.owner, idempotency_key="k", now=office.now) == 10_000
    wallet = office.wallet(office.owner)
    assert (wallet.available_fen, wallet.debt_fen) == (0, 300)
    with pytest.raises(NoDebt) as refused:
        pay_debt(driver=office.owner, idempotency_key="another", now=office.now)
    assert refused.value.data == {"debt_fen": 300, "available_fen": 0}
    assert LedgerEntry.select().where(LedgerEntry.kind == EntryKind.DEBT_PAID).count() == 1


def test_others_may_neither_ask_nor_decide_nor_see(office: Office) -> None:
    asked = office.ask(6_000)
    read_only = office.person(0, permissions=(Permission.ADJUSTMENT_READ,))
    for work in (partial(office.ask, 1, by=read_only), partial(office.decide, asked, by=read_only)):
        with pytest.raises(Forbidden):
            work()
    of_an_operator = Actor(
        kind=ActorKind.STAFF, id=99, no="x", operator_id=7, permissions=office.first.permissions
    )
    assert office.page(of_an_operator).adjustments == ()
    with pytest.raises(AdjustmentNotFound):
        get_adjustment_for_staff(staff=of_an_operator, adjustment_no=asked.adjustment_no)
    with pytest.raises(AdjustmentNotFound):
        office.decide(asked, by=of_an_operator)
    with pytest.raises(DriverNotFound):
        office.ask(1, by=of_an_operator)
    with pytest.raises(DriverNotFound):
        office.ask(1, driver_no="D-nobody")


def test_nobody_gives_a_role_a_larger_day_limit_than_they_have(office: Office) -> None:
    almost_all = tuple(one for one in Permission if one is not Permission.AUDIT_READ)
    manager = office.person(LIMIT_FEN, permissions=almost_all)
    role_id = Staff.get_by_id(office.person(0, permissions=(Permission.ADJUSTMENT_ASK,)).id).role_id
    terms = {
        "name": "客服",
        "permissions": frozenset({Permission.ADJUSTMENT_ASK}),
        "needs_second_factor": False,
    }
    for limit_fen, version in ((LIMIT_FEN, 0), (LIMIT_FEN - 1, 1)):
        edit_role(
            actor=manager,
            role_id=role_id or 0,
            terms=RoleTerms(**terms, adjustment_limit_fen=limit_fen),  # type: ignore[arg-type]
            row_version=version,
            caller=NOWHERE,
            now=office.now + timedelta(seconds=version),
        )
    with pytest.raises(BeyondOwnRights):
        edit_role(
            actor=manager,
            role_id=role_id or 0,
            terms=RoleTerms(**terms, adjustment_limit_fen=LIMIT_FEN + 1),  # type: ignore[arg-type]
            row_version=2,
            caller=NOWHERE,
            now=office.now,
        )
