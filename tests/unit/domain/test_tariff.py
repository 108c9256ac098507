from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from backend.domain.errors import InvalidTariff
from backend.domain.tariff import (
    MAX_PRICE_E5,
    RateBand,
    TariffPeriod,
    TariffVersion,
    check_periods,
    every_day,
    floor_half_hour,
    next_change,
    period_at,
    slot_of,
)

from .strategies import SHANGHAI, at_shanghai, period, tariff


@pytest.mark.parametrize(
    ("periods", "reason"),
    [
        ([], "empty"),
        ([period(0, 20, 1, 1), period(21, 48, 1, 1)], "gap"),
        ([period(0, 20, 1, 1), period(19, 48, 1, 1)], "overlap"),
        ([period(0, 48, 1, 1), period(0, 48, 1, 1)], "overlap"),
        ([period(1, 48, 1, 1)], "not_whole_day"),
        ([period(0, 47, 1, 1)], "not_whole_day"),
        ([period(0, 49, 1, 1)], "bad_slots"),
        ([period(-1, 48, 1, 1)], "bad_slots"),
        ([period(0, 20, 1, 1), period(20, 20, 1, 1), period(20, 48, 1, 1)], "bad_slots"),
        ([period(0, 48, -1, 1)], "price_out_of_range"),
        ([period(0, 48, 1, -1)], "price_out_of_range"),
        ([period(0, 48, MAX_PRICE_E5 + 1, 1)], "price_out_of_range"),
        ([period(0, 48, 1, MAX_PRICE_E5 + 1)], "price_out_of_range"),
    ],
)
def test_refuses_periods_that_do_not_price_the_day_once(periods: list[TariffPeriod], reason: str) -> None:
    with pytest.raises(InvalidTariff) as refused:
        check_periods(periods)
    assert refused.value.data == {"reason": reason}
    with pytest.raises(InvalidTariff, match=reason):
        TariffVersion("T1", 1, every_day(periods))


def test_a_version_sorts_its_periods() -> None:
    late, early = period(14, 48, 2, 2), period(0, 14, 1, 1, RateBand.VALLEY)
    assert check_periods([late, early]) == (early, late)
    assert TariffVersion("T1", 1, every_day((late, early))).plans[0].periods == (early, late)
    assert period(0, 48, MAX_PRICE_E5, 7).total_e5 == MAX_PRICE_E5 + 7


def test_a_period_begins_at_its_border_and_ends_before_the_next() -> None:
    version = tariff((0, 14, 30_000, 40_000), (14, 48, 90_000, 40_000))
    before, border = at_shanghai("2026-05-01 06:59:59.999999"), at_shanghai("2026-05-01 07:00")
    assert period_at(version, before, SHANGHAI).electricity_e5 == 30_000
    assert period_at(version, border, SHANGHAI).electricity_e5 == 90_000
    assert period_at(version, at_shanghai("2026-05-01 23:59:59"), SHANGHAI).end_slot == 48
    assert period_at(version, border, UTC).electricity_e5 == 90_000  # 23:00 there


def test_slots_are_half_hours_of_the_wall_clock() -> None:
    assert slot_of(datetime(2026, 5, 1, 0, 0, tzinfo=UTC)) == 0
    assert slot_of(datetime(2026, 5, 1, 7, 29, 59, tzinfo=UTC)) == 14
    assert slot_of(datetime(2026, 5, 1, 23, 30, tzinfo=UTC)) == 47
    assert floor_half_hour(at_shanghai("2026-05-01 07:59:59.5")) == at_shanghai("2026-05-01 07:30")


def test_the_next_change_passes_over_equal_prices_and_midnight() -> None:
    version = tariff(
        (0, 14, 30_000, 40_000), (14, 20, 90_000, 40_000), (20, 40, 90_000, 40_000), (40, 48, 30_000, 40_000)
    )
    morning = next_change(version, at_shanghai("2026-05-01 07:00"), SHANGHAI)
    assert morning == (at_shanghai("2026-05-01 20:00"), version.plans[0].periods[3])
    night = next_change(version, at_shanghai("2026-05-01 20:00"), SHANGHAI)
    assert night == (at_shanghai("2026-05-02 07:00"), version.plans[0].periods[1])


def test_there_is_no_next_change_when_all_periods_cost_the_same() -> None:
    version = tariff((0, 14, 30_000, 40_000), (14, 48, 30_000, 40_000))
    assert next_change(version, at_shanghai("2026-05-01 06:00"), SHANGHAI) is None


def test_a_change_of_the_split_alone_is_a_change() -> None:
    version = tariff((0, 14, 30_000, 40_000), (14, 48, 40_000, 30_000))
    found = next_change(version, at_shanghai("2026-05-01 06:00"), SHANGHAI)
    assert found == (at_shanghai("2026-05-01 07:00"), version.plans[0].periods[1])


def test_a_period_the_clock_skips_is_found_on_the_day_after() -> None:
    version = tariff((0, 4, 30_000, 0), (4, 6, 90_000, 0), (6, 48, 30_000, 0))
    zone = ZoneInfo("America/New_York")  # 02:00 to 03:00 does not exist on 2026-03-08
    found = next_change(version, datetime(2026, 3, 7, 8, tzinfo=UTC), zone)
    assert found == (datetime(2026, 3, 9, 6, tzinfo=UTC), version.plans[0].periods[1])


def test_refuses_a_zone_whose_offset_is_not_of_half_hours() -> None:
    with pytest.raises(InvalidTariff, match="zone_offset"):
        period_at(tariff((0, 48, 1, 1)), datetime(2026, 5, 1, tzinfo=UTC), ZoneInfo("Asia/Kathmandu"))
    half_hour_zone = timezone(timedelta(hours=5, minutes=30))
    assert period_at(tariff((0, 48, 1, 1)), datetime(2026, 5, 1, tzinfo=UTC), half_hour_zone).end_slot == 48


def test_refuses_a_naive_time() -> None:
    with pytest.raises(ValueError, match="aware"):
        period_at(tariff((0, 48, 1, 1)), datetime(2026, 5, 1), SHANGHAI)  # noqa: DTZ001 - the case
