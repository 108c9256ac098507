"""How the connections of a fleet fare, said to a person: one progress line, each trouble once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from scripts.stand_ins.simulator.mqtt_link import LinkRefusedError

PROGRESS_EVERY_S = 1.0


class Watcher(Protocol):
    """Told how a pile's connection fares."""

    def connected(self, pile_no: str) -> None: ...
    def lost(self, pile_no: str) -> None: ...
    def failed(self, pile_no: str, error: OSError) -> None: ...


class ConnectionBoard:
    """A Watcher that counts; `say` prints one line."""

    def __init__(self, total: int, broker: str, say: Callable[[str], None]) -> None:
        self.online: set[str] = set()
        self.refused: set[str] = set()
        self._total = total
        self._broker = broker
        self._say = say
        self._is_unreachable = False
        self._has_refused = False
        self._line = ""

    def connected(self, pile_no: str) -> None:
        self.online.add(pile_no)
        self.refused.discard(pile_no)
        self._is_unreachable = False

    def lost(self, pile_no: str) -> None:
        self.online.discard(pile_no)

    def failed(self, pile_no: str, error: OSError) -> None:
        if isinstance(error, LinkRefusedError):
            self.refused.add(pile_no)
            if not self._has_refused:
                self._has_refused = True
                self._say(
                    f"✗ Pile {pile_no} was refused: {error}. It keeps trying; others may fare the same."
                )
        elif not self._is_unreachable:
            self._is_unreachable = True
            reason = error.strerror or str(error) or "no answer in time"
            self._say(f"✗ The broker at {self._broker} cannot be reached ({reason}); still trying.")

    def progress(self) -> str:
        refused = f", {len(self.refused)} refused" if self.refused else ""
        return f"connected {len(self.online)}/{self._total}{refused}"

    async def show_progress(self) -> None:
        """Say the progress line whenever it changed, at most once in PROGRESS_EVERY_S."""
        while True:
            line = self.progress()
            if line != self._line:
                self._line = line
                self._say(line)
            await asyncio.sleep(PROGRESS_EVERY_S)
