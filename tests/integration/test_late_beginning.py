"""A charge whose `session_started` did not come, or came late: the final record alone names the beginning."""

from datetime import timedelta

import pytest

from backend.domain.actor import Actor
from backend.domain.order import OrderState
from backend.domain.session import SessionState
from backend.services.charging.watch_session import watch_session
from mqtt_bridge.batch import Writer
from tests.pile_voice import PileVoice, as_text
from tests.scenario import NOON, Scenario, ledger_sum

pytestmark = pytest.mark.usefixtures("database")

BEGIN_WH = 1_000_000
FEN_PER_KWH = 150


class LateCharge:
    """Three minutes at 60 kW of which we first heard by a meter after one minute."""

    def __init__(self) -> None:
        self.world = Scenario()
        self.pile = PileVoice(self.world.pile.pile_no, NOON, boot=5)
        self.writer = Writer(
            acknowledge=lambda tokens: None,
            publish=lambda topic, payload: None,
            clock=lambda: self.pile.now,
        )
        self.driver: Actor = self.world.driver()
        self.session_no = self.world.start(self.driver).session_no
        for minutes, register_wh in ((1, 1_001_000), (3, 1_003_000)):
            self.pile.now = NOON + timedelta(minutes=minutes)
            self.writer.write([self.pile.meter(self.session_no, register_wh)])

    def end(self) -> None:
        """The final record, made after three minutes, whenever it comes."""
        ended_at = as_text(NOON + timedelta(minutes=3))
        record = self.pile.say(
            "session_ended",
            at=ended_at,
            replayed=True,
            connector=1,
            session_no=self.session_no,
            started_at=as_text(NOON),
            ended_at=ended_at,
            register_start_wh=BEGIN_WH,
            register_end_wh=BEGIN_WH + 3_000,
            stop_reason="car_full",
        )
        self.writer.write([record])


def test_a_record_that_begins_before_the_first_meter_is_billed_from_its_own_beginning() -> None:
    charge = LateCharge()
    charge.end()
    session, order = charge.world.session(charge.session_no), charge.world.order(charge.session_no)
    assert session.state is SessionState.SETTLED
    assert (session.started_at, session.register_start_wh) == (NOON, BEGIN_WH)
    assert (order.started_at, order.energy_wh, order.total_fen) == (NOON, 3_000, 3 * FEN_PER_KWH)
    assert ledger_sum() == 0


def test_a_beginning_that_comes_after_the_first_meter_still_counts() -> None:
    charge = LateCharge()
    late = charge.pile.started(charge.session_no, BEGIN_WH, at=as_text(NOON), replayed=True)
    charge.writer.write([late])
    session = charge.world.session(charge.session_no)
    assert (session.started_at, session.register_start_wh) == (NOON, BEGIN_WH)
    charge.end()
    assert charge.world.order(charge.session_no).total_fen == 3 * FEN_PER_KWH


def test_a_silent_charge_without_beginning_is_settled_from_its_first_meter_and_corrected_by_the_record() -> (
    None
):
    charge = LateCharge()
    charge.world.after(minutes=40)
    charge.pile.now = charge.world.now
    watch_session(session_no=charge.session_no, now=charge.world.now)
    order = charge.world.order(charge.session_no)
    assert (order.state, order.energy_wh, order.total_fen) == (OrderState.PROVISIONAL, 2_000, 2 * FEN_PER_KWH)
    charge.end()
    order = charge.world.order(charge.session_no)
    assert (order.state, order.energy_wh, order.total_fen) == (OrderState.CORRECTED, 3_000, 3 * FEN_PER_KWH)
    assert charge.world.session(charge.session_no).register_start_wh == BEGIN_WH
    assert charge.world.wallet(charge.driver).available_fen == 10_000 - 3 * FEN_PER_KWH
    assert ledger_sum() == 0
