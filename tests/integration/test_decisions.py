"""Sessions in review are decided by people: the evidence, the bill, the money, and what settled bills become."""

from datetime import timedelta

import pytest

from backend.domain.actor import Actor
from backend.domain.decision import Decision
from backend.domain.errors import (
    DecisionImpossible,
    EvidenceChanged,
    Forbidden,
    SessionNotDecidable,
    SessionNotFound,
)
from backend.domain.ledger import EntryKind
from backend.domain.order import OrderState
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import SessionState
from backend.domain.timer import TimerKind
from backend.gateways.ids import new_ulid
from backend.models import LiveSession, Order, Session, SessionDecision, StationTotal
from backend.models.ledger import LedgerEntry
from backend.services.charging.decide_session import DecidedSession, Verdict, decide_session
from backend.services.charging.get_session_evidence import SessionEvidence, get_session_evidence
from backend.services.charging.release_review import release_review
from tests.invariants import check_invariants
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")

START_WH = 1_000_000
IMPOSSIBLE_WH = 910_000


class Review(Scenario):
    """A charge whose record is impossible; staff to decide it."""

    def __init__(self, available_fen: int = 10_000) -> None:
        super().__init__()
        self.payer = self.driver(available_fen)
        self.staff = Actor(
            kind=ActorKind.STAFF,
            id=1,
            no="staff",
            is_platform=True,
            permissions=frozenset({Permission.SESSION_DECIDE.value}),
        )
        self.session_no = self.start(self.payer).session_no
        self.say_started(self.session_no)
        self.after(minutes=10)
        self.say_ended(
            self.session_no, IMPOSSIBLE_WH, started_at=self.now - timedelta(minutes=10), segments=()
        )
        assert self.session(self.session_no).state is SessionState.REVIEW

    def evidence(self, session_no: str | None = None, **registers: int) -> SessionEvidence:
        return get_session_evidence(staff=self.staff, session_no=session_no or self.session_no, **registers)

    def decide(
        self,
        decision: Decision,
        *,
        end_wh: int | None = None,
        seen: str | None = None,
        key: str | None = None,
        session_no: str | None = None,
    ) -> DecidedSession:
        session_no = session_no or self.session_no
        return decide_session(
            staff=self.staff,
            session_no=session_no,
            verdict=Verdict(
                decision=decision,
                reason="桩的止码跳变，按读数核对",
                seen=seen or self.evidence(session_no).seen,
                register_end_wh=end_wh,
            ),
            idempotency_key=key or new_ulid(),
            now=self.now,
        )


def test_a_session_in_review_is_billed_to_a_register_from_its_hold() -> None:
    world = Review()
    before = world.evidence(register_end_wh=START_WH + 4_000)
    assert (before.held_fen, before.held_until) == (10_000, world.now + timedelta(hours=24))
    assert before.record is not None
    assert before.record.register_end_wh == START_WH + IMPOSSIBLE_WH
    told = {choice.decision: (choice.total_fen, choice.refusal) for choice in before.choices}
    assert told == {
        Decision.BILL_RECORD: (136_500, None),
        Decision.BILL_REGISTER: (600, None),
        Decision.BILL_NOTHING: (0, None),
    }
    world.decide(Decision.BILL_REGISTER, end_wh=START_WH + 4_000)
    session, order = world.session(world.session_no), world.order(world.session_no)
    assert (session.state, session.register_end_wh) == (SessionState.SETTLED, START_WH + 4_000)
    assert (order.state, order.total_fen, order.captured_fen, order.released_fen, order.debt_fen) == (
        OrderState.SETTLED,
        600,
        600,
        9_400,
        0,
    )
    assert (world.wallet(world.payer).available_fen, world.wallet(world.payer).held_fen) == (9_400, 0)
    assert StationTotal.get().total_fen == 600
    assert TimerKind.REVIEW_RELEASE not in world.timers()
    assert LiveSession.select().count() == 0
    (kept,) = world.evidence().decisions
    assert (kept.decision, kept.before_fen, kept.total_fen) == (Decision.BILL_REGISTER, None, 600)
    check_invariants()


@pytest.mark.parametrize(
    ("end_wh", "total_fen", "available_fen", "debt_fen", "entries"),
    [
        (START_WH + 4_000, 600, 9_400, 0, 1),
        (START_WH + 80_000, 12_000, 0, 2_000, 1),
        (START_WH, 0, 10_000, 0, 0),
    ],
)
def test_after_the_hold_went_back_available_pays_and_the_rest_is_debt(
    end_wh: int, total_fen: int, available_fen: int, debt_fen: int, entries: int
) -> None:
    world = Review()
    world.after(hours=24)
    release_review(session_no=world.session_no, now=world.now)
    assert (world.evidence().held_fen, world.evidence().held_until) == (0, None)
    world.decide(Decision.BILL_REGISTER, end_wh=end_wh)
    order, wallet = world.order(world.session_no), world.wallet(world.payer)
    assert (order.total_fen, order.held_fen, order.debt_fen) == (total_fen, 0, debt_fen)
    assert (wallet.available_fen, wallet.held_fen, wallet.debt_fen) == (available_fen, 0, debt_fen)
    assert LedgerEntry.select().where(LedgerEntry.kind == EntryKind.SETTLE).count() == entries
    check_invariants()


def test_nothing_is_billed_and_all_goes_back_and_later_facts_correct_it() -> None:
    world = Review()
    world.decide(Decision.BILL_NOTHING)
    assert world.wallet(world.payer).available_fen == 10_000
    assert world.order(world.session_no).total_fen == 0
    for end_wh, total_fen in ((4_000, 600), (6_000, 900), (2_000, 300)):
        world.decide(Decision.BILL_REGISTER, end_wh=START_WH + end_wh)
        assert world.wallet(world.payer).available_fen == 10_000 - total_fen
    world.decide(Decision.BILL_NOTHING)
    world.decide(Decision.BILL_NOTHING)
    assert world.wallet(world.payer).available_fen == 10_000
    assert world.order(world.session_no).state is OrderState.CORRECTED
    assert world.session(world.session_no).state is SessionState.SETTLED
    assert StationTotal.get().total_fen == 0
    check_invariants()


def test_what_was_decided_on_old_evidence_or_twice_is_refused() -> None:
    world = Review()
    seen = world.evidence().seen
    first = world.decide(Decision.BILL_REGISTER, end_wh=START_WH + 4_000, seen=seen, key="k")
    assert world.decide(Decision.BILL_REGISTER, end_wh=START_WH + 4_000, seen=seen, key="k") == first
    with pytest.raises(EvidenceChanged):
        world.decide(Decision.BILL_NOTHING, seen=seen)
    assert SessionDecision.select().count() == 1
    assert world.order(world.session_no).total_fen == 600
    check_invariants()


def test_a_record_that_comes_after_the_person_looked_makes_them_look_again() -> None:
    world = Review()
    Session.update(register_end_wh=None).execute()
    seen = world.evidence().seen
    world.say_ended(world.session_no, 5_000, started_at=world.now - timedelta(minutes=10), segments=())
    with pytest.raises(EvidenceChanged):
        world.decide(Decision.BILL_NOTHING, seen=seen)


def test_impossible_registers_are_refused_and_nothing_happens() -> None:
    world = Review()
    for end_wh, reason in ((START_WH - 1, "backwards"), (START_WH + 4_000_000, "too_much")):
        with pytest.raises(DecisionImpossible) as refused:
            world.decide(Decision.BILL_REGISTER, end_wh=end_wh)
        assert refused.value.data == {"reason": reason}
    assert Order.select().count() == 0
    assert world.session(world.session_no).state is SessionState.REVIEW
    check_invariants()


def test_only_staff_with_the_permission_and_in_scope_decide_and_only_what_has_ended() -> None:
    world = Review()
    seen = world.evidence().seen
    live = world.start(world.driver(), gun=2).session_no
    with pytest.raises(SessionNotDecidable):
        world.decide(Decision.BILL_NOTHING, session_no=live, seen="x")
    may, world.staff = world.staff, Actor(kind=ActorKind.STAFF, id=2, no="other", is_platform=True)
    with pytest.raises(Forbidden):
        world.decide(Decision.BILL_NOTHING, seen=seen)
    world.staff = Actor(
        kind=ActorKind.STAFF, id=3, no="elsewhere", operator_id=99, permissions=may.permissions
    )
    with pytest.raises(SessionNotFound):
        world.decide(Decision.BILL_NOTHING, seen=seen)


@pytest.mark.parametrize("energy_wh", [3_000, 900_000])
def test_a_session_that_nobody_pays_is_closed_with_a_bill_of_nothing_for_nobody(energy_wh: int) -> None:
    world = Review()
    world.decide(Decision.BILL_NOTHING)
    world.say_ended("S-NEVER-HEARD-OF", energy_wh, segments=())
    unknown = Session.get(Session.driver_id.is_null())
    refusals = {one.decision: one.refusal for one in world.evidence(unknown.session_no).choices}
    assert refusals == {
        Decision.BILL_RECORD: "no_payer",
        Decision.BILL_REGISTER: "no_payer",
        Decision.BILL_NOTHING: None,
    }
    for _ in range(2):
        world.decide(Decision.BILL_NOTHING, session_no=unknown.session_no)
    order = world.order(unknown.session_no)
    assert world.session(unknown.session_no).state is SessionState.SETTLED
    assert (order.state, order.total_fen, order.driver_id) == (OrderState.SETTLED, 0, None)
    check_invariants()
