"""A load or a rival in a process of its own: gets its task as one JSON line, says `ready`, answers one JSON line.

Times it answers are of the machine's monotonic clock, which all processes share.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.processes.child import Child, StartError

READY = "ready"
GO = "go"
STOP_LIMIT_S = 5.0


class Worker:
    """Our end of a started worker that has said `ready`."""

    def __init__(self, module: str, task: Mapping[str, Any], log: Path) -> None:
        self._log = log
        command = [sys.executable, "-m", f"scripts.benches.{module}"]
        self._child = Child(module, command, log, is_fed=True, is_heard=True)
        self._child.begin()
        self._send(json.dumps(task))
        line = self._read()
        if line != READY:
            self.end()
            raise StartError(f"{module} did not start, see {log}: {line!r}")

    @property
    def pid(self) -> int:
        return self._child.pid

    def go(self) -> None:
        """Let it begin."""
        self._send(GO)

    def answer(self) -> dict[str, Any]:
        """What it found, once it is done. Raises StartError when it ended without a word."""
        line = self._read()
        if not line:
            raise StartError(f"a worker ended early, see {self._log}")
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        """Close its input; kill it when it does not end by that."""
        with contextlib.suppress(BrokenPipeError):
            self._child.input.close()
        with contextlib.suppress(TimeoutError):
            self._child.wait(STOP_LIMIT_S)
        self._child.kill()

    def _send(self, line: str) -> None:
        self._child.input.write(f"{line}\n".encode())
        self._child.input.flush()

    def _read(self) -> str:
        return self._child.output.readline().decode().strip()


@contextlib.contextmanager
def working(module: str, task: Mapping[str, Any], log: Path) -> Iterator[Worker]:
    """A ready worker `scripts.benches.<module>`, ended at the end; its errors go to `log`."""
    worker = Worker(module, task, log)
    try:
        yield worker
    finally:
        worker.end()


def read_task() -> Any:
    """In the worker: what is to be done."""
    return json.loads(sys.stdin.readline())


def say_ready() -> None:
    """In the worker: everything is set up."""
    print(READY, flush=True)


def wait_for_go() -> bool:
    """In the worker: whether there is something to do; False once the bench has closed our input."""
    return sys.stdin.readline().strip() == GO


def say_answer(found: Mapping[str, Any]) -> None:
    """In the worker: what was found."""
    print(json.dumps(found), flush=True)
