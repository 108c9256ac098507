"""Random tariffs, zones and sessions for the property tests, and small builders for the others."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from backend.domain.tariff import RateBand, TariffPeriod, TariffVersion
from backend.domain.units import PriceE5

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

zones = st.sampled_from(ZONES)
prices = st.one_of(
    st.integers(0, 3), st.integers(0, 250_000), st.sampled_from([50_000, 100_000]), st.integers(0, 10**9)
)


@st.composite
def tariffs(draw: st.DrawFn) -> tuple[TariffVersion, list[Row]]:
    """A tariff version, its periods shuffled, and the same as the oracle's rows."""
    borders = sorted({0, 48, *draw(st.lists(st.integers(1, 47), max_size=9))})
    rows = [(start, end, draw(prices), draw(prices)) for start, end in pairwise(borders)]
    periods = [
        period(start, end, electricity, service, BANDS[start % len(BANDS)])
        for start, end, electricity, service in rows
    ]
    return TariffVersion("T1", 1, tuple(draw(st.permutations(periods)))), rows


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
    return TariffVersion("T1", 1, tuple(period(*row) for row in rows))


def at_shanghai(text: str) -> datetime:
    """An instant (UTC) given as Shanghai wall-clock time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)
