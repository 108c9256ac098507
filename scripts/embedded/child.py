"""A server that this program started: waiting for it, and ending it by its own process and nothing else."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

START_LIMIT_S = 15.0
STOP_LIMIT_S = 10.0
POLL_S = 0.02
LOG_TAIL_BYTES = 2000


class StartError(RuntimeError):
    """A server ended or stayed silent while it was being started; the text carries the end of its log."""


@dataclass(slots=True)
class Child:
    """One started server and the file its output goes to."""

    process: subprocess.Popen[bytes]
    log_file: Path

    @classmethod
    def start(cls, command: Sequence[str | Path], log_file: Path, *, is_watched: bool = False) -> Child:
        """Start `command` in a session of its own, so that a Ctrl-C reaches it through its owner only.

        A watched child gets a pipe as standard input, which closes when this process dies, and one as
        standard output for its first line.
        """
        with log_file.open("ab") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.PIPE if is_watched else subprocess.DEVNULL,
                stdout=subprocess.PIPE if is_watched else log,
                stderr=log,
                start_new_session=True,
            )
        return cls(process, log_file)

    def wait_until(self, is_ready: Callable[[], bool], limit_s: float = START_LIMIT_S) -> None:
        """Poll until ready. Ends the child and raises StartError when it died or the limit passed."""
        deadline = time.monotonic() + limit_s
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise StartError(f"{self._name()} 未能启动 (did not start)：{self.log_tail()}")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Ask it to end (SIGTERM), insist after STOP_LIMIT_S. Does nothing when it has ended."""
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._collect()

    def kill(self) -> None:
        """End it without a chance to save anything (SIGKILL)."""
        self.process.kill()
        self._collect()

    def log_tail(self) -> str:
        """The last lines it wrote, for an error message."""
        return self.log_file.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace").strip()

    def _collect(self) -> None:
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _name(self) -> str:
        args = self.process.args
        return Path(str(args[0] if isinstance(args, list) else args)).name


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def accepts_connections(host: str, port: int) -> bool:
    """True when something listens there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
