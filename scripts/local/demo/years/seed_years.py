"""History day by day: how many charges each day has, where they are, and who comes; `seed_years` writes it all.

The same seed over the same places gives the same history.
"""

from __future__ import annotations

import time
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any, Final

from peewee import fn

from backend.models import Connector, Operator, Order, Pile, Session
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.tariffs.calendars import find_revision, get_calendar
from scripts.local.demo.years.demand import day_weight, growth, spread
from scripts.local.demo.years.facts import fill_facts
from scripts.local.demo.years.ledger import Ledger
from scripts.local.demo.years.money import Money
from scripts.local.demo.years.people import People
from scripts.local.demo.years.places import Site, move_back, read_sites
from scripts.local.demo.years.prices import DAY_S, PriceBook, begin_of, date_of, day_of
from scripts.local.demo.years.rows import KEYS_KEPT_S, ChargeRows
from scripts.local.demo.years.sheets import Numbers, Sheets, hurry
from scripts.local.demo.years.stay_rows import StayRows
from scripts.local.demo.years.sums import Sums
from scripts.local.demo.years.visits import Visits

DAYS_PER_YEAR: Final = 365
TELL_EVERY_S: Final = 2.0
CHARGES: Final = "充电订单"


class NotEmptyError(Exception):
    """Something has already happened in this database; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Written:
    """How much history there is now."""

    orders: int
    drivers: int
    first_day: date
    last_day: date


def seed_years(
    *,
    days: int,
    orders: int,
    seed: int,
    now: datetime,
    tell: Callable[[str, int], None] = lambda _, __: None,
) -> Written:
    """Write about `orders` charges over `days` days that end yesterday, at the stations that are there.

    `tell` hears now and then how far it has come. Raises NotEmptyError where anybody has ever charged: history is
    written before everything else, with rows that say so, and never into a running business.
    """
    require_empty()
    until = now.astimezone(PLATFORM_ZONE).date() - timedelta(days=1)
    since = until - timedelta(days=days - 1)
    rng = Random(seed)  # noqa: S311 - chance, not a secret
    hurry()
    move_back(since=since, until=until)
    sites = read_sites(since=since, until=until, rng=rng)
    numbers, sums = Numbers(seed), Sums()
    ledger = Ledger(numbers)
    money = Money(rng, numbers, ledger, sums)
    revision = find_revision()
    until_s = begin_of(until) + DAY_S
    rows = ChargeRows(numbers, revision, int(now.timestamp()) - KEYS_KEPT_S)
    people = People(rng, money.new_driver)
    stays = StayRows()
    visits = Visits(rng, PriceBook(revision), people, money, ledger, rows, stays, sums, until_s=until_s)
    sheets = Sheets(
        [*money.sheets, *rows.sheets, *stays.sheets, *ledger.sheets, *sums.sheets],
        after=money.tell_late_refunds,
    )
    written, telling = 0, _now_and_then(tell)
    for day, count in _plan(sites, since, until, orders):
        written += _live_through(day, count, sites, visits, rng, until_s)
        sums.close_days(day - 1)
        sheets.flush()
        telling(CHARGES, written)
    ledger.close()
    sums.close()
    sheets.flush(least=1)
    fill_facts(since=since, until=until, tell=telling)
    return Written(written, len(people), since, until)


def list_meters() -> dict[str, list[int]]:
    """Pile number → where history left the meters of its guns, in Wh: a pile that began below would be disbelieved."""
    last: Any = Session.select(Session.connector_id, fn.MAX(Session.register_end_wh))
    ends = dict(last.group_by(Session.connector_id).tuples())
    numbers = {row.id: row.pile_no for row in Pile.select(Pile.id, Pile.pile_no)}
    meters: dict[str, list[int]] = {}
    for gun in Connector.select().order_by(Connector.pile_id, Connector.gun):
        meters.setdefault(numbers[gun.pile_id], []).append(int(ends.get(gun.id) or 0))
    return meters


def require_empty() -> None:
    """Raises NotEmptyError where there is a session or an order."""
    if Session.select(Session.id).limit(1).exists() or Order.select(Order.id).limit(1).exists():
        owner = Operator.select().where(Operator.is_platform).first()
        name = "" if owner is None else f"「{owner.name}」"
        raise NotEmptyError(
            f"数据库{name}里已经有充电记录，不能再写入历史数据；历史数据只写入还没有人充过电的数据库"
            " (somebody has charged here already)。"
        )


def _now_and_then(tell: Callable[[str, int], None]) -> Callable[[str, int], None]:
    """The same, as often as people want to read it."""
    told_s = time.monotonic()

    def telling(step: str, done: int) -> None:
        nonlocal told_s
        if time.monotonic() - told_s >= TELL_EVERY_S:
            told_s = time.monotonic()
            tell(step, done)

    return telling


def _weights(sites: Sequence[Site], day: date, revision: int) -> list[float]:
    """How much each place draws on a day; nothing before it opened."""
    kind = get_calendar(revision).kind_of(day)
    begins_s = begin_of(day)
    return [
        site.weight * day_weight(site.habit, kind, day.month) if site.opened_s <= begins_s else 0.0
        for site in sites
    ]


def _plan(sites: Sequence[Site], since: date, until: date, orders: int) -> list[tuple[int, int]]:
    """Day and how many charges it has."""
    revision = find_revision()
    first = day_of(begin_of(since))
    days = range(first, first + (until - since).days + 1)
    weights = [
        sum(_weights(sites, date_of(day), revision)) * growth(date_of(day), since, until) for day in days
    ]
    return list(zip(days, spread(orders, weights), strict=True))


def _live_through(
    day: int,
    count: int,
    sites: Sequence[Site],
    visits: Visits,
    rng: Random,
    until_s: int,
) -> int:
    """Let `count` people come on a day, in the order of time; how many charged."""
    today = date_of(day)
    running = list(accumulate(_weights(sites, today, find_revision())))
    begins_s = begin_of(today)
    comings = []
    for site in rng.choices(sites, cum_weights=running, k=count):
        hour = bisect(site.hours, rng.random() * site.hours[-1])
        comings.append((begins_s + hour * 3_600 + rng.randrange(3_600), site))
    comings.sort(key=lambda coming: coming[0])
    return sum(visits.come(site, at_s) for at_s, site in comings if at_s < until_s)
