"""Several API processes on one port: the parent forks them, starts a dead one anew and passes signals on.

It must be called before threads and connections are made. The sockets it was bound before are shared by all.
"""

import contextlib
import os
import signal
import sys
from types import FrameType
from typing import Final

import structlog

MAX_RESTARTS: Final = 100

_log = structlog.get_logger(__name__)


def fork_children(count: int, *, no_restart: frozenset[int]) -> None:
    """Return in each of `count` children; the parent never returns, it exits once all of them have ended.

    A child that ends with a status in `no_restart` is not started anew. The parent's own status is the
    largest of its children's last ones.
    """
    _Parent(no_restart).run(count)


class _Parent:
    def __init__(self, no_restart: frozenset[int]) -> None:
        self._no_restart = no_restart
        self._children: set[int] = set()
        self._is_ending = False

    def run(self, count: int) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._pass_on)
        for _ in range(count):
            if self._fork():
                return
        worst = restarts = 0
        while self._children:
            pid, status = os.wait()
            self._children.discard(pid)
            code = os.waitstatus_to_exitcode(status)
            if self._is_ending or code in self._no_restart or restarts >= MAX_RESTARTS:
                worst = max(worst, abs(code))
                continue
            restarts += 1
            _log.error("api_process_died", pid=pid, status=code, restarts=restarts)
            if self._fork():
                return
        sys.exit(worst)

    def _fork(self) -> bool:
        """True in the child. A stop that came while forking is passed on by whoever notices it first."""
        pid = os.fork()
        if pid == 0:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            if self._is_ending:
                sys.exit(0)
            return True
        self._children.add(pid)
        if self._is_ending:
            self._stop_all()
        return False

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._is_ending = True
        self._stop_all()

    def _stop_all(self) -> None:
        for pid in self._children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
