"""The live view on a real Redis, and through its death and return."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from backend import live
from backend.domain.connector import ConnectorStatus
from backend.domain.meter_sample import MeterSample
from backend.domain.station import distance_m
from backend.live import connection, feed, live_status, nearby, rate_limit, token_cache, wake
from backend.live.live_status import LiveConnector, LivePile
from backend.live.nearby import Search
from tests.mqtt_client import wait_for
from tests.real_parts import running_redis


def a_live_pile(pile_no: str, power_w: int = 0) -> LivePile:
    connector = LiveConnector(
        gun=1,
        connector_no=f"{pile_no}01",
        status=ConnectorStatus.CHARGING,
        sample=MeterSample(1_000, power_w, 400_000, 0, None, None, None),
        fault_codes="充,电",
    )
    return LivePile(pile_no=pile_no, station_no="ST1", is_online=True, boot=3, seq=4, connectors=[connector])


@pytest.mark.usefixtures("live_redis")
def test_live_piles_come_back_as_they_were_put() -> None:
    piles = [a_live_pile(f"p{number}", number) for number in range(2_300)]
    live_status.put_missing(piles)
    found = live_status.get_many([*(pile.pile_no for pile in piles), "nobody"])
    assert found == {pile.pile_no: pile for pile in piles}


@pytest.mark.usefixtures("live_redis")
def test_a_value_of_another_release_counts_as_none() -> None:
    connection.call(lambda client: client.set("pile:p1", b'{"other": 1}'), otherwise=None)
    assert live_status.get_many(["p1"]) == {}


@pytest.mark.usefixtures("live_redis")
def test_nearby_is_exact_and_says_when_it_cannot_tell() -> None:
    assert nearby.find_nearest([Search(31_000_000, 121_000_000, 50_000, 5)]) is None
    here = (31_230_000, 121_470_000)
    places = [(f"s{n}", 31_230_000 + n * n * 900, 121_470_000 - n * 1_000) for n in range(40)]
    nearby.rebuild(places)

    def metres(place: tuple[str, int, int]) -> int:
        return distance_m(*here, place[1], place[2])

    searches = [
        Search(*here, radius_m, limit) for limit in (1, 7, 100) for radius_m in (500, 20_000, 200_000)
    ]
    by_distance = sorted(places, key=metres)
    assert nearby.find_nearest(searches) == [
        [place[0] for place in by_distance if metres(place) <= search.radius_m][: search.limit]
        for search in searches
    ]


@pytest.mark.usefixtures("live_redis")
def test_feed_and_wake_reach_their_subscribers_until_closed() -> None:
    heard: list[str] = []
    woken: list[bool] = []
    feed_listener, wake_listener = (
        feed.subscribe(heard.extend),
        wake.subscribe_wake(lambda: woken.append(True)),
    )
    assert feed_listener is not None
    assert wake_listener is not None
    wait_for(lambda: feed_listener.is_live and wake_listener.is_live, "the subscriptions")
    feed.publish(["piles", "session:S1", "piles"])
    wake.wake_bridge()
    wait_for(lambda: len(heard) == 2 and len(woken) == 1, "feed and wake-up")
    assert heard == ["piles", "session:S1"]
    for listener in (feed_listener, wake_listener):
        listener.close()
        assert not listener.is_live


@pytest.mark.usefixtures("live_redis")
def test_a_subscribers_bug_does_not_end_the_subscription() -> None:
    heard: list[str] = []

    def fail_first(topics: list[str]) -> None:
        heard.extend(topics)
        if len(heard) == 1:
            raise ZeroDivisionError

    listener = feed.subscribe(fail_first)
    assert listener is not None
    wait_for(lambda: listener.is_live, "the subscription")
    feed.publish(["a"])
    feed.publish(["b"])
    wait_for(lambda: heard == ["a", "b"], "both messages")
    listener.close()


@pytest.mark.usefixtures("live_redis")
def test_rates_are_shared_and_tokens_kept_until_dropped() -> None:
    assert rate_limit.peek("r", "k", limit=3) == 0
    assert [rate_limit.take("r", "k", limit=3, per_s=60) for _ in range(3)] == [0, 0, 0]
    assert 1 <= rate_limit.peek("r", "k", limit=3) <= 60
    assert 1 <= rate_limit.take("r", "k", limit=3, per_s=60) <= 60
    assert rate_limit.peek("r", "another", limit=3) == 0
    rate_limit.forget("r", "k")
    assert rate_limit.peek("r", "k", limit=3) == 0
    token_cache.put("h", b"actor", 60)
    assert token_cache.get_many(["g", "h"]) == {"h": b"actor"}
    token_cache.drop("h")
    assert token_cache.get_many(["h"]) == {}


def test_survives_a_redis_that_dies_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "RETRY_S", 0.01)
    heard: list[str] = []
    with running_redis(tmp_path) as server, capture_logs() as logs:
        live.connect(server.url)
        listener = feed.subscribe(heard.extend)
        assert listener is not None
        wait_for(lambda: listener.is_live, "the subscription")
        server.kill()
        wait_for(lambda: not live.is_available() and not listener.is_live, "the loss to be noticed")
        live_status.put_many([a_live_pile("p1")])
        assert live_status.get_many(["p1"]) == {}
        server.start()
        wait_for(lambda: live.is_available() and listener.is_live, "the return")
        feed.publish(["piles"])
        wait_for(lambda: heard == ["piles"], "the feed")
        listener.close()
        live.close()
    events = [entry["event"] for entry in logs]
    assert events.count("redis_away") == events.count("redis_back") == 1
