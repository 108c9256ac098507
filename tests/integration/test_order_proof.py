"""Whoever reads the proof of an order, and nothing else, computes its bill to the fen: here the oracle does."""

from collections import Counter
from datetime import timedelta
from fractions import Fraction
from random import Random

import pytest

from backend.domain.actor import Actor
from backend.domain.errors import OrderNotFound
from backend.domain.fees import Segment
from backend.domain.ledger import EntryKind
from backend.domain.permission import ActorKind
from backend.domain.units import Wh
from backend.models import Operator, Session
from backend.models.engine.database import locked, transact
from backend.services.charging.correct_order import correct_order
from backend.services.views.desk.get_order_proof_for_staff import get_order_proof_for_staff
from backend.services.views.driver.get_order_proof import get_order_proof
from backend.services.views.order_proof import OrderProof
from tests.scenario import Scenario
from tests.unit.domain import oracle

pytestmark = pytest.mark.usefixtures("database")

CHARGES = 12


class Proved(Scenario):
    """Charges across the change of price at noon and midnight, of random energy, some of them corrected."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = Random(seed)
        self.payer = self.driver(2_000_000)
        self.staff = Actor(
            kind=ActorKind.STAFF, id=1, no="staff", operator_id=Operator.get().id, is_platform=True
        )

    def charge(self) -> str:
        self.next_car()
        session_no = self.start(self.payer).session_no
        self.say_started(session_no)
        began = self.now
        segments = []
        for _ in range(self.chance.randrange(1, 5)):
            border = oracle.half_hours_between(self.now, self.now + timedelta(minutes=31))[0]
            segments.append(Segment(self.now, border, Wh(self.chance.randrange(15_000))))
            self.after(seconds=(border - self.now).total_seconds())
        energy_wh = sum(segment.energy_wh for segment in segments)
        self.say_ended(session_no, energy_wh, started_at=began, segments=tuple(segments))
        self.after(hours=self.chance.randrange(1, 9), seconds=self.chance.randrange(1_800))
        return session_no

    def correct(self, session_no: str) -> None:
        def work() -> None:
            order = self.order(session_no)
            session = locked(Session.select().where(Session.session_no == session_no)).get()
            energy_wh = self.chance.randrange(5_000)
            session.register_end_wh = (session.register_start_wh or 0) + energy_wh
            session.save()
            first = oracle.half_hours_between(order.started_at, order.started_at + timedelta(minutes=31))[0]
            segments = (Segment(order.started_at, min(first, order.ended_at), Wh(energy_wh)),)
            correct_order(session=session, order=order, segments=segments, is_estimated=False, now=self.now)

        transact(work)

    def proofs(self, session_no: str) -> tuple[OrderProof, OrderProof]:
        order_no = self.order(session_no).order_no
        return (
            get_order_proof(driver=self.payer, order_no=order_no),
            get_order_proof_for_staff(staff=self.staff, order_no=order_no),
        )


def by_hand(proof: OrderProof) -> int:
    """The total from what the proof tells of energy and prices, by exact fractions, each period rounded once."""
    energies: Counter[tuple[str, int, str, int]] = Counter()
    for one in proof.segments:
        for component, price_e5 in (("electricity", one.electricity_e5), ("service", one.service_e5)):
            energies[f"{one.local_date}", one.start_slot, component, price_e5] += one.energy_wh
    return sum(
        oracle.half_up(Fraction(energy_wh, 1_000) * Fraction(price_e5, 100_000) * 100)
        for (*_, price_e5), energy_wh in energies.items()
    )


def add_up(proof: OrderProof) -> None:
    """Meter, energy, lines, bill and money of a proof fit one another."""
    assert proof.meter_wh == sum(one.energy_wh for one in proof.segments) == proof.energy_wh
    assert by_hand(proof) == proof.recomputed_fen == proof.total_fen
    assert sum(line.fee_fen for line in proof.lines) == proof.electricity_fen + proof.service_fen
    for line in proof.lines:
        assert line.exact_fen_e6 == line.energy_wh * line.price_e5
        assert abs(line.fee_fen * 1_000_000 - line.exact_fen_e6) <= 500_000
    paid = sum(
        one.held_change_fen + one.available_change_fen - one.debt_change_fen for one in proof.movements
    )
    assert -paid == proof.total_fen == proof.captured_fen + proof.debt_fen
    assert sum(one.held_change_fen for one in proof.movements) == 0
    assert sum(one.debt_change_fen for one in proof.movements) == proof.debt_fen


def test_every_bill_is_computed_from_its_proof_to_the_fen_by_its_driver_and_by_staff_alike() -> None:
    world = Proved(seed=12)
    sessions = [world.charge() for _ in range(CHARGES)]
    for session_no in sessions[::3]:
        world.correct(session_no)
    bands = set()
    for session_no in sessions:
        own, theirs = world.proofs(session_no)
        assert own == theirs
        add_up(own)
        bands |= {one.rate_band for one in own.segments}
        kinds = [one.kind for one in own.movements]
        assert kinds[:2] == [EntryKind.HOLD, EntryKind.SETTLE]
    assert len(bands) == 2
    corrected = [world.proofs(session_no)[0] for session_no in sessions[::3]]
    assert [one.corrected_lines > 0 for one in corrected] == [True] * len(corrected)


def test_a_bill_that_the_wallet_did_not_cover_proves_its_debt_and_others_see_none_of_it() -> None:
    world = Proved(seed=1)
    world.payer = world.driver(500)
    session_no = world.start(world.payer).session_no
    world.say_started(session_no)
    world.after(minutes=10)
    world.say_ended(session_no, 3_400, started_at=world.now - timedelta(minutes=10))
    own, _ = world.proofs(session_no)
    add_up(own)
    assert own.debt_fen == own.total_fen - 500 > 0
    stranger, order_no = world.driver(), own.order_no
    with pytest.raises(OrderNotFound):
        get_order_proof(driver=stranger, order_no=order_no)
    elsewhere = Actor(
        kind=ActorKind.STAFF, id=2, no="other", operator_id=world.staff.operator_id, station_ids=frozenset()
    )
    with pytest.raises(OrderNotFound):
        get_order_proof_for_staff(staff=elsewhere, order_no=order_no)
