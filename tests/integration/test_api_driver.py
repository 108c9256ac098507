"""The driver API over HTTP on both databases: what a driver can do, and what nobody else can."""

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from backend import gateways
from backend.api.app import URL_TABLE
from backend.api.http.route import Route, Scope
from backend.domain.connector import ConnectorStatus
from backend.domain.driver import DriverState
from backend.gateways.clock import utc_now
from backend.models import Connector, Driver
from tests.api_server import ApiClient, running_api
from tests.builders import a_driver, a_pile, a_station, a_token, connectors_of

DRIVER = "/api/v1/driver"
DRIVER_ROUTES = [route for route in URL_TABLE if route.scope is Scope.DRIVER]

LARGEST_PAGE = 60 * 1024
"""On a phone in a garage, with all it needs."""


@pytest.fixture
def api(database: str) -> Iterator[ApiClient]:
    # the page behind a sticker asks which channels take money
    gateways.configure(channels={}, log_ins={})
    with running_api() as client:
        yield client


@pytest.fixture
def driver(api: ApiClient) -> Driver:
    return a_driver(now=utc_now(), balance_fen=5_000)


@pytest.fixture
def me(api: ApiClient, driver: Driver) -> ApiClient:
    return api.as_owner_of(a_token(owner=driver, now=utc_now()))


@pytest.fixture
def connector(api: ApiClient) -> Connector:
    return connectors_of(a_pile(station=a_station(now=utc_now()), now=utc_now()))[0]


def _start(client: ApiClient, connector: Connector, key: str = "k1", **body: object) -> Any:
    return client.post(
        f"{DRIVER}/sessions",
        json={"connector_no": connector.connector_no, **body},
        headers={"Idempotency-Key": key},
    )


def _address(route: Route) -> str:
    return re.sub(r"\{\w+\}", "S20261123000000ABCDEFGHJK", route.path)


def test_a_driver_sees_who_he_is_and_what_he_has(me: ApiClient, driver: Driver) -> None:
    mine = me.get(f"{DRIVER}/me").json()
    assert (mine["driver_no"], mine["available_fen"], mine["live_session_no"]) == (
        driver.driver_no,
        5_000,
        None,
    )
    assert me.get(f"{DRIVER}/wallet").json()["available_fen"] == 5_000
    (movement,) = me.get(f"{DRIVER}/wallet/postings").json()["movements"]
    assert movement["available_change_fen"] == 5_000
    assert me.get(f"{DRIVER}/orders").json() == {"orders": [], "months": [], "next_cursor": None}
    assert me.get(f"{DRIVER}/sessions/live").json() == {"session": None}


def test_stations_are_found_by_decimal_degrees(me: ApiClient) -> None:
    station = a_station(now=utc_now())
    a_pile(station=station, now=utc_now(), status=ConnectorStatus.IDLE)
    (card,) = me.get(f"{DRIVER}/stations/nearby?lat=31.2304160&lng=121.473701").json()["stations"]
    assert (card["station_no"], card["distance_m"], card["connectors_free"]) == (station.station_no, 0, 2)
    assert card["price"]["total_e5"] == card["price"]["electricity_e5"] + card["price"]["service_e5"]
    detail = me.get(f"{DRIVER}/stations/{station.station_no}").json()
    assert detail["service_phone"] == "4008001234"
    assert [row["state"]["group"] for row in detail["connectors"]] == ["free", "free"]
    assert me.get(f"{DRIVER}/stations/NOSUCH").json()["error"]["code"] == "station_not_found"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("lat=91&lng=0", "lat"),
        ("lat=0&lng=-180.1", "lng"),
        ("lat=1e2&lng=0", "lat"),
        ("lat=NaN&lng=0", "lat"),
        ("lng=0", "lat"),
        ("lat=0&lng=0&radius_m=999999", "radius_m"),
        ("lat=0&lng=0&limit=51", "limit"),
        ("lat=0&lng=0&sort=price", "sort"),
        ("lat=0'%20OR%201=1--&lng=0", "lat"),
    ],
)
def test_a_position_that_is_none_is_refused_with_its_field(me: ApiClient, query: str, field: str) -> None:
    answer = me.get(f"{DRIVER}/stations/nearby?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["data"]["field"] == field


def test_a_scan_shows_the_connector_and_in_words_why_it_cannot_start(me: ApiClient) -> None:
    pile = a_pile(station=a_station(now=utc_now()), now=utc_now(), guns=1, status=ConnectorStatus.IDLE)
    (connector,) = connectors_of(pile)
    link = f"{me.base_url}/p/{connector.qr_token}"
    found = me.post(f"{DRIVER}/connectors/resolve", json={"text": link}).json()
    assert found["connector_no"] == connector.connector_no
    assert found["is_startable"] is False
    assert found["obstacle"]["code"] == "connector_not_plugged"
    assert "插枪" in found["obstacle"]["message"]
    typed = {"text": f" {pile.pile_no}-01 "}
    assert (
        me.post(f"{DRIVER}/connectors/resolve", json=typed).json()["connector_no"] == connector.connector_no
    )
    for text, code in (("https://evil.example/p/AAAAAAAAAA", "bad_qr_link"), ("CP0", "connector_not_found")):
        refused = me.post(f"{DRIVER}/connectors/resolve", json={"text": text})
        assert refused.json()["error"]["code"] == code


def test_an_estimate_shows_hold_price_and_energy(me: ApiClient, connector: Connector) -> None:
    told = me.get(f"{DRIVER}/connectors/{connector.connector_no}/estimate?limit_fen=2000").json()
    assert told["hold_fen"] == 2_000
    assert told["energy_wh"] > 0
    assert told["total_fen"] <= 2_000


def test_an_estimate_below_the_least_balance_is_of_what_the_least_would_buy(
    api: ApiClient, connector: Connector
) -> None:
    poor = api.as_owner_of(a_token(owner=a_driver(now=utc_now(), balance_fen=200), now=utc_now()))
    told = poor.get(f"{DRIVER}/connectors/{connector.connector_no}/estimate").json()
    assert (told["hold_fen"], told["short_fen"], told["min_hold_fen"]) == (0, 300, 500)
    assert 0 < told["total_fen"] <= 500
    assert told["energy_wh"] > 0


def test_a_frozen_driver_learns_it_before_pressing_start(api: ApiClient, connector: Connector) -> None:
    driver = a_driver(now=utc_now(), balance_fen=5_000)
    own = api.as_owner_of(a_token(owner=driver, now=utc_now()))
    path = f"{DRIVER}/connectors/{connector.connector_no}/estimate"
    assert own.get(path).json()["obstacle"] is None
    Driver.update(state=DriverState.FROZEN).where(Driver.id == driver.id).execute()
    told = own.get(path).json()["obstacle"]
    assert (told["code"], "请联系客服" in told["message"]) == ("driver_frozen", True)


def test_a_charge_is_started_once_watched_and_stopped(me: ApiClient, connector: Connector) -> None:
    started = _start(me, connector, limit_fen=3_000)
    assert started.status_code == 201, started.text
    session_no = started.json()["session_no"]
    assert started.json()["hold_fen"] == 3_000
    assert _start(me, connector, limit_fen=3_000).json() == started.json()
    assert _start(me, connector, limit_fen=2_000).json()["error"]["code"] == "idempotency_key_reused"
    busy = _start(me, connector, key="k2").json()["error"]
    assert (busy["code"], busy["data"]) == ("driver_busy", {"session_no": session_no})
    assert me.get(f"{DRIVER}/sessions/live").json()["session"]["session_no"] == session_no
    assert me.get(f"{DRIVER}/me").json()["live_session_no"] == session_no
    wallet = me.get(f"{DRIVER}/wallet").json()
    assert (wallet["available_fen"], wallet["held_fen"]) == (2_000, 3_000)
    stopped = me.post(f"{DRIVER}/sessions/{session_no}/stop")
    assert stopped.status_code == 200, stopped.text
    assert stopped.json()["state"] == "stopping"
    assert me.post(f"{DRIVER}/sessions/{session_no}/stop").status_code == 200


def test_another_drivers_session_does_not_exist_for_anybody_else(
    api: ApiClient, me: ApiClient, connector: Connector
) -> None:
    session_no = _start(me, connector).json()["session_no"]
    other = api.as_owner_of(a_token(owner=a_driver(now=utc_now()), now=utc_now()))
    for answer in (
        other.get(f"{DRIVER}/sessions/{session_no}"),
        other.post(f"{DRIVER}/sessions/{session_no}/stop"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "session_not_found")
    assert other.get(f"{DRIVER}/sessions/live").json() == {"session": None}
    assert me.get(f"{DRIVER}/sessions/{session_no}").json()["state"] == "starting"


@pytest.mark.parametrize(
    ("path", "code"),
    [("sessions", "session_not_found"), ("orders", "order_not_found"), ("payments", "payment_not_found")],
)
def test_a_number_nobody_has_is_a_404(me: ApiClient, path: str, code: str) -> None:
    answer = me.get(f"{DRIVER}/{path}/X20261123000000ABCDEFGHJK")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)


def test_too_little_money_is_told_to_the_fen(api: ApiClient, connector: Connector) -> None:
    poor = api.as_owner_of(a_token(owner=a_driver(now=utc_now(), balance_fen=180), now=utc_now()))
    refused = _start(poor, connector)
    assert refused.status_code == 409
    assert refused.json()["error"]["message"] == "余额不足：还需 ¥3.20 才能启动，请先充值。"


def test_a_price_sent_along_is_refused_not_believed(me: ApiClient, connector: Connector) -> None:
    for field in ("price_e5", "hold_fen", "driver_no", "tariff_version_id"):
        body = {"connector_no": connector.connector_no, field: 1}
        refused = me.post(f"{DRIVER}/sessions", json=body, headers={"Idempotency-Key": "k"})
        assert (refused.status_code, refused.json()["error"]["data"]["field"]) == (400, field)


def test_starts_are_limited_per_driver_and_nobody_else_notices(
    api: ApiClient, me: ApiClient, connector: Connector
) -> None:
    statuses = [_start(me, connector, key="same").status_code for _ in range(11)]
    assert statuses == [201] * 10 + [429]
    other = api.as_owner_of(a_token(owner=a_driver(now=utc_now()), now=utc_now()))
    assert _start(other, connector).status_code == 409


def test_a_login_that_ended_is_worth_nothing(me: ApiClient) -> None:
    assert me.get(f"{DRIVER}/me").status_code == 200
    assert me.post(f"{DRIVER}/logout").status_code == 204
    assert me.get(f"{DRIVER}/me").status_code == 401


def test_a_cursor_of_another_list_is_refused(me: ApiClient) -> None:
    assert me.get(f"{DRIVER}/orders?cursor=abc").json()["error"]["code"] == "invalid_cursor"
    assert me.get(f"{DRIVER}/wallet/postings?cursor=abc").json()["error"]["code"] == "invalid_cursor"


def test_hostile_texts_in_every_path_end_in_a_plain_refusal(me: ApiClient) -> None:
    hostile = ["%27%20OR%201=1--", "%00", "..%2f..%2fetc", "%F0%9F%94%8C", "a" * 64, "%3Cscript%3E"]
    for route in DRIVER_ROUTES:
        if route.parameters and route.method == "GET":
            for text in hostile:
                answer = me.get(re.sub(r"\{\w+\}", text, route.path))
                assert answer.status_code in {400, 404}, (route.path, text, answer.text)


def test_the_qr_link_is_a_page_in_any_browser(api: ApiClient, connector: Connector) -> None:
    page = api.get(f"/p/{connector.qr_token}")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    for text in ("打开微信“扫一扫”", "<svg", connector.connector_no, "¥", "电费", "服务费"):
        assert text in page.text
    assert len(page.content) < LARGEST_PAGE
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'; connect-src 'self'" in policy
    in_wechat = api.get(f"/p/{connector.qr_token}", headers={"User-Agent": "MicroMessenger/8.0.49"})
    assert "在微信里请用小程序充电" in in_wechat.text
    assert "<script" not in in_wechat.text


def test_a_browser_that_comes_back_from_a_cashier_is_sent_to_the_phone(api: ApiClient) -> None:
    page = api.get("/pay/done?out_trade_no=P1&total_amount=99.00&sign=forged")
    assert (page.status_code, "请回到微信小程序" in page.text) == (200, True)
    assert "99.00" not in page.text


def test_an_unknown_qr_link_is_a_friendly_page(api: ApiClient) -> None:
    page = api.get("/p/ZZZZZZZZZZ")
    assert page.status_code == 404
    assert "重新扫描" in page.text


def test_probes_contract_and_documentation_are_served(api: ApiClient) -> None:
    assert api.get("/healthz").json() == {"status": "ok"}
    ready = api.get("/readyz")
    assert (ready.status_code, ready.json()["database"], ready.json()["redis"]) == (200, True, False)
    assert api.get("/openapi.json").json()["openapi"] == "3.1.0"
    assert api.get("/asyncapi.yaml").text.startswith("asyncapi: 3.0.0")
    assert "欣象充电桩管理系统" in api.get("/docs").text
    assert 'api_requests_total{method="GET",route="/readyz",status="200"}' in api.get("/metrics").text
