"""A process that this one started: how it begins, is waited for, and ends, with all that it started itself.

It has a process group of its own, so that a Ctrl-C reaches it through its owner only, and never outlives its owner:
scripts/processes/guard.py. Standard library only: tests, benches, proofs and the launcher use it alike.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scripts.environment import ROOT
from scripts.processes import guard

START_LIMIT_S = 180.0
STOP_LIMIT_S = 60.0
POLL_S = 0.02
TAIL_LINES = 40
TAIL_BYTES = 16_000
SETTING_PREFIX = "XINXIANG_"
# A child becomes its command only once the guard knows it: an owner that dies before closes this input instead.
WAIT_FOR_GUARD = 'read -r go && exec "$@"'
GO = b"go\n"


class StartError(RuntimeError):
    """A process ended or stayed silent while it was being started; the text carries the end of its log."""


class Child:
    """A command that can be started, stopped, killed and started again; call it from one thread at a time.

    `label` names it for people. What it writes is appended to `log_file`. `is_ready` is asked while it runs.
    `is_fed`: its input is a pipe, `input`. `is_heard`: its output is a pipe, `output`; what it writes to standard
    error is in the log nevertheless.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log_file: Path,
        is_ready: Callable[[Child], bool] = lambda _: True,
        *,
        label: str = "",
        environment: Mapping[str, str] | None = None,
        is_fed: bool = False,
        is_heard: bool = False,
    ) -> None:
        self.name = name
        self.label = label or name
        self.log_file = log_file
        self._command = [str(word) for word in command]
        self._is_ready = is_ready
        self._environment = environment or {}
        self._is_fed = is_fed
        self._is_heard = is_heard
        self._log_start = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._is_watched = False

    def start(self, limit_s: float = START_LIMIT_S) -> None:
        """Begin and wait until ready. Raises StartError when it ends or stays silent; it is ended then."""
        self.begin()
        self.wait_until_ready(limit_s)

    def begin(self, environment: Mapping[str, str] | None = None) -> None:
        """Start without waiting, so that several can come up side by side; `environment` is for this start alone.

        A command that does not exist shows as an end with status 127.
        """
        if self.is_running:
            raise ValueError(f"{self.name} is running already")
        self._close_pipes()
        self._log_start = self.log_file.stat().st_size if self.log_file.exists() else 0
        wait = WAIT_FOR_GUARD if self._is_fed else f"{WAIT_FOR_GUARD} < /dev/null"
        with self.log_file.open("ab") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", wait, self.name, *self._command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if self._is_heard else log,
                stderr=log,
                cwd=ROOT,
                env=child_environment({**self._environment, **(environment or {})}),
                start_new_session=True,
            )
        self._process, self._is_watched = process, True
        guard.watch(process.pid)
        with contextlib.suppress(BrokenPipeError):
            self.input.write(GO)
            self.input.flush()
        if not self._is_fed:
            self.input.close()

    def wait_until_ready(self, limit_s: float = START_LIMIT_S) -> None:
        """Return once it is ready. Raises StartError when it ends or stays silent; it is ended then."""
        deadline_s = time.monotonic() + limit_s
        while not self.is_ready:
            if not self.is_running:
                raise self._not_started(f"ended with status {self.status}")
            if time.monotonic() > deadline_s:
                self.kill()
                raise self._not_started(f"was not ready within {limit_s:g} s")
            time.sleep(POLL_S)

    def restart(self) -> None:
        """Stop, then start again."""
        self.stop()
        self.start()

    @property
    def is_running(self) -> bool:
        """Whether the process itself lives."""
        return self._process is not None and self.status is None

    @property
    def is_ready(self) -> bool:
        return self.is_running and self._is_ready(self)

    @property
    def status(self) -> int | None:
        """How it ended; None while it runs, and before it was started."""
        if self._process is None:
            return None
        status = self._process.poll()
        if status is not None:
            self._sweep()
        return status

    @property
    def pid(self) -> int:
        """Raises ValueError when it was never started."""
        return self._started().pid

    @property
    def input(self) -> io.BufferedWriter:
        """Where it reads; ValueError when it is not fed."""
        stream = self._started().stdin
        if not isinstance(stream, io.BufferedWriter):
            raise ValueError(f"{self.name} is not fed")  # noqa: TRY004 - not a wrong type of what was given
        return stream

    @property
    def output(self) -> io.BufferedReader:
        """What it writes; ValueError when it is not heard."""
        stream = self._started().stdout
        if not isinstance(stream, io.BufferedReader):
            raise ValueError(f"{self.name} is not heard")  # noqa: TRY004
        return stream

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process alone, if it runs."""
        if self.is_running:
            self._started().send_signal(number)

    def wait(self, limit_s: float = STOP_LIMIT_S) -> int:
        """Its status once it has ended by itself. Raises TimeoutError."""
        try:
            self._started().wait(limit_s)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{self.name} has not ended within {limit_s:g} s") from None
        self._sweep()
        return self._started().returncode

    def stop(self, limit_s: float = STOP_LIMIT_S) -> None:
        """Ask it to end (SIGTERM), kill what remains of it and its own children after `limit_s`."""
        self.send(signal.SIGTERM)
        if self._process is not None:
            with contextlib.suppress(TimeoutError):
                self.wait(limit_s)
        self.kill()

    def kill(self) -> None:
        """End it and its own children at once, as a power cut would (SIGKILL)."""
        if self._process is None:
            return
        self._sweep()
        self._process.wait()
        self._close_pipes()

    def since_start(self) -> str:
        """What is in the log since its last start."""
        with contextlib.suppress(FileNotFoundError), self.log_file.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")
        return ""

    def has_logged(self, text: str) -> bool:
        """Whether `text` stands in the log since its last start."""
        return text in self.since_start()

    def log_text(self) -> str:
        """The whole log, over all its starts."""
        return self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""

    def tail(self) -> list[str]:
        """The last lines of the log since its last start."""
        return self.since_start()[-TAIL_BYTES:].rstrip().splitlines()[-TAIL_LINES:]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise ValueError(f"{self.name} was not started")
        return self._process

    def _not_started(self, how: str) -> StartError:
        tail = "\n".join(self.tail())
        return StartError(f"{self.label} 未能启动 (it {how})：\n{tail}")

    def _sweep(self) -> None:
        """Kill its group, once for each start: later its number can be somebody else's."""
        if self._process is None or not self._is_watched:
            return
        self._is_watched = False
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS denies it for a zombie
            os.killpg(self._process.pid, signal.SIGKILL)
        guard.release(self._process.pid)

    def _close_pipes(self) -> None:
        for stream in (self._process.stdin, self._process.stdout) if self._process else ():
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def child_environment(own: Mapping[str, str]) -> dict[str, str]:
    """Our environment without settings of the product that someone exported for another purpose."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(SETTING_PREFIX)}
    return {**inherited, "PYTHONUNBUFFERED": "1", **own}
