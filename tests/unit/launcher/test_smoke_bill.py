"""The smoke's own bill, against sums done by hand."""

from datetime import date

import pytest

from scripts.local.launcher.smoke_bill import LineKey, price_lines
from scripts.local.launcher.smoke_error import SmokeError

ZONE = "Asia/Shanghai"
DAY = date(2026, 11, 23)
PERIODS = [
    {"start_slot": 0, "end_slot": 24, "electricity_e5": 30_000, "service_e5": 40_000},
    {"start_slot": 24, "end_slot": 48, "electricity_e5": 100_000, "service_e5": 50_000},
]


def _segment(from_at: str, to_at: str, energy_wh: int) -> dict[str, object]:
    return {"from_at": from_at, "to_at": to_at, "energy_wh": energy_wh}


def test_prices_each_period_apart_and_rounds_each_line_once() -> None:
    segments = [
        # 11:30 to 12:00 in Shanghai, then the afternoon's price
        _segment("2026-11-23T03:30:00.000Z", "2026-11-23T04:00:00.000Z", 5_000),
        _segment("2026-11-23T04:00:00.000Z", "2026-11-23T04:30:00.000Z", 1_001),
        _segment("2026-11-23T04:30:00.000Z", "2026-11-23T04:40:00.000Z", 4),
    ]
    assert price_lines(segments, PERIODS, ZONE) == {
        LineKey(DAY, 0, "electricity"): 150,  # 5 kWh at 0.30
        LineKey(DAY, 0, "service"): 200,
        LineKey(DAY, 24, "electricity"): 101,  # 1.005 kWh at 1.00 is 100.5: half goes up, once
        LineKey(DAY, 24, "service"): 50,  # 50.25
    }


def test_midnight_in_the_stations_zone_makes_a_new_line() -> None:
    segments = [
        _segment("2026-11-23T15:30:00Z", "2026-11-23T16:00:00Z", 1_000),
        _segment("2026-11-23T16:00:00Z", "2026-11-23T16:10:00Z", 1_000),
    ]
    days = {key.local_date for key in price_lines(segments, PERIODS, ZONE)}
    assert days == {DAY, date(2026, 11, 24)}


def test_no_energy_is_no_line() -> None:
    assert price_lines([_segment("2026-11-23T04:00:00Z", "2026-11-23T04:01:00Z", 0)], PERIODS, ZONE) == {}


def test_refuses_a_segment_that_crosses_a_half_hour() -> None:
    with pytest.raises(SmokeError, match="half-hour"):
        price_lines([_segment("2026-11-23T04:00:00Z", "2026-11-23T04:31:00Z", 1)], PERIODS, ZONE)
