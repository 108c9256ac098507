"""How long guns could have charged: from the day they were added to the day their pile was retired, around the clock.

A pause (停用) or a time off line is not taken off: that is what a low utilisation is to show. A pile that was moved
counts where it stands today.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from peewee import SQL, fn

from backend.models import Connector, Pile
from backend.models.engine.database import is_sqlite
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.analysis.cut import Cut
from backend.services.views.analysis.ranges import DAY, DayRange

DAY_S: Final = 86_400
_OFFSET_S: Final = 8 * 3_600
"""Of the platform's zone, which has known no other time since 1991."""


@dataclass(frozen=True, slots=True)
class Guns:
    """So many guns that were added on one day and, where it is known, retired on another; `key` is what was grouped by."""

    key: tuple[Any, ...]
    added_on: date
    retired_on: date | None
    count: int


def list_guns(cut: Cut, *, by: Iterable[Any] = ()) -> list[Guns]:
    """The guns of the cut's stations as they are today, by columns of `Connector` or `Pile`."""
    keys = list(by)
    added, retired = _local_day(Connector.created_at), _local_day(Pile.retired_at)
    query = (
        Connector.select(*keys, added, retired, fn.COUNT(Connector.id))
        .join(Pile, on=(Pile.id == Connector.pile_id))
        # a pile that was retired before the time was kept counts in no past
        .where((Pile.is_retired == False) | Pile.retired_at.is_null(is_null=False))  # noqa: E712 - SQL
        .group_by(*keys, added, retired)
    )
    query = _of_cut(query, cut)
    return [
        Guns(
            tuple(row[: len(keys)]), _date(row[-3]), None if row[-2] is None else _date(row[-2]), int(row[-1])
        )
        for row in query.tuples()
    ]


def count_by_day(guns: Iterable[Guns], wanted: DayRange) -> dict[date, int]:
    """How many there were on each day of a range."""
    changes: dict[date, int] = defaultdict(int)
    for some in guns:
        changes[max(some.added_on, wanted.from_date)] += some.count
        if some.retired_on is not None:
            changes[max(some.retired_on + DAY, wanted.from_date)] -= some.count
    found, count, day = {}, 0, wanted.from_date
    while day <= wanted.to_date:
        count += changes.get(day, 0)
        found[day] = count
        day += DAY
    return found


def seconds_in(guns: Iterable[Guns], wanted: DayRange, now: datetime) -> int:
    """Over the whole range."""
    return sum(some.count * _overlap_s(some, wanted, now) for some in guns)


def seconds_of(day: date, now: datetime) -> int:
    """How many seconds of a day are over."""
    local = now.astimezone(PLATFORM_ZONE)
    if day < local.date():
        return DAY_S
    if day > local.date():
        return 0
    return local.hour * 3_600 + local.minute * 60 + local.second


def _overlap_s(some: Guns, wanted: DayRange, now: datetime) -> int:
    today = now.astimezone(PLATFORM_ZONE).date()
    first = max(some.added_on, wanted.from_date)
    last = wanted.to_date if some.retired_on is None else min(some.retired_on, wanted.to_date)
    whole = max((min(last, today - DAY) - first).days + 1, 0)
    return whole * DAY_S + (seconds_of(today, now) if first <= today <= last else 0)


def _of_cut(query: Any, cut: Cut) -> Any:
    # the whole platform's guns need no list of stations
    if cut.is_narrowed:
        ids = [row.id for row in cut.stations()]
        query = query.where(Connector.station_id.in_(ids))
    if cut.pile_kind is not None:
        query = query.where(Pile.kind == cut.pile_kind)
    return query


def _local_day(column: Any) -> Any:
    if is_sqlite():
        return fn.SUBSTR(fn.DATETIME(column, f"+{_OFFSET_S} seconds"), 1, 10)
    return fn.LEFT(fn.DATE_ADD(column, SQL(f"INTERVAL {_OFFSET_S} SECOND")), 10)


def _date(text: Any) -> date:
    return date.fromisoformat(str(text)[:10])
