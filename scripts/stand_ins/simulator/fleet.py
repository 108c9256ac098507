"""Thousands of piles in one process, one connection each, connecting a bounded number at a time."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

from scripts.stand_ins.simulator.connection_board import ConnectionBoard
from scripts.stand_ins.simulator.settings import PileSettings, PileSpec
from scripts.stand_ins.simulator.simulated_pile import SimulatedPile

MAX_CONNECTING = 100
SPARE_FILES = 64


class FleetError(RuntimeError):
    """The machine does not allow so many piles; the text says what to change."""


class Fleet:
    """`async with Fleet(specs, host, port) as fleet:`; entering does not wait for the connections."""

    def __init__(
        self,
        specs: Iterable[PileSpec],
        host: str,
        port: int,
        *,
        settings: PileSettings | None = None,
        seed: int = 0,
        folder: Path | None = None,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        """StateError when a pile's stored state makes no sense, FleetError for too many piles."""
        chosen = list(specs)
        _allow_connections(len(chosen))
        self.board = ConnectionBoard(len(chosen), f"mqtt://{host}:{port}", say)
        gate = asyncio.Semaphore(MAX_CONNECTING)
        self.piles = {
            spec.pile_no: SimulatedPile(
                spec,
                host,
                port,
                settings=settings,
                seed=seed,
                folder=folder,
                gate=gate,
                watcher=self.board,
            )
            for spec in chosen
        }
        self._progress: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        for pile in self.piles.values():
            pile.start()
        self._progress = asyncio.get_running_loop().create_task(self.board.show_progress())
        return self

    async def __aexit__(self, *_raised: object) -> None:
        """Each pile says goodbye: online false, DISCONNECT."""
        if self._progress:
            self._progress.cancel()
        await asyncio.gather(*(pile.stop() for pile in self.piles.values()))


def plug_all(fleet: Fleet) -> None:
    """A car at every connector of a fleet that was started."""
    for pile in fleet.piles.values():
        for number in range(1, pile.spec.connectors + 1):
            pile.plug(number)


def _allow_connections(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            raise FleetError(f"{count} piles need {wanted} open files, but the limit is {hard} (ulimit -Hn).")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
