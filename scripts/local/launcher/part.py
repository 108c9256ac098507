"""One process of the running system: its own process group, its output in a log file, tied to the launcher's life.

On Linux the kernel ends it when the launcher dies, however that happens.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scripts.environment import ROOT

TAIL_LINES = 10
TAIL_BYTES = 16_000
PR_SET_PDEATHSIG = 1
SETTING_PREFIX = "XINXIANG_"

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Part:
    """A command that can be started again. `label` names it for people, `name` its log file.

    `is_ready` is asked while the part runs. `keeps_input`: standard input is a pipe that closes with us.
    """

    def __init__(
        self,
        name: str,
        label: str,
        command: Sequence[str | Path],
        *,
        logs: Path,
        is_ready: Callable[[Part], bool],
        environment: Mapping[str, str] | None = None,
        keeps_input: bool = False,
    ) -> None:
        self.name = name
        self.label = label
        self.log_file = logs / f"{name}.log"
        self.restarts = 0
        self._command = [str(word) for word in command]
        self._is_ready = is_ready
        self._environment = environment or {}
        self._keeps_input = keeps_input
        self._log_start = 0
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it without waiting; call it from the main thread only, whose end the kernel watches."""
        self._close()
        self._log_start = self.log_file.stat().st_size if self.log_file.exists() else 0
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE if self._keeps_input else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=part_environment(self._environment),
                start_new_session=True,
                preexec_fn=tie_to(os.getpid()),  # noqa: PLW1509 the launcher has one thread
            )

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def is_ready(self) -> bool:
        return self.is_running and self._is_ready(self)

    @property
    def status(self) -> int | None:
        """How it ended; None while it runs."""
        return None if self._process is None else self._process.poll()

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def has_logged(self, text: str) -> bool:
        """Whether `text` stands in what it wrote since its last start."""
        with contextlib.suppress(FileNotFoundError), self.log_file.open("rb") as log:
            log.seek(self._log_start)
            return text.encode() in log.read()
        return False

    def tail(self) -> list[str]:
        """The last lines that it wrote since its last start."""
        try:
            with self.log_file.open("rb") as log:
                size = log.seek(0, os.SEEK_END)
                log.seek(max(self._log_start, size - TAIL_BYTES))
                text = log.read().decode(errors="replace")
        except FileNotFoundError:
            return []
        return text.rstrip().splitlines()[-TAIL_LINES:]

    def ask_to_end(self) -> None:
        """Send SIGTERM, if it runs."""
        if self._process is not None and self.is_running:
            self._process.terminate()

    def end(self) -> None:
        """Kill what is left of it and of its own children, and forget the process."""
        if self._process is None:
            return
        # Before the process is waited for, so that its group's number cannot be someone else's by now.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._process.returncode is None:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._close()
        self._process = None

    def _close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()


def part_environment(own: Mapping[str, str]) -> dict[str, str]:
    """Our environment without settings of the product that someone exported for another purpose."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(SETTING_PREFIX)}
    return {**inherited, "PYTHONUNBUFFERED": "1", **own}


def tie_to(parent: int) -> Callable[[], None] | None:
    """What a child does before it becomes the command: ask the kernel to be killed when `parent` dies."""
    if _LIBC is None:
        return None
    prctl = _LIBC.prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(1)

    return tie
