"""Golden bills worked out by hand; random ones are in test_fees_against_oracle.py."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.domain.errors import InvalidSegments
from backend.domain.fees import (
    MAX_SEGMENTS,
    Bill,
    FeeComponent,
    FeeLine,
    Segment,
    cut_at_half_hours,
    price_segments,
)
from backend.domain.tariff import RateBand, TariffVersion, every_day
from backend.domain.units import Fen, PriceE5, Wh

from .strategies import SHANGHAI, at_shanghai, period, tariff

FLAT = tariff((0, 48, 86_000, 24_000))
T0 = at_shanghai("2026-05-01 10:00")


def segment(start: str, end: str, energy_wh: int) -> Segment:
    return Segment(at_shanghai(f"2026-05-{start}"), at_shanghai(f"2026-05-{end}"), Wh(energy_wh))


def test_ten_kwh_at_86_and_24_fen_cost_11_yuan() -> None:
    bill = price_segments([segment("01 10:00", "01 10:30", 10_000)], FLAT, SHANGHAI)
    assert (bill.electricity_fen, bill.service_fen, bill.total_fen) == (860, 240, 1_100)
    assert bill.energy_wh == 10_000
    assert bill.lines[0] == FeeLine(
        local_date=date(2026, 5, 1),
        start_slot=0,
        end_slot=48,
        rate_band=RateBand.FLAT,
        component=FeeComponent.ELECTRICITY,
        energy_wh=Wh(10_000),
        price_e5=PriceE5(86_000),
        fee_fen=Fen(860),
    )
    assert bill.lines[1].component is FeeComponent.SERVICE


def test_energy_is_summed_before_it_is_rounded() -> None:
    halves = [segment("01 10:00", "01 10:30", 5), segment("01 10:30", "01 11:00", 5)]
    one_yuan = tariff((0, 48, 100_000, 0))
    assert price_segments(halves, one_yuan, SHANGHAI).total_fen == 1  # 0.5 + 0.5 fen, not 1 + 1


def test_a_session_over_midnight_has_lines_for_each_local_date() -> None:
    segments = [segment("01 23:30", "02 00:00", 5_005), segment("02 00:00", "02 00:30", 5_005)]
    bill = price_segments(segments, FLAT, SHANGHAI)
    assert [(line.local_date.day, line.component, line.fee_fen) for line in bill.lines] == [
        (1, FeeComponent.ELECTRICITY, 430),
        (1, FeeComponent.SERVICE, 120),
        (2, FeeComponent.ELECTRICITY, 430),
        (2, FeeComponent.SERVICE, 120),
    ]


def test_each_period_has_its_own_lines_and_price() -> None:
    version = TariffVersion(
        "T1",
        1,
        every_day(
            (period(0, 14, 30_000, 40_000, RateBand.VALLEY), period(14, 48, 120_000, 40_000, RateBand.SHARP))
        ),
    )
    segments = [segment("01 06:30", "01 07:00", 7_000), segment("01 07:00", "01 07:10", 1_000)]
    bill = price_segments(segments, version, SHANGHAI)
    assert [(line.rate_band, line.start_slot, line.end_slot, line.fee_fen) for line in bill.lines] == [
        (RateBand.VALLEY, 0, 14, 210),
        (RateBand.VALLEY, 0, 14, 280),
        (RateBand.SHARP, 14, 48, 120),
        (RateBand.SHARP, 14, 48, 40),
    ]
    assert bill.total_fen == 650


def test_an_hour_the_clock_repeats_is_one_line() -> None:
    zone = ZoneInfo("America/New_York")  # 01:00 to 02:00 comes twice on 2026-11-01
    first = datetime(2026, 11, 1, 5, tzinfo=UTC)
    segments = [
        Segment(first + n * timedelta(minutes=30), first + (n + 1) * timedelta(minutes=30), Wh(5))
        for n in range(4)
    ]
    bill = price_segments(segments, tariff((0, 48, 100_000, 0)), zone)
    assert [(line.energy_wh, line.fee_fen) for line in bill.lines] == [(20, 2), (20, 0)]


def test_lines_without_energy_are_left_out_and_free_ones_stay() -> None:
    free = tariff((0, 48, 0, 0))
    assert price_segments([segment("01 10:00", "01 10:30", 0)], FLAT, SHANGHAI) == Bill(())
    bill = price_segments([segment("01 10:00", "01 10:30", 9)], free, SHANGHAI)
    assert [line.fee_fen for line in bill.lines] == [0, 0]
    assert price_segments([], FLAT, SHANGHAI).total_fen == 0


@pytest.mark.parametrize(
    ("segments", "reason"),
    [
        ([segment("01 10:00", "01 10:31", 1)], "spans_half_hours"),
        ([segment("01 10:29", "01 10:31", 1)], "spans_half_hours"),
        ([segment("01 10:10", "01 10:05", 1)], "ends_before_start"),
        ([segment("01 10:00", "01 10:20", -1)], "negative_energy"),
        ([segment("01 10:00", "01 10:20", 1), segment("01 10:19", "01 10:30", 1)], "overlap"),
        ([segment("01 10:30", "01 10:40", 1), segment("01 10:00", "01 10:30", 1)], "overlap"),
        ([Segment(datetime(2026, 5, 1), T0, Wh(1))], "naive_time"),  # noqa: DTZ001 - the case
        ([segment("01 10:00", "01 10:00", 0)] * (MAX_SEGMENTS + 1), "too_many"),
    ],
)
def test_refuses_segments_that_contradict_themselves(segments: list[Segment], reason: str) -> None:
    with pytest.raises(InvalidSegments) as refused:
        price_segments(segments, FLAT, SHANGHAI)
    assert refused.value.data == {"reason": reason}


def test_an_hour_is_cut_at_the_half_and_interpolated() -> None:
    cut = cut_at_half_hours(
        at_shanghai("2026-05-01 10:20"), at_shanghai("2026-05-01 10:50"), Wh(1_000), Wh(1_100), []
    )
    assert cut == (segment("01 10:20", "01 10:30", 33), segment("01 10:30", "01 10:50", 67))


def test_readings_place_the_energy_where_it_flowed() -> None:
    cut = cut_at_half_hours(
        at_shanghai("2026-05-01 10:20"),
        at_shanghai("2026-05-01 10:50"),
        Wh(1_000),
        Wh(1_100),
        [(at_shanghai("2026-05-01 10:30"), Wh(1_090))],
    )
    assert [part.energy_wh for part in cut] == [90, 10]


def test_of_two_readings_at_a_border_the_higher_counts() -> None:
    border = at_shanghai("2026-05-01 10:30")
    cut = cut_at_half_hours(
        border - timedelta(minutes=10),
        border + timedelta(minutes=10),
        Wh(1_000),
        Wh(1_100),
        [(border, Wh(1_030)), (border, Wh(1_020))],
    )
    assert [part.energy_wh for part in cut] == [30, 70]


def test_readings_outside_the_session_or_falling_are_ignored() -> None:
    cut = cut_at_half_hours(
        at_shanghai("2026-05-01 10:20"),
        at_shanghai("2026-05-01 10:50"),
        Wh(1_000),
        Wh(1_100),
        [
            (at_shanghai("2026-05-01 10:19"), Wh(1_050)),  # before the start
            (at_shanghai("2026-05-01 10:25"), Wh(1_040)),
            (at_shanghai("2026-05-01 10:26"), Wh(1_030)),  # falls
            (at_shanghai("2026-05-01 10:27"), Wh(910_000)),  # above the end
            (at_shanghai("2026-05-01 10:35"), Wh(1_060)),
            (at_shanghai("2026-05-01 10:51"), Wh(1_050)),  # after the end
        ],
    )
    assert [part.energy_wh for part in cut] == [50, 50]


def test_a_session_from_border_to_border_is_cut_once_between() -> None:
    cut = cut_at_half_hours(T0, T0 + timedelta(hours=1), Wh(0), Wh(10), [])
    assert cut == (segment("01 10:00", "01 10:30", 5), segment("01 10:30", "01 11:00", 5))


def test_a_session_of_no_time_keeps_its_energy() -> None:
    assert cut_at_half_hours(T0, T0, Wh(5), Wh(7), []) == (Segment(T0, T0, Wh(2)),)


def test_refuses_to_cut_what_is_no_session() -> None:
    naive = datetime(2026, 5, 1)  # noqa: DTZ001 - the case
    second = timedelta(seconds=1)
    for start, end, start_wh, end_wh, reason in [
        (T0, T0 - second, 0, 0, "ends_before_start"),
        (T0, T0 + second, 1, 0, "backwards"),
        (naive, T0, 0, 0, "naive_time"),
        (T0, naive, 0, 0, "naive_time"),
        (T0, T0 + timedelta(minutes=30) * MAX_SEGMENTS + second, 0, 0, "too_many"),
    ]:
        with pytest.raises(InvalidSegments) as refused:
            cut_at_half_hours(start, end, Wh(start_wh), Wh(end_wh), [])
        assert refused.value.data == {"reason": reason}


def test_the_longest_session_that_is_cut_can_be_priced() -> None:
    cut = cut_at_half_hours(T0, T0 + timedelta(minutes=30) * MAX_SEGMENTS, Wh(0), Wh(12_345), [])
    assert len(cut) == MAX_SEGMENTS
    assert price_segments(cut, FLAT, SHANGHAI).energy_wh == 12_345
