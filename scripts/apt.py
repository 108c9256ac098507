"""apt-get as root, patient with another apt: a fresh machine installs updates by itself in its first minutes.

Standard library only, and readable for Python 3.8, as scripts/environment.py is.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence

RUN_LIMIT_S = 1800
LOCK_WAIT_LIMIT_S = 900
POLL_S = 2.0
# DPkg::Lock::Timeout would wait for dpkg's lock alone, not for those of the lists and of the archive.
LOCKED = ("Could not get lock", "Unable to acquire the dpkg frontend lock", "Unable to lock ")


def run_apt(
    arguments: Sequence[str], say: Callable[[str], None], *, lock_limit_s: float = LOCK_WAIT_LIMIT_S
) -> None:
    """`apt-get <arguments>`, asked again while another apt holds a lock; one line is said about the waiting.

    Raises subprocess.CalledProcessError with apt's output, also when the lock is held for longer than `lock_limit_s`.
    """
    deadline_s = time.monotonic() + lock_limit_s
    is_told = False
    while True:
        try:
            _apt_get(arguments)
        except subprocess.CalledProcessError as error:
            if not _is_locked(error.stdout) or time.monotonic() >= deadline_s:
                raise
        else:
            return
        if not is_told:
            say(
                f"另一个 apt 正在安装软件，最多等待 {lock_limit_s / 60:.0f} 分钟 … (waiting for another apt to end)"
            )
            is_told = True
        time.sleep(POLL_S)


def _apt_get(arguments: Sequence[str]) -> None:
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1", LC_ALL="C")
    subprocess.run(
        ["apt-get", "-q", *arguments],
        env=quiet,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        timeout=RUN_LIMIT_S,
    )


def _is_locked(output: str) -> bool:
    return any(sign in output for sign in LOCKED)
