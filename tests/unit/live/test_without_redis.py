"""Every function of the live view answers "nothing" without Redis, or with one that is not there."""

from collections.abc import Iterator

import pytest

from backend import live
from backend.live import feed, live_status, nearby, rate_limit, token_cache, wake
from backend.live.nearby import Search


@pytest.fixture(params=[None, "redis://127.0.0.1:1/0"])
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    url: str | None = request.param
    live.connect(url)
    yield url
    live.close()


def test_answers_nothing_and_raises_nothing(url: str | None) -> None:
    assert not live.is_available()
    live_status.put_many([live_status.LivePile(pile_no="p", station_no="s", connectors=[])])
    assert live_status.get_many(["p"]) == {}
    nearby.put_stations([("s", 31_000_000, 121_000_000)])
    assert nearby.find_nearest([Search(31_000_000, 121_000_000, 1_000, 5)]) is None
    feed.publish(["piles"])
    wake.wake_bridge()
    token_cache.put("hash", b"x", 5)
    assert token_cache.get_many(["hash"]) == {}
    token_cache.drop("hash")


def test_subscriptions_are_none_without_redis_and_not_live_with_one_that_is_away(url: str | None) -> None:
    for subscription in (feed.subscribe(lambda _: None), wake.subscribe_wake(lambda: None)):
        if url is None:
            assert subscription is None
        else:
            assert subscription is not None
            assert not subscription.is_live
            subscription.close()


def test_limits_the_rate_within_the_process(url: str | None) -> None:
    key = f"driver-{url}"
    assert [rate_limit.take("start", key, limit=2, per_s=60) for _ in range(2)] == [0, 0]
    wait_s = rate_limit.take("start", key, limit=2, per_s=60)
    assert 1 <= wait_s <= 60
    assert rate_limit.take("stop", key, limit=2, per_s=60) == 0
    assert [rate_limit.peek(name, key, limit=2) > 0 for name in ("start", "stop", "never")] == [
        True,
        False,
        False,
    ]
    rate_limit.forget("start", key)
    assert rate_limit.peek("start", key, limit=2) == 0
    assert rate_limit.take("start", key, limit=2, per_s=60) == 0


def test_forgets_the_oldest_windows_beyond_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "LOCAL_KEYS", 3)
    live.connect(None)
    for key in ("a", "b", "c", "d"):
        assert rate_limit.take("bound", key, limit=1, per_s=60) == 0
    assert rate_limit.take("bound", "d", limit=1, per_s=60) > 0
    assert rate_limit.take("bound", "a", limit=1, per_s=60) == 0


def test_refuses_a_url_that_is_none_of_redis() -> None:
    with pytest.raises(ValueError, match="redis"):
        live.connect("http://127.0.0.1")
    live.close()
