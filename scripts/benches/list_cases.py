"""Every list and sum that a screen asks for: by whom, with which filter, on which page; over the rows of `list_rows`.

Each is asked as the API asks it, through its service. A deep page begins in the middle of the history, and one back
from there ends in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from backend.domain.actor import Actor
from backend.domain.adjustment import AdjustmentState
from backend.domain.bill import BillKind
from backend.domain.connector import DeskGroup
from backend.domain.driver import DriverFilter
from backend.domain.order import OrderState
from backend.domain.payment import Channel, PaymentState
from backend.domain.permission import ActorKind, Permission
from backend.domain.refund import RefundState
from backend.domain.session import SessionState
from backend.domain.station_facts import StationFilter
from backend.models import DriverTotal, Order, Pile, Session, Station
from backend.models.engine.database import Row
from backend.services.access.scope import sees_platform
from backend.services.payments.claim_refund_steps import claim_refund_steps
from backend.services.views.desk.get_dashboard import get_dashboard
from backend.services.views.desk.get_driver_for_staff import get_driver_for_staff
from backend.services.views.desk.get_pile_for_staff import get_pile_for_staff
from backend.services.views.desk.list_adjustments_for_staff import list_adjustments_for_staff
from backend.services.views.desk.list_channel_accounts_for_staff import list_channel_accounts_for_staff
from backend.services.views.desk.list_driver_postings import list_driver_postings
from backend.services.views.desk.list_drivers_for_staff import DriversWanted, list_drivers_for_staff
from backend.services.views.desk.list_orders_for_staff import OrderFilter, list_orders_for_staff
from backend.services.views.desk.list_payments_for_staff import list_payments_for_staff
from backend.services.views.desk.list_piles_for_staff import list_piles_for_staff
from backend.services.views.desk.list_refunds_for_staff import list_refunds_for_staff
from backend.services.views.desk.list_sessions_for_staff import SessionFilter, list_sessions_for_staff
from backend.services.views.desk.list_stations_for_staff import list_stations_for_staff
from backend.services.views.desk.watch_piles_for_staff import watch_piles_for_staff
from backend.services.views.driver.list_bills import list_bills
from backend.services.views.driver.list_orders import list_orders
from backend.services.views.driver.list_refunds import list_refunds
from backend.services.views.driver.list_top_ups import list_top_ups
from backend.services.views.driver.local_months import month_of
from backend.services.views.list_wallet_postings import list_wallet_postings
from scripts.benches.list_desk_cases import LIMIT, Question, questions_of_desk
from scripts.benches.list_fact_cases import questions_of_analysis
from scripts.benches.list_movement_cases import questions_of_movements
from scripts.benches.list_rows import FREQUENT_DRIVER, OTHER, PLATFORM, SMALL, Sizes

SOME_STATIONS: Final = frozenset({1, 2, 5})
ORDINARY_DRIVER: Final = 77
LONG_AGO: Final = timedelta(days=700)
STATES: Final = (
    None,
    SessionState.CHARGING,
    SessionState.SETTLED,
    SessionState.FAILED,
    SessionState.REVIEW,
    SessionState.STARTING,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One question that a screen asks of a list; `read` asks it. `who` and `what` tell cases of a list apart."""

    list: str
    who: str
    what: str
    read: Callable[[], Any]

    @property
    def question(self) -> str:
        return f"{self.what} for {self.who}".strip()

    @property
    def name(self) -> str:
        return f"{self.list} {self.question}"


def make_cases(sizes: Sizes, now: datetime) -> list[Case]:
    """All cases, over what `seed_lists` has written as of `now`."""
    return [
        Case(name, who, what, read)
        for who, asked in (
            *((who, _of_staff(staff, sizes, now)) for who, staff in STAFF.items()),
            ("a driver", _of_driver(ORDINARY_DRIVER, sizes, now)),
            ("a frequent driver", _of_driver(FREQUENT_DRIVER, sizes, now)),
        )
        for name, what, read in asked
    ]


_staff = partial(
    Actor, kind=ActorKind.STAFF, id=1, no="staff", permissions=frozenset(one.value for one in Permission)
)
STAFF: Final = {
    "the platform": _staff(operator_id=PLATFORM, is_platform=True),
    "an operator": _staff(operator_id=OTHER),
    "a small operator": _staff(operator_id=SMALL),
    "some stations": _staff(operator_id=PLATFORM, station_ids=SOME_STATIONS),
}


def _of_staff(staff: Actor, sizes: Sizes, now: datetime) -> Iterator[Question]:
    station_no = _first(Station, Station.id, staff).station_no
    yield "dashboard", "", partial(get_dashboard, staff=staff, now=now)
    yield from _orders(staff, station_no, sizes, now)
    yield from questions_of_movements(staff, station_no, sizes, now)
    yield from _sessions(staff, station_no, sizes, now)
    yield from _piles(staff, station_no, now)
    yield from _refunds(staff, sizes, now)
    yield from _stations(staff, now)
    yield from _drivers(staff, sizes)
    yield from questions_of_desk(staff, now)
    yield from questions_of_analysis(staff, now)


def _stations(staff: Actor, now: datetime) -> Iterator[Question]:
    read = partial(list_stations_for_staff, staff=staff, limit=LIMIT, now=now)
    for what, text in (("", None), ("by name", "站1")):
        yield "stations", what, partial(read, text=text, cursor=None)
    for state in StationFilter:
        yield "stations", f"{state}", partial(read, text=None, state=state, cursor=None)
    first = _first(Station, Station.id, staff).station_no
    yield "stations", "deep", partial(read, text=None, cursor=f"n.{first}")


def _drivers(staff: Actor, sizes: Sizes) -> Iterator[Question]:
    frequent = f"D{FREQUENT_DRIVER:012d}"
    middle = f"D{sizes.drivers // 2:012d}" if sees_platform(staff) else _first_total(staff)
    filters = {
        "": DriversWanted(),
        "by number": DriversWanted(driver_no=frequent),
        **{one.value: DriversWanted(group=one) for one in DriverFilter},
    }
    for what, wanted in filters.items():
        yield (
            "drivers",
            what,
            partial(list_drivers_for_staff, staff=staff, wanted=wanted, cursor=None, limit=LIMIT),
        )
    if staff.station_ids is None:
        read = partial(list_drivers_for_staff, staff=staff, wanted=DriversWanted(), limit=LIMIT)
        yield "drivers", "deep", partial(read, cursor=f"n.{middle}")
    if sees_platform(staff):
        yield "one driver", "", partial(get_driver_for_staff, staff=staff, driver_no=frequent)
        moved = partial(list_driver_postings, staff=staff, driver_no=frequent, cursor=None, limit=LIMIT)
        yield "postings of a driver", "", moved


def _first_total(staff: Actor) -> str:
    own = DriverTotal.select().where(DriverTotal.operator_id == staff.operator_id)
    return str(own.order_by(DriverTotal.id.desc()).offset(LIMIT).get().id)


def _orders(staff: Actor, station_no: str, sizes: Sizes, now: datetime) -> Iterator[Question]:
    middle = _first(Order, Order.station_id, staff, sizes.orders // 2).order_no
    for what, wanted in _order_filters(station_no, middle, now).items():
        # a part of a number finds a handful, of which the middle is none
        others = [] if "part" in what else [("deep", f"n.{middle}"), ("back", f"p.{middle}")]
        for page, cursor in (("", None), *others):
            read = partial(list_orders_for_staff, staff=staff, wanted=wanted, cursor=cursor, limit=LIMIT)
            yield "orders", f"{what} {page}".strip(), read


def _order_filters(station_no: str, order_no: str, now: datetime) -> dict[str, OrderFilter]:
    today = now.date()
    old = today - LONG_AGO
    month_later, year_before = old + timedelta(days=30), old - timedelta(days=365)
    states = {
        f"{of} {state}".strip(): OrderFilter(state=state, station_no=station)
        for state in (None, *OrderState)
        for of, station in (("", None), ("of a station", station_no))
    }
    return {
        **states,
        "of this week": OrderFilter(from_date=today - timedelta(days=7), to_date=today),
        "of an old day": OrderFilter(from_date=old, to_date=old),
        "of an old month": OrderFilter(from_date=old, to_date=month_later),
        "of an old year": OrderFilter(from_date=year_before, to_date=old),
        "before an old day": OrderFilter(to_date=old),
        "since an old day": OrderFilter(from_date=old),
        "of a station's month": OrderFilter(station_no=station_no, from_date=old, to_date=month_later),
        "corrected, of a month": OrderFilter(state=OrderState.CORRECTED, from_date=old, to_date=month_later),
        "by number": OrderFilter(order_no=order_no),
        "of a driver": OrderFilter(driver_no=f"D{FREQUENT_DRIVER:012d}"),
        "by a part of a number": OrderFilter(order_no=order_no[-4:].lower()),
        "by a part of a number, of a month": OrderFilter(
            order_no=order_no[-4:], from_date=old, to_date=month_later
        ),
    }


def _sessions(staff: Actor, station_no: str, sizes: Sizes, now: datetime) -> Iterator[Question]:
    middle = _first(Session, Session.station_id, staff, sizes.orders // 2).session_no
    ask = partial(list_sessions_for_staff, staff=staff, limit=LIMIT, now=now)
    for state in STATES:
        for of, number in (("", None), ("of a station", station_no)):
            for page, cursor in (("", None), ("deep", f"n.{middle}")):
                read = partial(ask, wanted=SessionFilter(state=state, station_no=number), cursor=cursor)
                yield "sessions", " ".join(filter(None, (state or "live", of, page))), read
    for of, number in (("", None), ("of a station", station_no)):
        for page, cursor in (("", None), ("deep", f"n.{middle}"), ("back", f"p.{middle}")):
            read = partial(ask, wanted=SessionFilter(is_all=True, station_no=number), cursor=cursor)
            yield "sessions", " ".join(filter(None, ("all", of, page))), read


def _piles(staff: Actor, station_no: str, now: datetime) -> Iterator[Question]:
    pile_no = _first(Pile, Pile.station_id, staff).pile_no
    nothing: dict[str, Any] = {"station_no": None, "text": None, "group": None}
    filters: dict[str, dict[str, Any]] = {
        "": {},
        "of a station": {"station_no": station_no},
        "by number": {"text": pile_no[:-1]},
        "by the last digits of a gun": {"text": f"{pile_no[-3:]}01"},
        "by name": {"text": "77号"},
        **{group.value: {"group": group} for group in DeskGroup},
    }
    ask = partial(list_piles_for_staff, staff=staff, cursor=None, limit=LIMIT, now=now)
    for what, wanted in filters.items():
        yield "piles", what, partial(ask, **nothing | wanted)
    yield "one pile", "", partial(get_pile_for_staff, staff=staff, pile_no=pile_no, now=now)
    yield "piles watched", "", partial(watch_piles_for_staff, staff=staff, now=now)


def _refunds(staff: Actor, sizes: Sizes, now: datetime) -> Iterator[Question]:
    middle = f"{sizes.refunds // 2:012d}"
    nothing: dict[str, Any] = {"state": None, "driver_no": None, "number": None}
    filters: dict[str, dict[str, Any]] = {
        "": {},
        "of a driver": {"driver_no": f"D{FREQUENT_DRIVER:012d}"},
        "by number": {"number": f"R{middle}"},
        "by a part's number": {"number": f"RP{middle}"},
        **{state.value: {"state": state} for state in RefundState},
    }
    # only who sees the platform's money may name a row of it
    deep = (("", None), ("deep", f"n.R{middle}")) if sees_platform(staff) else (("", None),)
    for what, wanted in filters.items():
        for page, cursor in deep:
            read = partial(list_refunds_for_staff, staff=staff, cursor=cursor, limit=LIMIT, now=now)
            yield "refunds", f"{what} {page}".strip(), partial(read, **nothing | wanted)
    paid = f"{sizes.payments // 2:012d}"
    filters = {
        "": {},
        "of a driver": {"driver_no": f"D{FREQUENT_DRIVER:012d}"},
        "by number": {"number": f"P{paid}"},
        "by the channel's number": {"number": f"42{sizes.payments // 2:020d}"},
        **{state.value: {"state": state} for state in PaymentState},
    }
    for what, wanted in filters.items():
        ask = partial(list_payments_for_staff, staff=staff, cursor=None, limit=LIMIT)
        yield "payments", what, partial(ask, **nothing | wanted)
    of_adjustments: dict[str, dict[str, Any]] = {
        "": {},
        "of a driver": {"driver_no": f"D{FREQUENT_DRIVER:012d}"},
        **{state.value: {"state": state} for state in AdjustmentState},
    }
    for what, wanted in of_adjustments.items():
        see = partial(list_adjustments_for_staff, staff=staff, cursor=None, limit=LIMIT, now=now)
        yield "adjustments", what, partial(see, **{"state": None, "driver_no": None} | wanted)
    of_accounts: dict[str, dict[str, Any]] = {"": {}, "of a channel": {"channel": Channel.WECHAT}}
    for what, wanted in of_accounts.items():
        look = partial(list_channel_accounts_for_staff, staff=staff, cursor=None, limit=LIMIT, now=now)
        nothing_asked = {"operator_no": None, "channel": None, "is_enabled": None}
        yield "channel accounts", what, partial(look, **nothing_asked | wanted)
    yield "refund steps", "", partial(claim_refund_steps, limit=LIMIT, now=now)


def _of_driver(driver_id: int, sizes: Sizes, now: datetime) -> Iterator[Question]:
    driver = Actor(kind=ActorKind.DRIVER, id=driver_id, no=f"D{driver_id:012d}")
    own = Order.select().where((Order.driver_id == driver.id) & (Order.id >= sizes.orders // 2))
    middle = own.order_by(Order.id).get()
    pages = (("", None, None), ("deep", middle.order_no, f"E{middle.id:012d}"))
    for page, order_no, entry_no in pages:
        yield (
            "own orders",
            page,
            partial(list_orders, driver=driver, cursor=order_no, limit=LIMIT, with_months=True),
        )
        if order_no is None:
            yield "own refunds", page, partial(list_refunds, driver=driver, cursor=None, limit=LIMIT)
            yield "own top-ups", page, partial(list_top_ups, driver=driver, cursor=None, limit=LIMIT)
        month = month_of(middle.created_at if order_no else now)
        for kind in (None, *BillKind):
            ask = partial(list_bills, driver=driver, month=month, kind=kind, cursor=None, limit=LIMIT)
            yield "own bill", f"{page} {kind or ''}".strip(), ask
        yield "own wallet", page, partial(list_wallet_postings, driver=driver, cursor=entry_no, limit=LIMIT)


def _first(table: type[Row], station: Any, staff: Actor, from_id: int = 1) -> Any:
    """The first row from this id on that `staff` may see; `station` is the column of its station."""
    columns: Any = table
    query = table.select().where(columns.id >= from_id)
    if not staff.is_platform:
        query = query.where(columns.operator_id == staff.operator_id)
    if staff.station_ids is not None:
        query = query.where(station.in_(staff.station_ids))
    return query.order_by(columns.id).get()
