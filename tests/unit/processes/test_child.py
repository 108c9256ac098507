"""A child process: its readiness, its log, its end with all that it started, and that it never outlives its owner."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from scripts.environment import ROOT
from scripts.processes.child import GO, TAIL_LINES, WAIT_FOR_GUARD, Child, StartError, child_environment
from tests.waiting import LIMIT_S, wait_until

SLEEP = "import time; time.sleep(600)"
# Says the numbers of itself, of its guard, of a child begun by a thread that has ended, and of its grandchild.
OWNER = f"""
import subprocess, sys, threading, time
from pathlib import Path
from scripts.processes import guard
from scripts.processes.child import Child
code = "import os, subprocess, sys; print(os.getpid(), subprocess.Popen([sys.executable, '-c', {SLEEP!r}]).pid); {SLEEP}"
child = Child("sleeper", [sys.executable, "-c", code], Path(sys.argv[1]), lambda one: one.has_logged(chr(10)))
starting = threading.Thread(target=child.start)
starting.start()
starting.join()
print("pids", guard._guard._shell.pid, *child.since_start().split(), flush=True)
sys.stdin.readline()
second = Child("second", [sys.executable, "-c", {SLEEP!r}], Path(sys.argv[1]))
second.start()
print("second", second.pid, flush=True)
time.sleep(600)
"""

Make = Callable[..., Child]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Child] = []

    def make_one(code: str, **options: Any) -> Child:
        command = [sys.executable, "-c", code]
        made.append(
            Child("thing", command, tmp_path / "thing.log", lambda one: one.has_logged("ready"), **options)
        )
        return made[-1]

    yield make_one
    for child in made:
        child.kill()


def test_is_ready_once_it_says_so(make: Make) -> None:
    child = make(f"print('ready'); {SLEEP}")
    child.begin()
    child.wait_until_ready()
    assert child.is_ready
    child.send(signal.SIGTERM)
    assert child.wait() == -signal.SIGTERM


def test_what_an_earlier_start_said_does_not_count(make: Make, tmp_path: Path) -> None:
    (tmp_path / "thing.log").write_text("ready\n")
    child = make(SLEEP)
    child.begin()
    assert not child.has_logged("ready")
    assert child.tail() == []


def test_the_tail_is_the_last_lines(make: Make) -> None:
    child = make("for n in range(100): print(n)")
    child.begin()
    assert child.wait() == 0
    assert child.tail() == [str(number) for number in range(100 - TAIL_LINES, 100)]


def test_one_that_ends_early_shows_its_last_words(make: Make) -> None:
    with pytest.raises(StartError, match=r"thing 未能启动 \(it ended with status 3\)：\nno such port"):
        make("print('no such port'); raise SystemExit(3)").start()


def test_one_that_stays_silent_is_ended(make: Make) -> None:
    child = make(SLEEP)
    with pytest.raises(StartError, match="was not ready within 0 s"):
        child.start(limit_s=0)
    assert child.status == -signal.SIGKILL


def test_a_command_that_does_not_exist_ends_with_127(tmp_path: Path) -> None:
    child = Child("nothing", ["/nowhere/at/all"], tmp_path / "log")
    child.begin()
    assert child.wait() == 127


def test_is_fed_and_heard_through_pipes(make: Make) -> None:
    child = make("print(input() + '!')", is_fed=True, is_heard=True)
    child.begin()
    child.input.write("充电\n".encode())
    child.input.close()
    assert child.output.read().decode() == "充电!\n"
    assert child.wait() == 0


@pytest.mark.parametrize("how", ["stop", "kill", "ends by itself"])
def test_its_end_takes_its_own_children_along(make: Make, how: str) -> None:
    sleeper = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
    end = "" if how == "ends by itself" else SLEEP
    child = make(
        f"import subprocess, sys; print('ready', subprocess.Popen([sys.executable, '-c', {sleeper!r}]).pid); {end}"
    )
    child.begin()
    wait_until(lambda: "\n" in child.since_start(), "the grandchild is there")
    grandchild = psutil.Process(int(child.since_start().split()[1]))
    if how == "ends by itself":
        assert child.wait() == 0
    else:
        getattr(child, how)()
    wait_until(lambda: not _lives(grandchild), "the grandchild is gone")


def test_a_killed_owner_leaves_neither_child_nor_grandchild_nor_guard(make: Make, tmp_path: Path) -> None:
    owner, family = _start_owner(make, tmp_path)
    assert len(family) == 3
    assert all(_lives(one) for one in family)

    os.kill(owner.pid, signal.SIGKILL)

    wait_until(lambda: not any(_lives(one) for one in family), "all of them are gone")


def test_a_killed_guard_is_replaced_by_one_that_knows_all_children(make: Make, tmp_path: Path) -> None:
    owner, family = _start_owner(make, tmp_path)
    family[0].kill()
    wait_until(lambda: not _lives(family[0]), "the guard is gone")
    owner.input.write(b"\n")
    owner.input.flush()
    family.append(psutil.Process(int(owner.output.readline().split()[1])))

    os.kill(owner.pid, signal.SIGKILL)

    wait_until(lambda: not any(_lives(one) for one in family), "all of them are gone")


def test_a_child_whose_owner_died_before_it_was_watched_never_becomes_its_command(tmp_path: Path) -> None:
    """To an unfinished start the kernel does no more than close the pipe."""
    touched = tmp_path / "touched"
    for said, is_touched in ((b"", False), (GO, True)):
        subprocess.run(
            ["/bin/sh", "-c", WAIT_FOR_GUARD, "thing", "touch", touched],
            input=said,
            check=False,
            timeout=LIMIT_S,
        )
        assert touched.exists() is is_touched


def test_settings_of_another_purpose_do_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINXIANG_API_PORT", "1")
    environment = child_environment({"XINXIANG_CONFIG": "x"})
    assert "XINXIANG_API_PORT" not in environment
    assert environment["XINXIANG_CONFIG"] == "x"
    assert environment["PATH"] == os.environ["PATH"]


def _start_owner(make: Make, tmp_path: Path) -> tuple[Child, list[psutil.Process]]:
    """The owner, and its guard, child and grandchild."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv.append({str(tmp_path / 'own.log')!r}){OWNER}"
    owner = make(code, is_fed=True, is_heard=True)
    owner.begin()
    line = owner.output.readline().split()
    assert line[:1] == [b"pids"], owner.since_start()
    return owner, [psutil.Process(int(pid)) for pid in line[1:]]


def _lives(process: psutil.Process) -> bool:
    """A zombie that nobody has looked at yet has ended."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
