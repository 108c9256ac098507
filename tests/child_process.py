"""One child process of a test: its own process group, its output in a file, stopped at the latest when Python ends."""

import atexit
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 90.0
STOP_LIMIT_S = 15.0
POLL_S = 0.02
TAIL_LINES = 40
TAIL_BYTES = 16_000

_running: set["ChildProcess"] = set()


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], bool], what: str, limit_s: float = START_LIMIT_S) -> None:
    """Return as soon as `condition` holds; AssertionError naming `what` when it does not within `limit_s`."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {limit_s:g} s: {what}")
        time.sleep(POLL_S)


def accepts_connections(port: int) -> bool:
    """Whether something listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class ChildProcess:
    """A command that can be started, stopped, killed and started again; output is appended to `log_path`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log_path: Path,
        is_ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log_path = log_path
        self._is_ready = is_ready
        self._log_start = 0
        self._command = [*_die_with_parent(), *command]
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, limit_s: float = START_LIMIT_S) -> None:
        """Begin and wait until ready; AssertionError with the end of the log when it ends or stays silent."""
        self.begin()
        self.wait_until_ready(limit_s)

    def begin(self, environment: Mapping[str, str] | None = None) -> None:
        """Start without waiting, so that several processes can come up side by side.

        `environment` is for this start alone.
        """
        if self.is_running():
            raise AssertionError(f"{self.name} is running already")
        self._log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**self._environment, **(environment or {})},
                cwd=ROOT,
                start_new_session=True,
            )
        _running.add(self)

    def wait_until_ready(self, limit_s: float = START_LIMIT_S) -> None:
        """Return once it is ready; it is killed and AssertionError raised when it ends or stays silent."""
        try:
            wait_until(lambda: not self.is_running() or self._is_ready(), f"{self.name} is ready", limit_s)
            assert self.is_running(), f"{self.name} ended with status {self.wait()}"
        except BaseException as error:
            error.add_note(f"end of {self.log_path}:\n{self.log_tail()}")
            self.kill()
            raise

    def restart(self) -> None:
        """Stop, then start again."""
        self.stop()
        self.start()

    @property
    def pid(self) -> int:
        """Process id; AssertionError when it was never started."""
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    def is_running(self) -> bool:
        """Whether the process itself lives."""
        return self._process is not None and self._process.poll() is None

    def wait(self, limit_s: float = STOP_LIMIT_S) -> int:
        """Wait for its own end and return the exit status."""
        assert self._process is not None, f"{self.name} was not started"
        status = self._process.wait(limit_s)
        self._sweep()
        return status

    def stop(self, limit_s: float = STOP_LIMIT_S) -> None:
        """Ask it to end (SIGTERM), kill what remains of its group after `limit_s`."""
        if self._process is not None and self.is_running():
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(limit_s)
        self._sweep()

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL to the whole group)."""
        self._sweep()

    def send(self, number: signal.Signals) -> None:
        """Send a signal such as SIGHUP, SIGSTOP or SIGCONT to the process."""
        os.kill(self.pid, number)

    def since_start(self) -> str:
        """What it wrote since its last start."""
        with contextlib.suppress(FileNotFoundError), self.log_path.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")
        return ""

    def log_text(self) -> str:
        """All that it wrote, over all its starts."""
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def has_logged(self, text: str) -> bool:
        """Whether `text` stands in what it wrote since its last start."""
        return text in self.since_start()

    def log_tail(self) -> str:
        """The last lines that it wrote."""
        return "\n".join(self.log_text()[-TAIL_BYTES:].splitlines()[-TAIL_LINES:])

    def _sweep(self) -> None:
        """Kill the group: children may outlive the process that was asked to stop. Once per start, because
        the group's number can be someone else's later."""
        if self._process is None or self not in _running:
            return
        _running.discard(self)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_LIMIT_S)


def _die_with_parent() -> list[str]:
    """A prefix that ends the child when the test run itself is killed (the kernel ties it to our main thread)."""
    setpriv = shutil.which("setpriv")
    if setpriv is None or threading.current_thread() is not threading.main_thread():
        return []
    return [setpriv, "--pdeathsig", "TERM"]


def _stop_all() -> None:
    for child in tuple(_running):
        child.kill()


atexit.register(_stop_all)
