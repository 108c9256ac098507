"""Lanes bound what waits; the Loader turns concurrent look-ups into one query that starts after they arrived."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any

import pytest

from backend.api.http.lanes import Lane, Loader
from backend.domain.errors import ChannelOutcomeUnknown, ConnectorNotFound, DomainError, ServiceUnavailable
from backend.models.engine import database


@pytest.fixture(autouse=True)
def _bound_database() -> Iterator[None]:
    """Closing a lane closes its threads' connections, so there must be a database to ask."""
    database.connect("sqlite:///:memory:")
    yield
    database.close()


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_a_lane_gives_back_what_the_work_returned_or_raised() -> None:
    def refuse() -> None:
        raise ConnectorNotFound

    async def scenario() -> None:
        lane = Lane("test", threads=1, queue_cap=4)
        assert await lane.run(lambda a, b: a + b, 2, b=3) == 5
        with pytest.raises(ConnectorNotFound):
            await lane.run(refuse)
        lane.close()

    run(scenario())


def test_a_full_lane_refuses_at_once_and_takes_again_when_it_has_room() -> None:
    async def scenario() -> None:
        gate = threading.Event()
        lane = Lane("test", threads=1, queue_cap=2)
        waiting = [asyncio.create_task(lane.run(gate.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(ServiceUnavailable):
            await lane.run(gate.wait)
        gate.set()
        assert await asyncio.gather(*waiting) == [True, True]
        assert await lane.run(gate.wait)
        lane.close()

    run(scenario())


def test_a_call_to_a_channel_that_takes_too_long_has_an_unknown_outcome() -> None:
    async def scenario() -> None:
        gate = threading.Event()
        lane = Lane("test", threads=1, queue_cap=2, limit_s=0.01)
        with pytest.raises(ChannelOutcomeUnknown):
            await lane.run(gate.wait)
        gate.set()
        lane.close()

    run(scenario())


class Source:
    """A slow store: each query waits for its gate, and is remembered."""

    def __init__(self) -> None:
        self.queries: list[list[int]] = []
        self.gate = threading.Event()
        self.started = threading.Event()

    def fetch(self, keys: Sequence[int]) -> dict[int, str | DomainError]:
        self.queries.append(sorted(keys))
        self.started.set()
        self.gate.wait()
        return {key: ConnectorNotFound() if key == 13 else f"v{key}" for key in keys if key < 100}


def test_everything_asked_for_while_a_query_runs_goes_into_the_next_one() -> None:
    async def scenario() -> None:
        source = Source()
        lane = Lane("test", threads=1, queue_cap=4)
        loader: Loader[int, str] = Loader(lane, source.fetch)
        first = asyncio.create_task(loader.load(1))
        await asyncio.to_thread(source.started.wait)
        rest = [asyncio.create_task(loader.load(key)) for key in (1, 2, 2, 3)]
        await asyncio.sleep(0)
        source.gate.set()
        assert await first == "v1"
        assert await asyncio.gather(*rest) == ["v1", "v2", "v2", "v3"]
        # key 1 was asked for again after its query had begun: it is read again
        assert source.queries == [[1], [1, 2, 3]]
        lane.close()

    run(scenario())


def test_a_missing_key_is_none_and_one_keys_error_is_nobody_elses() -> None:
    async def scenario() -> None:
        source = Source()
        source.gate.set()
        lane = Lane("test", threads=1, queue_cap=4)
        loader: Loader[int, str] = Loader(lane, source.fetch)
        found = await asyncio.gather(*(loader.load(key) for key in (1, 13, 500)), return_exceptions=True)
        assert found[0] == "v1"
        assert isinstance(found[1], ConnectorNotFound)
        assert found[2] is None
        lane.close()

    run(scenario())


def test_a_failed_query_fails_those_who_asked_and_the_next_one_works() -> None:
    failures = [OSError("gone")]

    def fetch(keys: Sequence[int]) -> dict[int, str]:
        if failures:
            raise failures.pop()
        return dict.fromkeys(keys, "fine")

    async def scenario() -> None:
        lane = Lane("test", threads=1, queue_cap=4)
        loader: Loader[int, str] = Loader(lane, fetch)
        with pytest.raises(OSError, match="gone"):
            await loader.load(1)
        assert await loader.load(1) == "fine"
        lane.close()

    run(scenario())


def test_a_batch_is_capped_and_too_many_waiters_are_refused() -> None:
    async def scenario() -> None:
        source = Source()
        lane = Lane("test", threads=1, queue_cap=4)
        loader: Loader[int, str] = Loader(lane, source.fetch, batch_cap=2, waiting_cap=3)
        first = asyncio.create_task(loader.load(0))
        await asyncio.to_thread(source.started.wait)
        rest = [asyncio.create_task(loader.load(key)) for key in (1, 2, 3)]
        await asyncio.sleep(0)
        with pytest.raises(ServiceUnavailable):
            await loader.load(4)
        source.gate.set()
        await asyncio.gather(first, *rest)
        assert source.queries == [[0], [1, 2], [3]]
        lane.close()

    run(scenario())


def test_a_waiter_that_gives_up_takes_nobody_with_it() -> None:
    async def scenario() -> None:
        source = Source()
        lane = Lane("test", threads=1, queue_cap=4)
        loader: Loader[int, str] = Loader(lane, source.fetch)
        leaver, stayer = asyncio.create_task(loader.load(1)), asyncio.create_task(loader.load(1))
        await asyncio.to_thread(source.started.wait)
        leaver.cancel()
        source.gate.set()
        assert await stayer == "v1"
        lane.close()

    run(scenario())
