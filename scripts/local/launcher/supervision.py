"""Watching the running system: a part that dies is started again up to three times, then everything ends.

Also the signals: the first Ctrl-C ends cleanly, a second one at once.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

from scripts.environment import NotReadyError
from scripts.local.launcher.system import quoted_tail
from scripts.local.launcher.terminal import Terminal
from scripts.processes.child import Child

MAX_RESTARTS = 3
LOOK_S = 0.2
STATUS_EVERY_S = 5.0


class StopAskedError(KeyboardInterrupt):
    """Somebody pressed Ctrl-C or sent SIGTERM or SIGHUP."""


class StopSignals:
    """While installed, the first SIGINT, SIGTERM or SIGHUP raises StopAskedError; later ones run `kill`."""

    def __init__(self, kill: Callable[[], None]) -> None:
        self._kill = kill
        self._is_ending = False

    def install(self) -> None:
        """From now on until the process ends."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._handle)

    def begin_end(self) -> None:
        """The end has begun for another reason: a signal now means at once."""
        self._is_ending = True

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self._is_ending:
            self._kill()
            return
        self._is_ending = True
        raise StopAskedError(signal.Signals(number).name)


def watch(parts: Sequence[Child], terminal: Terminal, status: Callable[[], str]) -> NoReturn:
    """Return never: StopAskedError ends it, or NotReadyError when a part died more than MAX_RESTARTS times."""
    restarts = Counter[str]()
    next_status_s = time.monotonic()
    while True:
        for part in parts:
            if not part.is_running:
                _start_again(part, restarts, terminal)
        if time.monotonic() >= next_status_s:
            terminal.show(status())
            next_status_s = time.monotonic() + STATUS_EVERY_S
        time.sleep(LOOK_S)


def _start_again(part: Child, restarts: Counter[str], terminal: Terminal) -> None:
    what = f"{part.label} 意外结束，状态 {part.status} (it died)"
    if restarts[part.name] >= MAX_RESTARTS:
        raise NotReadyError(f"{what}，已重启 {MAX_RESTARTS} 次，全部停止：\n{quoted_tail(part)}")
    terminal.fail(f"{what}，重新启动：\n{quoted_tail(part)}")
    restarts[part.name] += 1
    part.begin()
