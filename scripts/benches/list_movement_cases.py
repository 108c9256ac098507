"""The list of all movements of money and energy, and its sums, filter by filter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from backend.domain.actor import Actor
from backend.domain.movement import MovementKind, MovementState
from backend.domain.payment import Channel
from backend.models import Order, Pile
from backend.services.access.scope import scoped
from backend.services.views.desk.list_movement_views import list_movement_views
from backend.services.views.desk.list_movements_for_staff import list_movements_for_staff
from backend.services.views.desk.movement_walks import MovementFilter
from backend.services.views.desk.sum_movements_for_staff import sum_movements_for_staff
from scripts.benches.list_desk_cases import LIMIT, Question
from scripts.benches.list_rows import FREQUENT_DRIVER, Sizes

LONG_AGO: Final = timedelta(days=700)


def questions_of_movements(staff: Actor, station_no: str, sizes: Sizes, now: datetime) -> Iterator[Question]:
    """Each filter on its first page, one in the middle of the history, and back from there; and what it comes to."""
    own = scoped(Order.select(), staff, operator=Order.operator_id, station=Order.station_id)
    middle = own.where(Order.id >= sizes.orders // 2).order_by(Order.id).get().order_no
    pile: Any = (
        scoped(Pile.select(), staff, operator=Pile.operator_id, station=Pile.station_id)
        .order_by(Pile.id)
        .get()
    )
    for what, wanted in _filters(station_no, pile.pile_no, now).items():
        for page, cursor in (("", None), ("deep", f"n.o.{middle}"), ("back", f"p.o.{middle}")):
            if cursor and wanted.kind not in {None, MovementKind.CHARGE, MovementKind.IDLE}:
                continue
            if cursor and wanted.channel:
                continue
            read = partial(list_movements_for_staff, staff=staff, wanted=wanted, cursor=cursor, limit=LIMIT)
            yield "movements", f"{what} {page}".strip(), read
    for what, wanted in _summed(station_no, now).items():
        yield "movement sums", what, partial(sum_movements_for_staff, staff=staff, wanted=wanted)
    yield "movement views", "", partial(list_movement_views, staff=staff)


def _filters(station_no: str, pile_no: str, now: datetime) -> dict[str, MovementFilter]:
    today = now.date()
    old = today - LONG_AGO
    month: dict[str, Any] = {"from_date": old, "to_date": old + timedelta(days=30)}
    year: dict[str, Any] = {"from_date": old, "to_date": old + timedelta(days=365)}
    return {
        "": MovementFilter(),
        **{f"{kind}": MovementFilter(kind=kind) for kind in MovementKind},
        "of this week": MovementFilter(from_date=today - timedelta(days=7), to_date=today),
        "of an old month": MovementFilter(**month),
        "of a station": MovementFilter(station_no=station_no),
        "of a pile": MovementFilter(pile_no=pile_no),
        "of a driver": MovementFilter(driver_no=f"D{FREQUENT_DRIVER:012d}"),
        "of an hour of the week, of a year": MovementFilter(weekday=3, hour=18, **year),
        "of an hour, of a year": MovementFilter(hour=18, kind=MovementKind.CHARGE, **year),
        "in progress, of a month": MovementFilter(state=MovementState.IN_PROGRESS, **month),
        "by channel, of a month": MovementFilter(channel=Channel.WECHAT, **month),
        "by amount, of a month": MovementFilter(least_fen=1_100, **month),
    }


def _summed(station_no: str, now: datetime) -> dict[str, MovementFilter]:
    """Those that the roll-ups answer, and one that is added up."""
    today = now.date()
    week: dict[str, Any] = {"from_date": today - timedelta(days=7), "to_date": today}
    month: dict[str, Any] = {"from_date": today - timedelta(days=27), "to_date": today}
    return {
        "charges of an hour of the week, of a month": MovementFilter(
            kind=MovementKind.CHARGE, weekday=3, hour=18, **month
        ),
        "charges of a station": MovementFilter(kind=MovementKind.CHARGE, station_no=station_no),
        "charges of all time": MovementFilter(kind=MovementKind.CHARGE),
        "of a week": MovementFilter(**week),
        "of a driver": MovementFilter(driver_no=f"D{FREQUENT_DRIVER:012d}"),
    }
