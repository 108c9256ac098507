"""The demo's stations as history sees them: since when they are open, what people do there, which guns they have.

`move_back` makes what was written today say that it was there when history began: tariffs, holidays, stations, piles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any, Final, NamedTuple

from backend.domain.idle_fee import IdleTerms
from backend.domain.opening_hours import from_text
from backend.domain.pile import PileKind
from backend.domain.session import FailureReason
from backend.models import (
    Connector,
    Holiday,
    HolidayRevision,
    Operator,
    Pile,
    Station,
    Tariff,
    TariffVersion,
)
from backend.models.engine.database import Row
from backend.services.tariffs.known_holidays import holidays_of
from scripts.local.demo.years.demand import HOURS, Habit, habit_of, hour_weights
from scripts.local.demo.years.prices import DAY_S, begin_of, instant

IDLE_TERMS: Final = IdleTerms(free_minutes=30, minute_fen=20, day_cap_fen=3_000)
OPEN_AT_FIRST: Final = 0.3
"""The share of stations that is there from the first day; the others open one after another."""
ALL_OPEN_AFTER: Final = 0.7
BROKEN_PILES: Final = 0.12
BROKEN_DAYS: Final = (2, 20)
BROKEN_NOW: Final = 2
"""So many piles of one station are broken until the last day: somebody has to look."""
BROKEN_SINCE_DAYS: Final = 5
SLOW_SHARE: Final = 0.3
_WAYS_TO_BREAK: Final = (
    FailureReason.FAULT,
    FailureReason.START_TIMEOUT,
    FailureReason.REJECTED_BY_PILE,
    FailureReason.PILE_OFFLINE,
)


class Broken(NamedTuple):
    """From one second to another most starts at a pile fail, for this reason."""

    from_s: int
    to_s: int
    reason: FailureReason


@dataclass(slots=True, eq=False)
class Gun:
    """A connector; `free_s` is when the charge before is over and its car gone."""

    id: int
    number: int
    pile_id: int
    rated_w: int
    is_fast: bool
    version_id: int
    broken: Broken | None
    register_wh: int
    free_s: int = 0

    def why_broken(self, at_s: int) -> FailureReason | None:
        """What keeps it from starting now."""
        broken = self.broken
        return broken.reason if broken is not None and broken.from_s <= at_s < broken.to_s else None


@dataclass(slots=True, eq=False)
class Site:
    """A station from the second on in which it opened; `weight` is how much it draws on an ordinary day."""

    id: int
    operator_id: int
    operator_no: str
    opened_s: int
    habit: Habit
    hours: Sequence[int]
    weight: float
    guns: list[Gun] = field(default_factory=list)


def move_back(*, since: date, until: date) -> None:
    """Let operators, tariffs and the calendar be as old as history, and long stays cost something at fast piles."""
    began_at = instant(begin_of(since))
    for table in (Operator, Tariff, TariffVersion, Station, Pile, Connector):
        row: Any = table
        row.update(created_at=began_at).where(row.created_at > began_at).execute()
    version: Any = TariffVersion
    version.update(effective_from=began_at, published_at=began_at).where(
        version.published_at.is_null(False)
    ).execute()
    version.update(
        idle_free_minutes=IDLE_TERMS.free_minutes,
        idle_minute_fen=IDLE_TERMS.minute_fen,
        idle_day_cap_fen=IDLE_TERMS.day_cap_fen,
    ).where(version.id.in_(_versions_of_stations())).execute()
    HolidayRevision.update(made_at=began_at).execute()
    for year in range(since.year, until.year + 1):
        for day in holidays_of(year):
            if since <= day.local_date <= until:
                _keep_holiday(day.local_date, day.day_kind, day.name)


def _keep_holiday(local_date: date, day_kind: str, name: str) -> None:
    known = (Holiday.local_date == local_date) & (Holiday.revision == 1)
    if not Holiday.select().where(known).exists():
        Holiday.create(local_date=local_date, revision=1, day_kind=day_kind, name=name)


def _versions_of_stations() -> list[int]:
    stations: Any = Station.select(Station.tariff_id).distinct().tuples()
    tariffs = [tariff_id for (tariff_id,) in stations]
    versions: Any = (
        TariffVersion.select(TariffVersion.id).where(TariffVersion.tariff_id.in_(tariffs)).tuples()
    )
    return [version_id for (version_id,) in versions]


def read_sites(*, since: date, until: date, rng: Random) -> list[Site]:
    """The stations with their guns; their rows, and their piles', say from now on when they opened."""
    operators = {row.id: row.operator_no for row in Operator.select()}
    stations = list(Station.select().order_by(Station.id))
    piles = {row.id: row for row in Pile.select()}
    versions = {row.tariff_id: row.id for row in TariffVersion.select().order_by(TariffVersion.version)}
    openings = _openings(len(stations), begin_of(since), begin_of(until))
    sites = {
        row.id: _read_site(row, operators[row.operator_id], opened_s, rng)
        for row, opened_s in zip(stations, openings, strict=True)
    }
    broken = {pile_id: _break(since, until, rng) for pile_id in piles}
    for pile_id in [row.id for row in piles.values() if row.station_id == stations[0].id][:BROKEN_NOW]:
        broken[pile_id] = Broken(
            begin_of(until) - (BROKEN_SINCE_DAYS - 1) * DAY_S, begin_of(until) + DAY_S, FailureReason.FAULT
        )
    tariffs = {row.id: row.tariff_id for row in stations}
    for connector in Connector.select().order_by(Connector.id):
        pile, site = piles[connector.pile_id], sites[connector.station_id]
        is_fast = pile.kind is PileKind.DC
        site.guns.append(
            Gun(
                id=connector.id,
                number=connector.gun,
                pile_id=pile.id,
                rated_w=pile.rated_w,
                is_fast=is_fast,
                version_id=versions[pile.tariff_id or tariffs[pile.station_id] or 0],
                broken=broken[pile.id],
                register_wh=rng.randrange(1_000, 50_000),
            )
        )
        site.weight += 1.0 if is_fast else SLOW_SHARE
    for site in sites.values():
        site.weight *= rng.uniform(0.5, 1.5)
        _tell_opening(site)
    return [site for site in sites.values() if site.guns]


def _read_site(row: Station, operator_no: str, opened_s: int, rng: Random) -> Site:
    habit = rng.choice(tuple(Habit)) if row.construction is None else habit_of(row.construction)
    spans = from_text(row.hours or "").spans
    opens, closes = (spans[0].opens_minute // 60, spans[0].closes_minute // 60) if spans else (0, HOURS)
    return Site(
        id=row.id,
        operator_id=row.operator_id,
        operator_no=operator_no,
        opened_s=opened_s,
        habit=habit,
        hours=hour_weights(habit, opens, closes),
        weight=0.0,
    )


def _openings(count: int, first_s: int, last_s: int) -> list[int]:
    """When each of the stations opens: some at once, the others evenly until ALL_OPEN_AFTER of the time."""
    at_once = max(1, round(count * OPEN_AT_FIRST))
    later = max(1, count - at_once)
    span_s = (last_s - first_s) * ALL_OPEN_AFTER
    days = [max(0, place - at_once + 1) / later * span_s // DAY_S for place in range(count)]
    return [first_s + int(day) * DAY_S for day in days]


def _break(since: date, until: date, rng: Random) -> Broken | None:
    if rng.random() >= BROKEN_PILES:
        return None
    from_s = begin_of(since) + rng.randrange(max(1, (until - since).days)) * DAY_S
    return Broken(from_s, from_s + rng.randint(*BROKEN_DAYS) * DAY_S, rng.choice(_WAYS_TO_BREAK))


def _tell_opening(site: Site) -> None:
    opened_at: datetime = instant(site.opened_s)
    tables: Sequence[tuple[type[Row], str]] = (
        (Station, "id"),
        (Pile, "station_id"),
        (Connector, "station_id"),
    )
    for table, column in tables:
        row: Any = table
        row.update(created_at=opened_at).where(getattr(row, column) == site.id).execute()
