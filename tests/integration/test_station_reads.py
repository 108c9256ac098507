"""What drivers see of stations and connectors, on both databases, without Redis and with a live view."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from backend import live
from backend.domain.connector import ConnectorGroup, ConnectorStatus
from backend.domain.errors import BadQrLink, ConnectorNotFound, DomainError, StationHidden
from backend.domain.pile import PileKind
from backend.domain.tariff import RateBand
from backend.live import live_status, nearby
from backend.live.live_status import LiveConnector, LivePile
from backend.live.nearby import Search
from backend.models import ConnectorState, LiveSession, Pile, PileState, Station
from backend.services.views.driver.get_station import get_station
from backend.services.views.driver.list_nearby_stations import list_nearby_many, list_nearby_stations
from backend.services.views.driver.resolve_connector import (
    ConnectorKey,
    ResolvedConnector,
    read_scanned_text,
    resolve_connectors,
)
from backend.services.views.driver.station_cards import KEPT_FOR, CardBook
from tests.builders import TEN_O_CLOCK, a_pile, a_station, a_tariff, an_operator, connectors_of
from tests.real_parts import Redis

PUBLIC_URL = "https://charge.example.cn"
# one hundredth of a degree of latitude is about 1112 m
STEP_E6 = 10_000

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(params=["no_redis", "redis"])
def _redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """The read in both worlds; positions are put into Redis by the tests."""
    if request.param == "redis":
        server: Redis = request.getfixturevalue("redis_server")
        live.connect(server.url)
        from backend.live import connection

        connection.call(lambda client: client.flushall(), otherwise=None)
    yield
    live.close()


def _near(limit: int = 10, radius_m: int = 5_000, now: datetime = TEN_O_CLOCK) -> list[str]:
    found = list_nearby_stations(Search(31_230_416, 121_473_701, radius_m, limit), now=now)
    return [card.station_no for card in found.stations]


def _put_positions() -> None:
    nearby.rebuild([(row.station_no, row.lat_e6, row.lng_e6) for row in Station.select()])


def _resolve(key: ConnectorKey, now: datetime = TEN_O_CLOCK) -> ResolvedConnector:
    found = resolve_connectors([key], now=now)[key]
    if isinstance(found, DomainError):
        raise found
    return found


@pytest.mark.usefixtures("_redis")
def test_stations_come_nearest_first_and_only_within_the_radius() -> None:
    stations = [a_station(now=TEN_O_CLOCK, lat_e6=31_230_416 + step * STEP_E6) for step in (3, 1, 2, 9)]
    _put_positions()
    assert _near() == [stations[index].station_no for index in (1, 2, 0)]
    assert _near(limit=2) == [stations[index].station_no for index in (1, 2)]
    assert _near(radius_m=1_200) == [stations[1].station_no]


@pytest.mark.usefixtures("_redis")
def test_hidden_stations_are_found_by_nobody_and_say_so_to_who_has_an_old_link() -> None:
    hidden = a_station(now=TEN_O_CLOCK, is_visible=False)
    _put_positions()
    assert _near() == []
    with pytest.raises(StationHidden):
        get_station(station_no=hidden.station_no, now=TEN_O_CLOCK)


@pytest.mark.usefixtures("_redis")
def test_many_searches_at_once_each_get_their_own_nearest_stations_and_distances() -> None:
    stations = [a_station(now=TEN_O_CLOCK, lat_e6=31_230_416 + step * STEP_E6) for step in range(4)]
    _put_positions()
    searches = [
        Search(station.lat_e6, station.lng_e6, radius_m, limit)
        for station in (stations[0], stations[3])
        for radius_m, limit in ((1_200, 5), (50_000, 1), (50_000, 5))
    ]
    together = list_nearby_many(searches, book=CardBook(), now=TEN_O_CLOCK)
    assert together == {search: list_nearby_stations(search, now=TEN_O_CLOCK) for search in searches}
    assert [card.distance_m for card in together[searches[2]].stations] == [0, 1_112, 2_224, 3_336]


def test_a_kept_card_is_read_anew_before_it_is_older_than_a_second() -> None:
    station = a_station(now=TEN_O_CLOCK)
    a_pile(station=station, now=TEN_O_CLOCK, guns=1, status=ConnectorStatus.IDLE)
    book = CardBook()

    def free(now: datetime) -> int:
        return book.get_many([station.station_no], now=now)[station.station_no].connectors_free

    assert free(TEN_O_CLOCK) == 1
    ConnectorState.update(status=ConnectorStatus.CHARGING).execute()
    assert free(TEN_O_CLOCK + KEPT_FOR - timedelta(milliseconds=1)) == 1
    assert free(TEN_O_CLOCK + KEPT_FOR) == 0
    Station.update(is_visible=False).execute()
    assert book.get_many([station.station_no], now=TEN_O_CLOCK + 2 * KEPT_FOR) == {}


def test_a_card_counts_free_connectors_by_kind_and_shows_the_cheapest_price() -> None:
    operator = an_operator(now=TEN_O_CLOCK)
    station = a_station(now=TEN_O_CLOCK, operator=operator)
    cheap = a_tariff(operator=operator, now=TEN_O_CLOCK, periods=((0, 48, RateBand.FLAT, 50_000, 20_000),))
    a_pile(station=station, now=TEN_O_CLOCK, status=ConnectorStatus.IDLE)
    a_pile(station=station, now=TEN_O_CLOCK, kind=PileKind.AC, guns=1, tariff=cheap, rated_w=7_000)
    a_pile(station=station, now=TEN_O_CLOCK, is_online=False, status=ConnectorStatus.IDLE)
    (card,) = list_nearby_stations(Search(station.lat_e6, station.lng_e6, 1_000, 5), now=TEN_O_CLOCK).stations
    assert [(kind.kind, kind.free, kind.total) for kind in card.kinds] == [
        (PileKind.DC, 2, 4),
        (PileKind.AC, 0, 1),
    ]
    assert (card.connectors_free, card.connectors_total, card.distance_m) == (2, 5, 0)
    assert card.price is not None
    assert (card.price.electricity_e5, card.price.service_e5, card.price.total_e5) == (50_000, 20_000, 70_000)
    assert card.has_other_prices
    assert card.next_price is None
    assert not card.is_stale


def test_a_station_shows_every_connector_and_the_whole_days_prices() -> None:
    station = a_station(now=TEN_O_CLOCK)
    pile = a_pile(station=station, now=TEN_O_CLOCK)
    detail = get_station(station_no=station.station_no, now=TEN_O_CLOCK)
    assert [connector.connector_no for connector in detail.connectors] == [
        row.connector_no for row in connectors_of(pile)
    ]
    assert {connector.state.group for connector in detail.connectors} == {ConnectorGroup.PLUGGED}
    (strip,) = detail.price_strips
    assert [(period.start_slot, period.end_slot, period.total_e5) for period in strip.periods] == [
        (0, 14, 54_000),
        (14, 48, 110_000),
    ]
    assert strip.kinds == (PileKind.DC,)
    assert detail.station.price is not None
    # 10:00 in Beijing; the valley begins at midnight there
    assert detail.station.price.until == datetime.fromisoformat("2026-11-23T16:00:00+00:00")
    assert detail.station.next_price is not None
    assert detail.station.next_price.total_e5 == 54_000


def test_a_silent_pile_is_offline_and_its_last_status_is_not_shown() -> None:
    station = a_station(now=TEN_O_CLOCK)
    a_pile(station=station, now=TEN_O_CLOCK, guns=1, status=ConnectorStatus.IDLE)
    for age_s, group in ((90, ConnectorGroup.FREE), (91, ConnectorGroup.OFFLINE)):
        now = TEN_O_CLOCK + timedelta(seconds=age_s)
        (connector,) = get_station(station_no=station.station_no, now=now).connectors
        assert connector.state.group is group
        assert connector.state.is_stale is (group is ConnectorGroup.OFFLINE)
        assert connector.state.updated_at == TEN_O_CLOCK


def test_a_charging_connector_without_a_fresh_meter_is_stale() -> None:
    station = a_station(now=TEN_O_CLOCK)
    pile = a_pile(station=station, now=TEN_O_CLOCK, guns=1, status=ConnectorStatus.CHARGING)
    now = TEN_O_CLOCK + timedelta(seconds=46)
    PileState.update(last_seen_at=now).where(PileState.pile_id == pile.id).execute()
    (connector,) = get_station(station_no=station.station_no, now=now).connectors
    assert connector.state.group is ConnectorGroup.CHARGING
    assert connector.state.is_stale


def test_the_live_view_wins_and_the_database_fills_its_holes(redis_server: Redis) -> None:
    live.connect(redis_server.url)
    try:
        station = a_station(now=TEN_O_CLOCK)
        piles = [a_pile(station=station, now=TEN_O_CLOCK, guns=1) for _ in range(2)]
        live_status.put_many([_live_pile(piles[0], ConnectorStatus.CHARGING)])
        detail = get_station(station_no=station.station_no, now=TEN_O_CLOCK)
        groups = {connector.pile_no: connector.state.group for connector in detail.connectors}
        assert groups == {
            piles[0].pile_no: ConnectorGroup.CHARGING,
            piles[1].pile_no: ConnectorGroup.PLUGGED,
        }
    finally:
        live.close()


def _live_pile(pile: Pile, status: ConnectorStatus) -> LivePile:
    at_ms = int(TEN_O_CLOCK.timestamp()) * 1_000
    (connector,) = connectors_of(pile)
    return LivePile(
        pile_no=pile.pile_no,
        station_no="",
        is_online=True,
        last_seen_ms=at_ms,
        connectors=[LiveConnector(gun=1, connector_no=connector.connector_no, status=status, at_ms=at_ms)],
    )


def test_a_scan_finds_connector_station_price_and_that_it_may_start() -> None:
    station = a_station(now=TEN_O_CLOCK)
    connector = connectors_of(a_pile(station=station, now=TEN_O_CLOCK))[1]
    by_token = _resolve(read_scanned_text(f"{PUBLIC_URL}/p/{connector.qr_token}", public_url=PUBLIC_URL))
    assert by_token.connector_no == connector.connector_no
    assert by_token.station.station_no == station.station_no
    assert by_token.price is not None
    assert by_token.price.total_e5 == 110_000
    assert by_token.is_startable
    assert by_token.obstacle is None
    assert _resolve(ConnectorKey(connector_no=connector.connector_no)) == by_token


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ConnectorStatus.IDLE, "connector_not_plugged"),
        (ConnectorStatus.CHARGING, "connector_busy"),
        (ConnectorStatus.FAULTED, "connector_faulted"),
        (ConnectorStatus.UNAVAILABLE, "connector_unavailable"),
        (ConnectorStatus.OFFLINE, "pile_offline"),
    ],
)
def test_a_scan_says_what_stands_against_a_start(status: ConnectorStatus, code: str) -> None:
    pile = a_pile(station=a_station(now=TEN_O_CLOCK), now=TEN_O_CLOCK, guns=1, status=status)
    found = _resolve(ConnectorKey(connector_no=connectors_of(pile)[0].connector_no))
    assert not found.is_startable
    assert found.obstacle is not None
    assert found.obstacle.code == code


def test_an_open_session_an_unset_clock_and_a_missing_tariff_stand_against_a_start() -> None:
    pile = a_pile(station=a_station(now=TEN_O_CLOCK, has_tariff=False), now=TEN_O_CLOCK, guns=1)
    (connector,) = connectors_of(pile)
    key = ConnectorKey(connector_no=connector.connector_no)

    def obstacle() -> str:
        found = _resolve(key).obstacle
        assert found is not None
        return found.code

    assert obstacle() == "tariff_missing"
    PileState.update(is_clock_set=False).where(PileState.pile_id == pile.id).execute()
    assert obstacle() == "pile_clock_unset"
    LiveSession.insert(connector_id=connector.id, driver_id=1, session_id=1).execute()
    assert obstacle() == "connector_busy"


def test_many_scans_at_once_each_get_their_own_answer() -> None:
    station = a_station(now=TEN_O_CLOCK)
    connectors = connectors_of(a_pile(station=station, now=TEN_O_CLOCK, guns=4))
    keys = [
        *(ConnectorKey(qr_token=connector.qr_token) for connector in connectors),
        *(ConnectorKey(connector_no=connector.connector_no) for connector in connectors),
        ConnectorKey(qr_token="ZZZZZZZZZZ"),
        ConnectorKey(connector_no="CP99999999"),
    ]
    found = resolve_connectors(keys, now=TEN_O_CLOCK)
    numbers = [
        value.connector_no if isinstance(value, ResolvedConnector) else value.code for value in found.values()
    ]
    own = [connector.connector_no for connector in connectors]
    assert numbers == [*own, *own, "bad_qr_link", "connector_not_found"]


def test_many_scans_of_busy_connectors_ask_no_more_than_one(caplog: pytest.LogCaptureFixture) -> None:
    station = a_station(now=TEN_O_CLOCK)
    connectors = connectors_of(a_pile(station=station, now=TEN_O_CLOCK, guns=4))
    for place, connector in enumerate(connectors, 1):
        LiveSession.insert(connector_id=connector.id, driver_id=place, session_id=place).execute()
    keys = [ConnectorKey(qr_token=connector.qr_token) for connector in connectors]
    resolve_connectors(keys, now=TEN_O_CLOCK)

    def asked(count: int) -> int:
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="peewee"):
            resolve_connectors(keys[:count], now=TEN_O_CLOCK)
        return len(caplog.records)

    assert asked(4) == asked(1) > 0


def test_a_token_is_exact_and_a_retired_piles_connectors_are_gone() -> None:
    pile = a_pile(station=a_station(now=TEN_O_CLOCK), now=TEN_O_CLOCK, guns=1)
    (connector,) = connectors_of(pile)
    lower = connector.qr_token.lower()
    if lower != connector.qr_token:
        with pytest.raises(BadQrLink):
            _resolve(ConnectorKey(qr_token=lower))
    Pile.update(is_retired=True).where(Pile.id == pile.id).execute()
    with pytest.raises(ConnectorNotFound):
        _resolve(ConnectorKey(connector_no=connector.connector_no))
