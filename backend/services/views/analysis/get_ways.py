"""What charges and idle fees were paid by, each counted as a whole where its larger word lies (domain/fact.py)."""

from datetime import date, datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.fact import FactFamily, PayWay, way_of_value
from backend.domain.payment import Channel
from backend.models.engine.database import reading
from backend.services.views.analysis.cut import Chosen, Cut, cut_of
from backend.services.views.analysis.fact_sums import NOTHING, Counted, read_facts
from backend.services.views.analysis.freshness import Freshness, look_how_fresh
from backend.services.views.analysis.ranges import Compare, DayRange, check_range, compared_range


class WaySums(msgspec.Struct, frozen=True, kw_only=True):
    charges: int
    total_fen: int


class WayRow(msgspec.Struct, frozen=True, kw_only=True):
    """`channel` is of what was prepaid, None for any other way."""

    way: PayWay
    channel: Channel | None
    sums: WaySums
    compared: WaySums | None


class Ways(Freshness, frozen=True, kw_only=True):
    """Ways that somebody paid by, most money first."""

    rows: tuple[WayRow, ...]


@reading
def get_ways(
    *, staff: Actor, chosen: Chosen, from_date: date, to_date: date, compare: Compare | None, now: datetime
) -> Ways:
    """Sums by way of paying. Raises UnfitInput, OperatorNotFound, StationNotFound."""
    wanted = check_range(from_date, to_date)
    cut = cut_of(staff, chosen)
    other = compared_range(wanted, compare)
    main = _read(cut, wanted)
    compared = None if other is None else _read(cut, other)
    rows = [
        _row(value, main.get(value, NOTHING), None if compared is None else compared.get(value, NOTHING))
        for value in sorted({*main, *(compared or {})})
    ]
    fresh = look_how_fresh(now)
    return Ways(
        as_of=fresh.as_of,
        is_behind=fresh.is_behind,
        rows=tuple(sorted(rows, key=lambda row: -row.sums.total_fen)),
    )


def _read(cut: Cut, wanted: DayRange) -> dict[str, Counted]:
    return {value: sums for (value,), sums in read_facts(cut, FactFamily.WAY, wanted).items() if any(sums)}


def _row(value: str, sums: Counted, compared: Counted | None) -> WayRow:
    way, channel = way_of_value(value)
    return WayRow(
        way=way,
        channel=channel,
        sums=WaySums(charges=sums.orders, total_fen=sums.total_fen),
        compared=None if compared is None else WaySums(charges=compared.orders, total_fen=compared.total_fen),
    )
