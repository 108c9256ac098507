"""Work that goes on after an answer was sent: notifies on their schedule, refunds that end a moment later."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """Tasks that are held until they end and are cancelled together.

    Their number is bounded by what starts them: one per paid order and two per refund.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Cancel what still runs and wait for it."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
