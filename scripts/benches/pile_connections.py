"""The connections of many piles in one event loop: opened at a pace or as a storm, counted together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from scripts.benches.pile_connection import OnDown, PileConnection

AT_ONCE = 100


class PileConnections:
    """By `pile_no`; `broken` counts those that ended by themselves, which in a sound run is none."""

    def __init__(self, pile_nos: Iterable[str], boot: int, on_down: OnDown) -> None:
        self.broken = 0
        self._by_no = {no: PileConnection(no, boot, on_down, self._count_broken) for no in pile_nos}

    def __getitem__(self, pile_no: str) -> PileConnection:
        return self._by_no[pile_no]

    def __iter__(self) -> Iterator[PileConnection]:
        return iter(self._by_no.values())

    def __len__(self) -> int:
        return len(self._by_no)

    @property
    def sent(self) -> int:
        return sum(one.sent for one in self)

    @property
    def acked(self) -> int:
        return sum(one.acked for one in self)

    async def connect(self, port: int, password: str, *, per_s: int = 0, at_once: int = AT_ONCE) -> None:
        """Connect all and let each say its birth, `per_s` a second (0: as fast as it goes), so many in flight.

        Raises OSError or TimeoutError when one of them is not taken.
        """
        loop = asyncio.get_running_loop()
        gate = asyncio.Semaphore(at_once)
        began_s = loop.time()

        async def connect(number: int, one: PileConnection) -> None:
            if per_s:
                await asyncio.sleep(began_s + number / per_s - loop.time())
            async with gate:
                await one.connect(port, password)
            one.say_birth()

        await asyncio.gather(*(connect(number, one) for number, one in enumerate(self)))

    async def wait_acked(self, limit_s: float) -> None:
        """Return once every publish is acknowledged. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            for one in self:
                await one.wait_acked()

    async def wait_ended(self) -> None:
        """Return once all connections are gone, after `close` or `abort`."""
        for one in self:
            await one.wait_ended()

    def close(self) -> None:
        """End all cleanly."""
        for one in self:
            one.close()

    def abort(self) -> None:
        """Break all off at once, as an outage of the network does."""
        for one in self:
            one.abort()

    def _count_broken(self, _: PileConnection) -> None:
        self.broken += 1
