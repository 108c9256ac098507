"""The desk's lists: pages forth and back, filters, totals, and that no big table is read as a whole."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from backend.api.http.errors import message_of
from backend.domain.actor import Actor
from backend.domain.connector import ConnectorStatus, DeskGroup
from backend.domain.errors import InvalidCursor, InvalidInput
from backend.domain.order import OrderKind, OrderState
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import SessionState
from backend.models import ConnectorDay, Operator, Order, Pile, PileState, Session, Station
from backend.models.engine.database import database as bound
from backend.services.views.desk import list_orders_for_staff as lists
from backend.services.views.desk import staff_page
from backend.services.views.desk.list_orders_for_staff import OrderFilter, list_orders_for_staff
from backend.services.views.desk.list_piles_for_staff import list_piles_for_staff
from backend.services.views.desk.list_sessions_for_staff import SessionFilter, list_sessions_for_staff
from backend.services.views.desk.list_stations_for_staff import list_stations_for_staff
from tests.builders import TEN_O_CLOCK, a_driver, a_pile, a_station, an_operator, connectors_of
from tests.desk import a_running_charge, an_ended_charge

pytestmark = pytest.mark.usefixtures("database")

ANY = OrderFilter()


def staff_of(operator: Operator, *, is_platform: bool = False) -> Actor:
    return Actor(
        kind=ActorKind.STAFF,
        id=1,
        no="staff",
        operator_id=operator.id,
        is_platform=is_platform,
        permissions=frozenset(permission.value for permission in Permission),
    )


def _station() -> tuple[Actor, Station]:
    operator = an_operator(now=TEN_O_CLOCK)
    return staff_of(operator), a_station(now=TEN_O_CLOCK, operator=operator)


def _orders(station: Station, count: int) -> list[Order]:
    """Orders an hour apart, the oldest first."""
    pile = a_pile(station=station, now=TEN_O_CLOCK)
    driver = a_driver(now=TEN_O_CLOCK, balance_fen=100_000)
    times = [TEN_O_CLOCK + timedelta(hours=number) for number in range(count)]
    return [an_ended_charge(pile=pile, ended_at=at, driver=driver) for at in times]


def _list(staff: Actor, wanted: OrderFilter = ANY, cursor: str | None = None, limit: int = 3) -> Any:
    return list_orders_for_staff(staff=staff, wanted=wanted, cursor=cursor, limit=limit)


def _nos(rows: Sequence[Any]) -> list[str]:
    return [row.order_no for row in rows]


def test_pages_forth_and_back_show_each_order_once() -> None:
    staff, station = _station()
    newest_first = _nos(_orders(station, 7))[::-1]
    first = _list(staff)
    second = _list(staff, cursor=first.next_cursor)
    third = _list(staff, cursor=second.next_cursor)
    assert [_nos(page.orders) for page in (first, second, third)] == [
        newest_first[:3],
        newest_first[3:6],
        newest_first[6:],
    ]
    assert (first.prev_cursor, third.next_cursor) == (None, None)
    assert _list(staff, cursor=third.prev_cursor) == second
    assert _list(staff, cursor=second.prev_cursor) == first
    assert first.total.count == 7


def test_a_page_back_that_would_be_short_is_the_first_page() -> None:
    staff, station = _station()
    _orders(station, 5)
    first = _list(staff, limit=2)
    second = _list(staff, cursor=first.next_cursor, limit=2)
    assert _list(staff, cursor=second.prev_cursor, limit=4) == _list(staff, limit=4)


def test_orders_go_by_the_end_of_charging_whenever_they_were_recorded() -> None:
    staff, station = _station()
    piles = [a_pile(station=station, now=TEN_O_CLOCK) for _ in range(3)]
    together = [an_ended_charge(pile=pile, ended_at=TEN_O_CLOCK) for pile in piles]
    last = an_ended_charge(pile=piles[0], ended_at=TEN_O_CLOCK + timedelta(hours=2))
    late = [an_ended_charge(pile=pile, ended_at=TEN_O_CLOCK + timedelta(hours=1)) for pile in piles[1:]]
    newest_first = _nos([last, *late[::-1], *together[::-1]])
    pages = [_list(staff, limit=1)]
    while (cursor := pages[-1].next_cursor) is not None:
        pages.append(_list(staff, limit=1, cursor=cursor))
    assert [no for page in pages for no in _nos(page.orders)] == newest_first
    back = [_list(staff, limit=1, cursor=page.prev_cursor) for page in pages[1:]]
    assert back == pages[:-1]


def test_piles_and_stations_page_oldest_first() -> None:
    staff, station = _station()
    piles = [a_pile(station=station, now=TEN_O_CLOCK).pile_no for _ in range(3)]
    stations = [station.station_no]
    operator = Operator.get_by_id(station.operator_id)
    stations += [a_station(now=TEN_O_CLOCK, operator=operator).station_no for _ in range(2)]
    seen_piles: list[str] = []
    seen_stations: list[str] = []
    cursor = None
    for _ in range(3):
        page = _piles(staff, cursor=cursor, limit=1)
        seen_piles += [pile.pile_no for pile in page.piles]
        cursor = page.next_cursor
    assert (seen_piles, cursor) == (piles, None)
    for _ in range(3):
        stations_page = list_stations_for_staff(
            staff=staff, text=None, cursor=cursor, limit=1, now=TEN_O_CLOCK
        )
        seen_stations += [row.station_no for row in stations_page.stations]
        cursor = stations_page.next_cursor
    assert (seen_stations, cursor) == (stations, None)


@pytest.mark.parametrize("cursor", ["", "n.", "n.nothing", "x.1", "p.%", "1"])
def test_a_cursor_that_names_no_row_is_refused(cursor: str) -> None:
    staff, station = _station()
    _orders(station, 1)
    with pytest.raises(InvalidCursor):
        _list(staff, cursor=cursor)


def test_orders_are_found_by_number_state_station_and_local_day() -> None:
    staff, station = _station()
    orders = _orders(station, 4)
    other = a_station(now=TEN_O_CLOCK, operator=Operator.get_by_id(station.operator_id))
    elsewhere = an_ended_charge(pile=a_pile(station=other, now=TEN_O_CLOCK), ended_at=TEN_O_CLOCK)
    # 15:59 and 16:00 UTC are the last minute and the first of a day in Shanghai
    edge = TEN_O_CLOCK.replace(hour=16)
    Order.update(ended_at=edge - timedelta(minutes=1)).where(Order.id == orders[0].id).execute()
    Order.update(ended_at=edge).where(Order.id == orders[1].id).execute()
    day, next_day = TEN_O_CLOCK.date(), TEN_O_CLOCK.date() + timedelta(days=1)

    def found(**wanted: Any) -> set[str]:
        page = _list(staff, OrderFilter(**wanted), limit=50)
        assert page.total.count == len(page.orders)
        return set(_nos(page.orders))

    nos = _nos(orders)
    for part in (nos[2], nos[2].lower(), nos[2][-6:], f" {nos[2][-6:].lower()} "):
        assert found(order_no=part) == {nos[2]}
    assert found(order_no="O20") == {*nos, elsewhere.order_no}
    assert found(order_no=nos[2][-6:], station_no=other.station_no) == set()
    assert found(station_no=other.station_no) == {elsewhere.order_no}
    assert found(state=OrderState.SETTLED) == {*nos, elsewhere.order_no}
    assert found(state=OrderState.PROVISIONAL) == set()
    assert found(from_date=next_day) == {nos[1]}
    assert found(to_date=day) == {nos[0], nos[2], nos[3], elsewhere.order_no}
    assert found(from_date=day, to_date=day) == found(to_date=day)


def test_beyond_the_cap_only_an_unfiltered_total_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    staff, station = _station()
    _orders(station, 4)
    monkeypatch.setattr(staff_page, "COUNT_CAP", 2)
    assert (_list(staff).total.count, _list(staff).total.is_capped) == (4, False)
    filtered = _list(staff, OrderFilter(station_no=station.station_no)).total
    assert (filtered.count, filtered.is_capped) == (2, True)
    assert sum(row.orders for row in ConnectorDay.select()) == 4


def _piles(staff: Actor, *, now: datetime = TEN_O_CLOCK, limit: int = 20, **wanted: Any) -> Any:
    given: dict[str, Any] = {"station_no": None, "text": None, "group": None, "cursor": None, **wanted}
    return list_piles_for_staff(staff=staff, limit=limit, now=now, **given)


def test_piles_are_found_by_state_and_a_silent_pile_is_offline_only() -> None:
    staff, station = _station()
    free = a_pile(station=station, now=TEN_O_CLOCK, status=ConnectorStatus.IDLE)
    faulted = a_pile(station=station, now=TEN_O_CLOCK, status=ConnectorStatus.FAULTED)
    silent = a_pile(station=station, now=TEN_O_CLOCK - timedelta(seconds=91), status=ConnectorStatus.IDLE)
    unplugged = a_pile(station=station, now=TEN_O_CLOCK, status=ConnectorStatus.IDLE, is_online=False)
    new = a_pile(station=station, now=TEN_O_CLOCK, status=ConnectorStatus.OFFLINE, is_online=False)
    PileState.update(last_seen_at=None).where(PileState.pile_id == new.id).execute()

    def found(group: DeskGroup) -> list[str]:
        return [pile.pile_no for pile in _piles(staff, group=group).piles]

    assert found(DeskGroup.FREE) == [free.pile_no]
    assert found(DeskGroup.FAULTED) == [faulted.pile_no]
    assert found(DeskGroup.OFFLINE) == [silent.pile_no, unplugged.pile_no]
    assert found(DeskGroup.CHARGING) == []
    assert found(DeskGroup.NEVER_ON_LINE) == [new.pile_no]


def test_dates_the_wrong_way_round_are_refused_in_a_sentence() -> None:
    staff, _ = _station()
    day = TEN_O_CLOCK.date()
    with pytest.raises(InvalidInput) as refused:
        _list(staff, OrderFilter(from_date=day, to_date=day - timedelta(days=1)))
    assert message_of(refused.value) == "开始日期晚于结束日期，请修改后再试。"
    assert _list(staff, OrderFilter(from_date=day, to_date=day)).orders == ()


def test_a_part_of_a_number_is_looked_for_in_the_newest_orders_and_the_page_says_in_how_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    staff, station = _station()
    oldest, *newer = _nos(_orders(station, 3))
    monkeypatch.setattr(lists, "MOST_SEARCHED", 2)
    page = _list(staff, OrderFilter(order_no=oldest[-6:]))
    assert (page.orders, page.searched) == ((), 2)
    assert _nos(_list(staff, OrderFilter(order_no=oldest)).orders) == [oldest]
    narrowed = _list(staff, OrderFilter(order_no=newer[0][-6:], from_date=TEN_O_CLOCK.date()))
    assert (_nos(narrowed.orders), narrowed.searched) == ([newer[0]], 2)
    monkeypatch.setattr(lists, "MOST_SEARCHED", 3)
    assert _list(staff, OrderFilter(order_no=oldest[-6:])).searched is None


def test_orders_are_summed_over_the_whole_filter_whatever_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    staff, station = _station()
    orders = _orders(station, 4)
    for wanted in (ANY, OrderFilter(station_no=station.station_no)):
        sums = _list(staff, wanted, limit=1).sums
        assert sums is not None
        assert sums.energy_wh == sum(order.energy_wh for order in orders)
        assert sums.total_fen == sum(order.total_fen for order in orders)
        assert sums.total_fen == sums.electricity_fen + sums.service_fen
    assert _list(staff, OrderFilter(state=OrderState.CORRECTED)).sums is None
    monkeypatch.setattr(lists, "MOST_SUMMED", 3)
    assert _list(staff).sums is None


def test_piles_are_found_by_any_part_of_a_number_of_theirs_or_of_the_name() -> None:
    staff, station = _station()
    first, second = (a_pile(station=station, now=TEN_O_CLOCK) for _ in range(2))
    Pile.update(name="东区100%快充").where(Pile.id == second.id).execute()
    gun_no = connectors_of(second)[1].connector_no
    assert [pile.pile_no for pile in _piles(staff, text=first.pile_no).piles] == [first.pile_no]
    for part in (gun_no, gun_no.lower(), gun_no[-5:], second.pile_no[-3:]):
        assert [pile.pile_no for pile in _piles(staff, text=part).piles] == [second.pile_no], part
    assert [pile.pile_no for pile in _piles(staff, text="100%快").piles] == [second.pile_no]
    assert _piles(staff, text="%").total.count == 1
    assert _piles(staff, text="_").total.count == 0


def test_retired_piles_are_in_no_list() -> None:
    staff, station = _station()
    pile = a_pile(station=station, now=TEN_O_CLOCK)
    Pile.update(is_retired=True).where(Pile.id == pile.id).execute()
    assert _piles(staff).piles == ()


def test_stations_are_counted_priced_and_found_by_name() -> None:
    staff, station = _station()
    a_pile(station=station, now=TEN_O_CLOCK, status=ConnectorStatus.IDLE)
    a_pile(station=station, now=TEN_O_CLOCK, is_online=False)
    new = a_pile(station=station, now=TEN_O_CLOCK, is_online=False, guns=1)
    PileState.update(last_seen_at=None).where(PileState.pile_id == new.id).execute()
    pile = a_pile(station=station, now=TEN_O_CLOCK)
    a_running_charge(pile=pile, now=TEN_O_CLOCK)
    page = list_stations_for_staff(staff=staff, text="充电站", cursor=None, limit=5, now=TEN_O_CLOCK)
    (row,) = page.stations
    assert (row.piles_total, row.piles_online, row.online_percent, row.connectors_total) == (4, 2, 50, 7)
    assert (row.connectors.free, row.connectors.offline, row.connectors.plugged) == (2, 2, 2)
    assert row.connectors.never_on_line == 1
    assert row.price is not None
    assert (row.price.electricity_e5, row.price.service_e5, row.price.total_e5) == (86_000, 24_000, 110_000)
    nothing = list_stations_for_staff(staff=staff, text="没有", cursor=None, limit=5, now=TEN_O_CLOCK)
    assert (nothing.stations, nothing.total.count) == ((), 0)


def test_sessions_of_one_state_page_by_when_they_were_asked_for() -> None:
    staff, station = _station()
    ended = [Session.get_by_id(order.session_id).session_no for order in _orders(station, 5)]
    pages: list[str] = []
    cursor = None
    for _ in range(3):
        page = list_sessions_for_staff(
            staff=staff,
            wanted=SessionFilter(state=SessionState.SETTLED),
            cursor=cursor,
            limit=2,
            now=TEN_O_CLOCK,
        )
        pages += [row.session_no for row in page.sessions]
        cursor = page.next_cursor
    assert (pages, cursor) == (ended[::-1], None)


def test_sessions_are_the_live_ones_those_in_a_state_or_the_one_with_a_number() -> None:
    staff, station = _station()
    pile = a_pile(station=station, now=TEN_O_CLOCK)
    order = an_ended_charge(pile=pile, ended_at=TEN_O_CLOCK)
    running = a_running_charge(pile=pile, now=TEN_O_CLOCK, gun=2, energy_wh=2_500)

    def found(state: SessionState | None, station_no: str | None = None) -> Any:
        return list_sessions_for_staff(
            staff=staff,
            wanted=SessionFilter(state=state, station_no=station_no),
            cursor=None,
            limit=5,
            now=TEN_O_CLOCK,
        )

    (row,) = found(None).sessions
    assert (row.session_no, row.state, row.allowed_actions) == (
        running.session_no,
        SessionState.CHARGING,
        ("stop",),
    )
    # 2.5 kWh × 1.10 yuan
    assert (row.energy_wh, row.total_fen, row.power_w, row.order_no) == (2_500, 275, 60_000, None)
    (settled,) = found(SessionState.SETTLED).sessions
    assert (settled.order_no, settled.total_fen, settled.allowed_actions) == (
        order.order_no,
        order.total_fen,
        ("decide",),
    )
    assert found(SessionState.REVIEW).sessions == ()
    assert found(None, station.station_no).total.count == 1
    assert found(None, "elsewhere").total.count == 0
    everything = partial(list_sessions_for_staff, staff=staff, now=TEN_O_CLOCK)
    newest_first = [running.session_no, settled.session_no]
    for station_no in (None, station.station_no):
        wanted = SessionFilter(is_all=True, station_no=station_no)
        first = everything(wanted=wanted, cursor=None, limit=1)
        second = everything(wanted=wanted, cursor=first.next_cursor, limit=1)
        assert [row.session_no for row in (*first.sessions, *second.sessions)] == newest_first
        assert (first.total.count, second.next_cursor) == (2, None)
    of_other, _ = _station()
    numbers = {row.session_no: row.session_no.lower(), settled.session_no: f" {order.order_no} "}
    for session_no, number in numbers.items():
        page = everything(wanted=SessionFilter(number=number), cursor=None, limit=5)
        assert ([one.session_no for one in page.sessions], page.total.count) == ([session_no], 1)
        hidden = everything(staff=of_other, wanted=SessionFilter(number=number), cursor=None, limit=5)
        assert (hidden.sessions, hidden.total.count) == ((), 0)


def test_an_idle_fee_of_a_session_is_not_taken_for_its_charge() -> None:
    staff, station = _station()
    order = an_ended_charge(pile=a_pile(station=station, now=TEN_O_CLOCK), ended_at=TEN_O_CLOCK)
    idle = {**order.__data__, "order_no": "O-idle", "kind": OrderKind.IDLE, "energy_wh": 0, "total_fen": 90}
    idle.pop("id")
    Order.insert(idle).execute()
    page = list_sessions_for_staff(
        staff=staff,
        wanted=SessionFilter(state=SessionState.SETTLED),
        cursor=None,
        limit=5,
        now=TEN_O_CLOCK,
    )
    assert [(row.order_no, row.total_fen) for row in page.sessions] == [(order.order_no, order.total_fen)]


# plans are read as SQLite tells them; how much MariaDB reads: test_list_plans.py
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
BIG_TABLES = ("charge_order", "session", "connector_day", "ledger_posting", "command")


def _plans(caplog: pytest.LogCaptureFixture, word: str = "") -> list[str]:
    """How SQLite runs each query that was just made, reads a big table and has this word."""
    plans = []
    for record in caplog.records:
        if record.name == "peewee" and isinstance(record.msg, tuple):
            sql, parameters = record.msg
            if word in sql and any(f'FROM "{table}"' in sql for table in BIG_TABLES):
                rows = bound.execute_sql(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
                plans.append("\n".join(str(row[3]) for row in rows))
    return plans


# which index leads to the rows
LEADS = {
    ("operator", "nothing"): "order_operator_id_ended_at_id_state",
    ("operator", "station_no"): "order_station_id_ended_at_id_state",
    ("operator", "order_no"): "order_order_no",
    ("operator", "day"): "order_operator_id_ended_at_id_state",
    ("platform", "nothing"): "order_ended_at",
    ("platform", "station_no"): "order_station_id_ended_at_id_state",
    ("platform", "order_no"): "order_order_no",
    ("platform", "day"): "order_ended_at",
}


@ON_SQLITE
@pytest.mark.parametrize(("whose", "filtered_by"), LEADS)
def test_lists_of_orders_follow_an_index_and_stop_at_the_page(
    whose: str, filtered_by: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, station = _station()
    order_no = _orders(station, 1)[0].order_no
    staff = staff_of(Operator.get_by_id(station.operator_id), is_platform=whose == "platform")
    wanted = {
        "nothing": ANY,
        "station_no": OrderFilter(station_no=station.station_no),
        "order_no": OrderFilter(order_no=order_no),
        "day": OrderFilter(from_date=TEN_O_CLOCK.date(), to_date=TEN_O_CLOCK.date()),
    }[filtered_by]
    with caplog.at_level(logging.DEBUG, logger="peewee"):
        _list(staff, wanted)
        _list(staff, wanted, cursor=f"n.{order_no}")
    plans = _plans(caplog, "ORDER BY")
    assert len(plans) == 2
    for plan in plans:
        assert f"{LEADS[whose, filtered_by]} (" in f"{plan} ("
        # rows found by an index need no sorting, but for the only one of a number
        assert filtered_by == "order_no" or "USE TEMP B-TREE" not in plan


@ON_SQLITE
@pytest.mark.parametrize("state", [None, SessionState.REVIEW])
@pytest.mark.parametrize("whose", ["operator", "platform"])
def test_lists_of_sessions_follow_an_index(
    state: SessionState | None, whose: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, station = _station()
    running = a_running_charge(pile=a_pile(station=station, now=TEN_O_CLOCK), now=TEN_O_CLOCK)
    if state is not None:
        Session.update(state=state).where(Session.id == running.id).execute()
    staff = staff_of(Operator.get_by_id(station.operator_id), is_platform=whose == "platform")
    with caplog.at_level(logging.DEBUG, logger="peewee"):
        list_sessions_for_staff(
            staff=staff, wanted=SessionFilter(state=state), cursor=None, limit=5, now=TEN_O_CLOCK
        )
    plans = _plans(caplog)
    assert plans
    for plan in plans:
        assert "SCAN t1\n" not in f"{plan}\n", plan
