"""Facts (分析汇总): what the sums behind the analysis pages are kept by, and which rows make up a span of days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.domain.payment import Channel


class FactFamily(StrEnum):
    """What a sum's `value` says: nothing; weekday (1 Monday) and hour as `3-08`; a rate band; a `PayWay`, of what was
    prepaid with its channel; a `FailureReason`.
    """

    DAY = "day"
    HOUR = "hour"
    BAND = "band"
    WAY = "way"
    FAILURE = "failure"


class FactGrain(StrEnum):
    """The days that a row sums: one, or a calendar month, under its first."""

    DAY = "day"
    MONTH = "month"


class PayWay(StrEnum):
    """What a charge or an idle fee was paid by, as a whole: with a debt where the wallet did not hold all of it."""

    WALLET = "wallet"
    DEBT = "debt"
    PREPAID = "prepaid"
    PARTNER = "partner"
    NOBODY = "nobody"


SUMS: Final = (
    "orders",
    "energy_wh",
    "electricity_fen",
    "service_fen",
    "idle_fen",
    "total_fen",
    "duration_s",
    "firsts",
    "began",
    "failed",
)
"""The columns of a fact that are added up."""
CONSUMER: Final = "facts"
"""The consumer of events that counts them."""
ALL_OPERATORS: Final = 0
"""The operator of the sums over all of them; no row has this id."""
ALL_STATIONS: Final = 0
EVERYWHERE: Final = ""
"""The area of the sums over all stations."""
AREA_DIGITS: Final = (2, 4)
"""Areas that have sums: provinces and cities, by the first digits of their code. What is smaller is summed from its stations."""


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of one grain from one date to another, both included."""

    grain: FactGrain
    from_date: date
    to_date: date

    def dates(self) -> list[date]:
        """The dates that its rows are kept under."""
        found, at = [], self.from_date
        while at <= self.to_date:
            found.append(at)
            at = next_month(at) if self.grain is FactGrain.MONTH else at + timedelta(days=1)
        return found


def areas_of(division_code: str) -> tuple[str, ...]:
    """The areas in whose sums a station with this code is; one without a code is in the whole alone."""
    parts = (division_code[:digits] for digits in AREA_DIGITS if len(division_code) >= digits)
    return (EVERYWHERE, *parts)


def first_of_month(day: date) -> date:
    """The date under which its month is kept."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first of the month after."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def spans_of(from_date: date, to_date: date) -> Iterator[Span]:
    """The fewest rows that sum these days: whole months as months, what is left at the ends as days."""
    first = from_date if from_date.day == 1 else next_month(from_date)
    after = first_of_month(to_date + timedelta(days=1))
    if first >= after:
        yield Span(FactGrain.DAY, from_date, to_date)
        return
    if from_date < first:
        yield Span(FactGrain.DAY, from_date, first - timedelta(days=1))
    yield Span(FactGrain.MONTH, first, after - timedelta(days=1))
    if after <= to_date:
        yield Span(FactGrain.DAY, after, to_date)


def hour_value(day: date, hour: int) -> str:
    """The value of an hour of a day, by which a month tells its weekdays apart."""
    return f"{day.isoweekday()}-{hour:02d}"


def way_value(way: PayWay, channel: Channel | None) -> str:
    """The value of a way of paying; the channel is of what was prepaid."""
    return way.value if channel is None else f"{way.value}:{channel.value}"


def way_of_value(value: str) -> tuple[PayWay, Channel | None]:
    """The way of paying that a value says. Raises ValueError."""
    way, _, channel = value.partition(":")
    return PayWay(way), Channel(channel) if channel else None


def quarter_of(at: datetime) -> datetime:
    """The quarter of an hour that an instant is in, by its beginning."""
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)
