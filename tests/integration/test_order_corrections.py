"""An order is corrected as often as facts change: each time by an entry of its own, and by none that moves nothing."""

from datetime import timedelta

import pytest

from backend.domain.errors import EmptyEntry, EntryContradicts
from backend.domain.fees import Segment
from backend.domain.ledger import Entry, EntryKind, hold_entry
from backend.domain.units import Fen, Wh
from backend.models import Session
from backend.models.engine.database import locked, transact
from backend.models.ledger import LedgerEntry
from backend.services.charging.correct_order import correct_order
from backend.services.ledger.post_entry import post_entry
from tests.invariants import check_invariants
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")


def test_an_order_is_corrected_any_number_of_times_and_its_driver_pays_each_difference() -> None:
    world, session_no = _settled_charge(4_000)
    left_fen = 10_000 - 600
    assert world.wallet(world.payer).available_fen == left_fen
    for energy_wh, total_fen in ((6_000, 900), (5_000, 750), (8_000, 1_200)):
        _correct(world, session_no, energy_wh)
        assert world.order(session_no).total_fen == total_fen
        assert world.wallet(world.payer).available_fen == 10_000 - total_fen
    order_no = world.order(session_no).order_no
    corrections = LedgerEntry.select().where(LedgerEntry.kind == EntryKind.CORRECTION)
    assert [row.reference for row in corrections.order_by(LedgerEntry.id)] == [
        order_no,
        f"{order_no}/2",
        f"{order_no}/3",
    ]
    check_invariants()


def test_a_correction_of_no_money_is_in_no_entry() -> None:
    world, session_no = _settled_charge(2)
    before = LedgerEntry.select().count()
    _correct(world, session_no, 1)
    order = world.order(session_no)
    assert (order.energy_wh, order.total_fen) == (1, 0)
    assert LedgerEntry.select().count() == before
    check_invariants()


def test_an_entry_that_moves_nothing_or_something_else_than_before_is_refused() -> None:
    world = Scenario()
    driver = world.driver()
    with pytest.raises(EmptyEntry):
        post_entry(entry=Entry(EntryKind.CORRECTION, ()), reference="O-1", now=world.now)
    entry = hold_entry(driver.no, Fen(500))
    first = post_entry(entry=entry, reference="S-1", now=world.now)
    assert post_entry(entry=entry, reference="S-1", now=world.now).id == first.id
    with pytest.raises(EntryContradicts):
        post_entry(entry=hold_entry(driver.no, Fen(501)), reference="S-1", now=world.now)
    assert world.wallet(driver).held_fen == 500


class _World(Scenario):
    def __init__(self) -> None:
        super().__init__()
        self.payer = self.driver()


def _settled_charge(energy_wh: int) -> tuple[_World, str]:
    world = _World()
    session_no = world.start(world.payer).session_no
    world.say_started(session_no)
    world.after(minutes=10)
    world.say_ended(session_no, energy_wh, started_at=world.now - timedelta(minutes=10))
    return world, session_no


def _correct(world: Scenario, session_no: str, energy_wh: int) -> None:
    def work() -> None:
        order = world.order(session_no)
        session = locked(Session.select().where(Session.session_no == session_no)).get()
        session.register_end_wh = 1_000_000 + energy_wh
        session.save()
        correct_order(
            session=session,
            order=order,
            segments=(Segment(order.started_at, order.ended_at, Wh(energy_wh)),),
            is_estimated=False,
            now=world.now,
        )

    transact(work)
