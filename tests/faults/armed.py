"""One act in a process of its own that is killed at a crash point."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Final

from backend.crash_points import arm
from backend.models.engine import database as db
from tests.waiting import LIMIT_S

LOADED_BEFORE: Final = ["tests.faults.services"]
"""Loaded once, for all the processes to come."""

Act = Callable[[], object]
"""What is done, killed and done again; it travels to another process."""


def die_at(point: str, database_url: str, act: Act) -> bool:
    """Do it in a process that is killed at this point; whether it came there."""
    db.close()  # a process inherits no connection
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED_BEFORE)
    process = context.Process(target=_act_armed, args=(point, database_url, act))
    process.start()
    process.join(LIMIT_S)
    assert process.exitcode is not None, f"no end within {LIMIT_S} s on the way to {point}"
    return process.exitcode == -signal.SIGKILL


def _act_armed(point: str, database_url: str, act: Act) -> None:
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    db.connect(database_url)
    arm(point)
    act()
