"""M14: one rule for the time of each reading, whoever bills. Where energy flows before midnight, midnight's price is wrong.

Every charge here gives 20 kWh at 1.50 yuan before midnight and none after, when a kWh costs 0.70.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

import pytest

from backend.domain.order import OrderState
from backend.models import Order
from backend.services.charging.watch_session import watch_session
from tests.faults.charging_pile import START_WH, ChargingPile, replayed
from tests.invariants import check_invariants
from tests.pile_voice import as_text
from tests.scenario import NOON

pytestmark = pytest.mark.usefixtures("database")

BEFORE_MIDNIGHT: Final = NOON + timedelta(hours=11, minutes=35)
CHARGED_WH: Final = 20_000
CHARGED_FEN: Final = 3_000


@pytest.fixture
def pile(database: str) -> Iterator[ChargingPile]:
    """A car that is plugged in at 23:35, takes 60 kW until 23:55 and stays plugged in till 00:15."""
    pile = ChargingPile(begins_at=BEFORE_MIDNIGHT)
    yield pile
    check_invariants()


def order_by_record(pile: ChargingPile) -> Order:
    pile.hear(
        pile.record(
            started_at=as_text(pile.voice.now - timedelta(minutes=40)), register_end_wh=START_WH + CHARGED_WH
        )
    )
    (order,) = pile.orders()
    assert order.state is OrderState.SETTLED
    return order


def order_by_silence(pile: ChargingPile) -> Order:
    pile.pass_time(minutes=31)
    watch_session(session_no=pile.session_no, now=pile.world.now)
    (order,) = pile.orders()
    assert order.state is OrderState.PROVISIONAL
    return order


END = pytest.mark.parametrize("bill", [order_by_record, order_by_silence])
Bill = Callable[[ChargingPile], Order]


def expect_all_before_midnight(order: Order) -> None:
    assert (order.energy_wh, order.total_fen) == (CHARGED_WH, CHARGED_FEN)


@END
@pytest.mark.parametrize("minutes_ahead", [0, 10, -10, 24 * 60])
def test_a_clock_that_is_wrong_all_the_time(pile: ChargingPile, minutes_ahead: int, bill: Bill) -> None:
    pile.voice.now += timedelta(minutes=minutes_ahead)
    pile.begin()
    pile.charge(20)
    pile.pause(20)
    expect_all_before_midnight(bill(pile))


@END
@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_jumps_and_is_set_right(pile: ChargingPile, hours: int, bill: Bill) -> None:
    pile.begin()
    pile.charge(2)
    pile.voice.now += timedelta(hours=hours)
    pile.charge(18)
    pile.pause(18)
    pile.voice.now -= timedelta(hours=hours)
    pile.pause(2)
    expect_all_before_midnight(bill(pile))


@END
@pytest.mark.parametrize("minutes_ahead", [0, 10])
def test_readings_that_waited_while_we_were_away(pile: ChargingPile, minutes_ahead: int, bill: Bill) -> None:
    pile.voice.now += timedelta(minutes=minutes_ahead)
    pile.begin()
    pile.charge(10)
    waiting = pile.charge(10, is_heard=False)
    for _ in range(11):
        pile.pass_time(minutes=1)
        waiting.append(pile.voice.meter(pile.session_no, pile.register_wh, power_w=0))
    for message in waiting:
        pile.hear(message)
    pile.pause(9)
    expect_all_before_midnight(bill(pile))


@END
def test_what_a_pile_kept_before_its_clock_was_set(pile: ChargingPile, bill: Bill) -> None:
    pile.voice.now += timedelta(minutes=10)
    pile.begin()
    pile.charge(10)
    kept = pile.charge(10, is_heard=False)
    pile.pass_time(minutes=10)
    pile.voice.now -= timedelta(minutes=10)
    pile.pause(1)
    pile.hear(*(replayed(one) for one in kept))
    pile.pause(9)
    expect_all_before_midnight(bill(pile))
