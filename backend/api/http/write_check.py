"""Whether the database takes writes: tried every few seconds at most, and never twice at once.

A full disk may let a small row through and refuse the large ones, so that refusals which this process met since the
last try count as well.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from peewee import PeeweeException

from backend.api.http.lanes import Lane
from backend.domain.errors import DomainError
from backend.gateways.clock import monotonic_s, utc_now
from backend.models.engine import database

EVERY_S: Final = 3.0
REFUSED_FOR_S: Final = 15.0
"""So long after the database refused a write it is not believed to take the next."""


class WriteCheck:
    """The state of one process; `write` commits something small."""

    def __init__(self, write: Callable[[datetime], bool]) -> None:
        self._write = write
        self._under_way: asyncio.Task[bool] | None = None
        self._tried_at = -EVERY_S
        self._is_well = False
        self._refusals = database.count_refused_writes()
        self._refused_at = -REFUSED_FOR_S

    async def is_well(self, lane: Lane, limit_s: float) -> bool:
        """The newest answer; while a try hangs, no."""
        self._look_at_refusals()
        if self._under_way is None and monotonic_s() - self._tried_at >= EVERY_S:
            self._tried_at = monotonic_s()
            self._under_way = asyncio.create_task(self._try(lane))
        if self._under_way is not None:
            done, _ = await asyncio.wait({self._under_way}, timeout=limit_s)
            if not done:
                return False
        return self._is_well and monotonic_s() - self._refused_at >= REFUSED_FOR_S

    def _look_at_refusals(self) -> None:
        count = database.count_refused_writes()
        if count != self._refusals:
            self._refusals, self._refused_at = count, monotonic_s()

    async def _try(self, lane: Lane) -> bool:
        try:
            self._is_well = await lane.run(self._write, utc_now())
        except (DomainError, PeeweeException):
            self._is_well = False
        finally:
            self._under_way = None
        return self._is_well
