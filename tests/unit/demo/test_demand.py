"""How often people charge, by season, day and place."""

from datetime import date

import pytest

from backend.domain.holiday_calendar import DayKind
from backend.domain.station_facts import Construction
from scripts.local.demo.more_stations import list_stations
from scripts.local.demo.years.demand import (
    GROWTH,
    HOURS,
    Habit,
    day_weight,
    growth,
    habit_of,
    hour_weights,
    spread,
)


@pytest.mark.parametrize("orders", [0, 1, 7, 100_003])
def test_days_get_whole_numbers_of_orders_that_come_to_all_of_them(orders: int) -> None:
    counts = spread(orders, [1.0, 0.0, 2.5, 0.5])
    assert sum(counts) == orders
    assert min(counts) >= 0
    assert counts[1] == 0


def test_people_travel_on_holidays_and_work_on_workdays() -> None:
    trip, work = habit_of(Construction.MOTORWAY), habit_of(Construction.OFFICE)
    assert day_weight(trip, DayKind.HOLIDAY, 10) > 2 * day_weight(trip, DayKind.WORKDAY, 10)
    assert day_weight(work, DayKind.HOLIDAY, 10) < day_weight(work, DayKind.WORKDAY, 10) / 2


@pytest.mark.parametrize("habit", Habit)
def test_nobody_begins_while_a_place_is_closed(habit: Habit) -> None:
    sums = hour_weights(habit, 8, 22)
    assert len(sums) == HOURS
    assert sums[7] == 0
    assert sums[21] == sums[-1] > 0


def test_more_and_more_cars_charge() -> None:
    first, last = date(2024, 1, 1), date(2026, 1, 1)
    assert growth(first, first, last) == 1.0
    assert growth(last, first, last) == pytest.approx(GROWTH)


def test_a_large_demo_begins_with_the_small_one_and_has_no_name_twice() -> None:
    many = list_stations(625)
    assert many[:10] == list_stations(10)
    assert len({station.name for station in many}) == 625
