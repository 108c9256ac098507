"""Random tariffs, zones and sessions for the property tests, and small builders for the others."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from backend.domain.holiday_calendar import DayKind, HolidayCalendar
from backend.domain.tariff import DayPlan, PlanDay, RateBand, TariffPeriod, TariffVersion, every_day
from backend.domain.units import PriceE5

from . import oracle
from .oracle import Row

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = [
    SHANGHAI,
    ZoneInfo("UTC"),
    ZoneInfo("America/New_York"),
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Asia/Kolkata"),
    ZoneInfo("Australia/Lord_Howe"),  # its summer time is half an hour
]
BANDS = list(RateBand)

# just before clocks change in New York (both ways), Berlin (both ways) and Lord Howe (both ways)
CLOCK_CHANGES = [
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
]

NEAR_CLOCK_CHANGES = [change.date() + timedelta(days=days) for change in CLOCK_CHANGES for days in (-1, 0, 1)]

zones = st.sampled_from(ZONES)
prices = st.one_of(
    st.integers(0, 3), st.integers(0, 250_000), st.sampled_from([50_000, 100_000]), st.integers(0, 10**9)
)


@st.composite
def plan_rows(draw: st.DrawFn) -> list[Row]:
    borders = sorted({0, 48, *draw(st.lists(st.integers(1, 47), max_size=9))})
    return [(start, end, draw(prices), draw(prices)) for start, end in pairwise(borders)]


def periods_of(rows: list[Row]) -> list[TariffPeriod]:
    return [
        period(start, end, electricity, service, BANDS[start % len(BANDS)])
        for start, end, electricity, service in rows
    ]


@st.composite
def one_plan(draw: st.DrawFn) -> tuple[TariffVersion, list[Row]]:
    """A tariff version, its periods shuffled, and the same as the oracle's rows."""
    rows = draw(plan_rows())
    return TariffVersion("T1", 1, every_day(draw(st.permutations(periods_of(rows))))), rows


@st.composite
def day_plans(draw: st.DrawFn) -> tuple[TariffVersion, oracle.Tariff]:
    """Two to four plans, each day of each month given to one at random, holidays strewn over four years."""
    drawn = draw(st.lists(plan_rows(), min_size=2, max_size=4))
    cells = [(month, kind) for month in range(1, 13) for kind in DayKind]
    chosen = draw(st.lists(st.integers(0, len(drawn) - 1), min_size=len(cells), max_size=len(cells)))
    kinds = st.sampled_from([DayKind.HOLIDAY, DayKind.WORKDAY])
    strewn = draw(st.dictionaries(st.integers(0, 4 * 365), kinds, max_size=40))
    holidays = {date(2024, 1, 1) + timedelta(days=day): kind for day, kind in strewn.items()}
    # around the clock changes, where the sessions are
    near = draw(st.dictionaries(st.sampled_from(NEAR_CLOCK_CHANGES), kinds, max_size=6))
    holidays |= near
    of_plan = [
        [cell for cell, choice in zip(cells, chosen, strict=True) if choice == n] for n in range(len(drawn))
    ]
    version = TariffVersion(
        "T1",
        1,
        tuple(
            DayPlan(
                plan_no=number,
                name=f"{number}",
                periods=tuple(periods_of(rows)),
                days=frozenset(PlanDay(*cell) for cell in own),
            )
            for number, (rows, own) in enumerate(zip(drawn, of_plan, strict=True), 1)
        ),
        HolidayCalendar(1, holidays),
    )
    plans = [
        (rows, [(month, kind.value) for month, kind in own]) for rows, own in zip(drawn, of_plan, strict=True)
    ]
    return version, oracle.Tariff(plans, {day: kind.value for day, kind in holidays.items()})


def tariffs() -> st.SearchStrategy[tuple[TariffVersion, oracle.Prices]]:
    """A version and what the oracle has to know of it."""
    return st.one_of(one_plan(), day_plans())


def instants() -> st.SearchStrategy[datetime]:
    near_a_change = st.builds(
        lambda change, offset_s: change + timedelta(seconds=offset_s),
        st.sampled_from(CLOCK_CHANGES),
        st.integers(-90_000, 10_000),
    )
    anywhere = st.integers(0, 4 * 365 * 86_400).map(
        lambda offset_s: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=offset_s)
    )
    on_a_border = st.integers(0, 4 * 365 * 48).map(
        lambda slots: datetime(2024, 1, 1, tzinfo=UTC) + slots * timedelta(minutes=30)
    )
    return st.one_of(near_a_change, anywhere, on_a_border)


@dataclass(frozen=True)
class RandomSession:
    started_at: datetime
    ended_at: datetime
    start_wh: int
    end_wh: int
    readings: list[tuple[datetime, int]]


@st.composite
def sessions(draw: st.DrawFn) -> RandomSession:
    """Up to 30 hours, with readings of which some are outside the session or contradict others."""
    started_at = draw(instants())
    duration_ms = draw(st.one_of(st.integers(0, 4_000_000), st.integers(0, 108_000_000)))
    start_wh = draw(st.integers(0, 10**8))
    energy_wh = draw(st.one_of(st.integers(0, 100), st.integers(0, 2_000_000)))
    readings = [
        (started_at + timedelta(milliseconds=after_ms), start_wh + register_wh)
        for after_ms, register_wh in draw(
            st.lists(
                st.tuples(st.integers(-5_000, duration_ms + 5_000), st.integers(-5, energy_wh + 5)),
                max_size=12,
            )
        )
    ]
    ended_at = started_at + timedelta(milliseconds=duration_ms)
    return RandomSession(started_at, ended_at, start_wh, start_wh + energy_wh, readings)


def period(
    start: int, end: int, electricity_e5: int, service_e5: int, band: RateBand = RateBand.FLAT
) -> TariffPeriod:
    return TariffPeriod(
        start_slot=start,
        end_slot=end,
        rate_band=band,
        electricity_e5=PriceE5(electricity_e5),
        service_e5=PriceE5(service_e5),
    )


def tariff(*rows: Row) -> TariffVersion:
    """A tariff version of (start slot, end slot, electricity_e5, service_e5) rows."""
    return TariffVersion("T1", 1, every_day(period(*row) for row in rows))


def at_shanghai(text: str) -> datetime:
    """An instant (UTC) given as Shanghai wall-clock time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)
