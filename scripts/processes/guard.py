"""Ends what this process started when this process ends, however that happens: SIGKILL leaves no time to do it itself.

A shell reads from a pipe whose other end only we hold: which process groups to watch, and which no more. When the
kernel closes our end, it kills what is still watched. Linux' parent-death signal does less: it follows the thread that
forked, not the process, is lost when a server changes its user, and reaches no grandchildren.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import threading

END_LIMIT_S = 10.0
# Kept off its command line: no path and no name by which somebody might kill it along with what it guards.
SCRIPT = """
trap '' HUP INT TERM
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="${groups%% "$group" *} ${groups#* "$group" }" ;;
  esac
done
for group in $groups; do kill -9 "-$group"; done
"""


class _Guard:
    """One shell for this process, started with the first group; a killed one is replaced at the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: set[int] = set()
        self._shell: subprocess.Popen[bytes] | None = None

    def watch(self, group: int) -> None:
        with self._lock:
            self._groups.add(group)
            if self._shell is None or not self._tell(f"+ {group}"):
                self._start()

    def release(self, group: int) -> None:
        with self._lock:
            self._groups.discard(group)
            self._tell(f"- {group}")

    def end(self) -> None:
        """Have it kill what is still watched, and wait until that is done."""
        with self._lock:
            if self._shell is not None:
                self._close(self._shell)

    def forget(self) -> None:
        """In a fork: our parent's children are not ours, and a second holder of the pipe would hide its end."""
        if self._shell is not None and self._shell.stdin is not None:
            self._shell.stdin.close()
            self._shell.returncode = 0  # not ours to wait for
        self._lock, self._groups, self._shell = threading.Lock(), set(), None

    def _start(self) -> None:
        if self._shell is not None:
            self._close(self._shell)
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
        for group in self._groups:
            self._tell(f"+ {group}")

    def _tell(self, line: str) -> bool:
        """False when there is none to tell any more."""
        if self._shell is None or self._shell.stdin is None:
            return False
        try:
            self._shell.stdin.write(f"{line}\n".encode("ascii"))
        except BrokenPipeError:
            return False
        return True

    def _close(self, shell: subprocess.Popen[bytes]) -> None:
        if shell.stdin is not None:
            shell.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            shell.wait(END_LIMIT_S)


_guard = _Guard()
watch = _guard.watch
release = _guard.release
atexit.register(_guard.end)
os.register_at_fork(after_in_child=_guard.forget)
