"""What a usual charge costs now and later: billed by the fee engine, told only where waiting is worth it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import InvalidInput
from backend.domain.outlook import LaterStart, bill_energy, find_cheapest_start, is_worth_waiting
from backend.domain.tariff import SLOT, TariffVersion, floor_half_hour
from backend.domain.units import Fen, Watt, Wh

from .strategies import SHANGHAI, at_shanghai, one_plan, tariff

THIRTY = Wh(30_000)
EVENING = tariff((0, 14, 40_000, 30_000), (14, 46, 120_000, 50_000), (46, 48, 40_000, 30_000))
T0 = at_shanghai("2026-05-01 20:10")


def test_thirty_kwh_are_billed_where_they_fall() -> None:
    bill = bill_energy(THIRTY, Watt(30_000), at_shanghai("2026-05-01 22:30"), EVENING, SHANGHAI)
    assert bill is not None
    # half an hour of the dear evening, half an hour of the night
    assert (bill.electricity_fen, bill.service_fen) == (1_800 + 600, 750 + 450)


def test_the_cheapest_start_is_the_first_half_hour_that_falls_into_the_night_whole() -> None:
    assert find_cheapest_start(THIRTY, Watt(60_000), T0, EVENING, SHANGHAI) == LaterStart(
        at_shanghai("2026-05-01 23:00"), Fen(2_100)
    )


def test_nobody_is_told_to_wait_longer_than_twelve_hours() -> None:
    found = find_cheapest_start(THIRTY, Watt(60_000), at_shanghai("2026-05-01 10:00"), EVENING, SHANGHAI)
    assert found == LaterStart(at_shanghai("2026-05-01 10:30"), Fen(5_100))


def test_waiting_is_worth_it_from_a_twentieth_on() -> None:
    for now_fen, later_fen, is_told in [
        (1_000, 950, True),
        (1_000, 951, False),
        (1_000, 1_100, False),
        (0, 0, False),
    ]:
        assert is_worth_waiting(Fen(now_fen), Fen(later_fen)) is is_told


def test_a_pile_that_takes_longer_than_a_day_is_told_nothing_of() -> None:
    assert bill_energy(THIRTY, Watt(1_249), T0, EVENING, SHANGHAI) is None
    assert bill_energy(THIRTY, Watt(1_250), T0, EVENING, SHANGHAI) is not None
    assert find_cheapest_start(THIRTY, Watt(0), T0, EVENING, SHANGHAI) is None


def test_refuses_a_time_without_its_zone() -> None:
    with pytest.raises(InvalidInput):
        bill_energy(THIRTY, Watt(7_000), datetime(2026, 5, 1), EVENING, SHANGHAI)  # noqa: DTZ001 - the case


@given(
    planned=one_plan(),
    energy_wh=st.integers(1, 100_000),
    power_w=st.integers(5_000, 400_000),
    minute=st.integers(0, 1_439),
)
def test_all_of_the_energy_is_billed_and_no_coming_half_hour_is_cheaper(
    planned: tuple[TariffVersion, object], energy_wh: int, power_w: int, minute: int
) -> None:
    version, _ = planned
    now = at_shanghai("2026-05-01 00:00") + timedelta(minutes=minute)
    bill = bill_energy(Wh(energy_wh), Watt(power_w), now, version, SHANGHAI)
    found = find_cheapest_start(Wh(energy_wh), Watt(power_w), now, version, SHANGHAI)
    assert bill is not None
    assert bill.energy_wh == energy_wh
    assert found is not None
    assert now < found.start_at <= now + timedelta(hours=12)
    next_border = floor_half_hour(now) + SLOT
    billed = bill_energy(Wh(energy_wh), Watt(power_w), next_border, version, SHANGHAI)
    assert billed is not None
    assert found.total_fen <= billed.total_fen
