"""Nobody at the desk sees past their own operator and stations in lists and sums.

Who may call what, and who finds nothing by number: tests/security/test_ownership.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from backend.api.admin import ROUTES
from backend.api.http.route import Reply, Route
from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from backend.models import Operator, Pile, Staff, StaffStation, Station
from backend.services.facts.recount_facts import recount_facts
from tests.api_server import ApiClient, running_api
from tests.builders import a_pile, a_staff, a_station, a_token, an_operator
from tests.desk import a_running_charge, an_ended_charge

# A file is no list, and what is in it is tested where it is made.
GUARDED = [
    route for route in ROUTES if isinstance(route.scope, Permission) and route.response_type is not Reply
]
NAMED = {"station_no", "pile_no", "session_no", "order_no"}
DETAILS = [
    route
    for route in GUARDED
    if route.method == "GET"
    and route.parameters
    and NAMED.issuperset(route.parameters)
    and not route.path.endswith("/evidence")
]
# What only the platform's staff may read: it belongs to no operator.
OF_THE_PLATFORM = {"/api/v1/admin/policy", "/api/v1/admin/audit-chain"}
LISTS = [
    route
    for route in GUARDED
    if route.method == "GET"
    and not route.parameters
    and route.tag != "admin_dashboard"
    and route.path not in OF_THE_PLATFORM
]


@dataclass(frozen=True)
class World:
    """Everything there is belongs to `operator` and happened at `station`; `numbers` name one of each."""

    api: ApiClient
    operator: Operator
    station: Station
    numbers: dict[str, str]

    def as_staff(self, staff: Staff) -> ApiClient:
        return self.api.as_owner_of(a_token(owner=staff, now=utc_now()))

    def insider(self, *, permissions: tuple[Permission, ...] = tuple(Permission)) -> ApiClient:
        return self.as_staff(a_staff(operator=self.operator, now=utc_now(), permissions=permissions))

    def address(self, route: Route) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self.numbers[found[1]], route.path)

    def call(self, client: ApiClient, route: Route) -> Any:
        params = _days() if route.tag == "admin_analysis" else None
        return client.request(route.method, self.address(route), params=params)


def _days() -> dict[str, str]:
    """Yesterday to tomorrow, wherever the clock is."""
    today = utc_now().date()
    return {"from_date": str(today - timedelta(days=1)), "to_date": str(today + timedelta(days=1))}


@pytest.fixture
def world(database: str) -> Iterator[World]:
    now = utc_now()
    operator = an_operator(now=now)
    station = a_station(now=now, operator=operator)
    pile = a_pile(station=station, now=now)
    order = an_ended_charge(pile=pile, ended_at=now)
    session = a_running_charge(pile=pile, now=now, gun=2, energy_wh=5_000)
    from_date, to_date = map(date.fromisoformat, _days().values())
    recount_facts(station_id=station.id, from_date=from_date, to_date=to_date)
    numbers = {
        "station_no": station.station_no,
        "pile_no": pile.pile_no,
        "session_no": session.session_no,
        "order_no": order.order_no,
    }
    with running_api() as api:
        yield World(api, operator, station, numbers)


def _other_operator(world: World) -> Staff:
    now = utc_now()
    other = an_operator(now=now)
    a_pile(station=a_station(now=now, operator=other), now=now)
    return a_staff(operator=other, now=now)


def _other_stations(world: World) -> Staff:
    staff = _no_stations(world)
    elsewhere = a_station(now=utc_now(), operator=world.operator)
    StaffStation.insert(staff_id=staff.id, station_id=elsewhere.id).execute()
    return staff


def _no_stations(world: World) -> Staff:
    return a_staff(operator=world.operator, now=utc_now(), sees_all_stations=False)


def _stations_of_another_operator(world: World) -> Staff:
    """Set by mistake: the operator still holds."""
    staff = a_staff(operator=an_operator(now=utc_now()), now=utc_now(), sees_all_stations=False)
    StaffStation.insert(staff_id=staff.id, station_id=world.station.id).execute()
    return staff


OUTSIDERS = (_other_operator, _other_stations, _no_stations, _stations_of_another_operator)


def _numbers_in(answer: object) -> set[str]:
    """Every text anywhere in an answer."""
    if isinstance(answer, dict):
        return set().union(*(_numbers_in(value) for value in answer.values()))
    if isinstance(answer, list):
        return set().union(*(_numbers_in(value) for value in answer))
    return {answer} if isinstance(answer, str) else set()


def test_an_insider_sees_everything_that_outsiders_will_look_for(world: World) -> None:
    seen: set[str] = set()
    client = world.insider()
    for route in (*LISTS, *DETAILS):
        answer = world.call(client, route)
        assert answer.status_code == 200, (route.name, answer.text)
        seen |= _numbers_in(answer.json())
    assert seen >= set(world.numbers.values())
    assert _charges(client) == 1


def test_platform_staff_see_every_operator(world: World) -> None:
    platform = an_operator(now=utc_now(), is_platform=True)
    client = world.as_staff(a_staff(operator=platform, now=utc_now()))
    of_the_platform = [route for route in GUARDED if route.method == "GET" and route.path in OF_THE_PLATFORM]
    for route in (*LISTS, *DETAILS, *of_the_platform):
        assert world.call(client, route).status_code == 200, route.name


@pytest.mark.parametrize("make_outsider", OUTSIDERS)
def test_an_outsider_finds_nothing_in_lists_and_sums(world: World, make_outsider: Any) -> None:
    client = world.as_staff(make_outsider(world))
    for route in LISTS:
        answer = world.call(client, route)
        assert answer.status_code == 200, route.name
        assert not _numbers_in(answer.json()) & set(world.numbers.values()), route.name
    dashboard = client.get("/api/v1/admin/dashboard").json()
    assert dashboard["today"]["charges"] == dashboard["total"]["charges"] == dashboard["power_w"] == 0
    assert dashboard["connectors"]["charging"] == 0
    assert _charges(client) == 0


def _charges(client: ApiClient) -> Any:
    trend = client.get("/api/v1/admin/analysis/trend", params=_days())
    return trend.json()["total"]["charges"]


@pytest.mark.parametrize("make_outsider", OUTSIDERS)
def test_an_outsider_cannot_start_a_page_from_a_row_he_may_not_see(world: World, make_outsider: Any) -> None:
    client = world.as_staff(make_outsider(world))
    for noun, number in (("station", "station_no"), ("pile", "pile_no"), ("order", "order_no")):
        answer = client.get(f"/api/v1/admin/{noun}s?cursor=n.{world.numbers[number]}")
        assert answer.json()["error"]["code"] == "invalid_cursor"


def test_staff_of_one_station_see_it_and_not_its_neighbour(world: World) -> None:
    neighbour = a_station(now=utc_now(), operator=world.operator)
    hidden = a_pile(station=neighbour, now=utc_now())
    staff = _no_stations(world)
    StaffStation.insert(staff_id=staff.id, station_id=world.station.id).execute()
    client = world.as_staff(staff)
    piles = client.get("/api/v1/admin/piles").json()
    assert [pile["pile_no"] for pile in piles["piles"]] == [world.numbers["pile_no"]]
    assert piles["total"] == {"count": 1, "is_capped": False}
    assert client.get(f"/api/v1/admin/piles/{hidden.pile_no}").status_code == 404
    assert Pile.select().count() == 2
