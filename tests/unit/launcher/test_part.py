"""A part's process: its log, its end, and that it never outlives the launcher."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scripts.environment import ROOT, NotReadyError
from scripts.local.launcher.part import TAIL_LINES, Part, part_environment
from scripts.local.launcher.supervision import MAX_RESTARTS, watch
from scripts.local.launcher.terminal import Terminal
from tests.child_process import wait_until

# A launcher in miniature: it starts one part, says its number, and waits.
OWNER = """
import sys, time
from pathlib import Path
from scripts.local.launcher.part import Part
part = Part("sleeper", "x", [sys.executable, "-c", "import time; time.sleep(600)"], logs=Path(sys.argv[1]),
            is_ready=lambda _: True)
part.begin()
print(part.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[list[Part]]:
    made: list[Part] = []
    yield made
    for part in made:
        part.end()


def _part(parts: list[Part], tmp_path: Path, code: str, **options: bool) -> Part:
    part = Part(
        "thing",
        "部件",
        [sys.executable, "-c", code],
        logs=tmp_path,
        is_ready=lambda one: one.has_logged("ready"),
        **options,  # type: ignore[arg-type]
    )
    parts.append(part)
    return part


def test_is_ready_once_it_says_so(parts: list[Part], tmp_path: Path) -> None:
    part = _part(parts, tmp_path, "import time; print('ready'); time.sleep(600)")
    assert not part.is_ready
    part.begin()
    wait_until(lambda: part.is_ready, "the part is ready")
    part.ask_to_end()
    wait_until(lambda: not part.is_running, "the part ended")
    assert part.status == -signal.SIGTERM


def test_what_an_earlier_start_said_does_not_count(parts: list[Part], tmp_path: Path) -> None:
    (tmp_path / "thing.log").write_text("ready\n")
    part = _part(parts, tmp_path, "import time; time.sleep(600)")
    part.begin()
    assert not part.has_logged("ready")
    assert part.tail() == []


def test_the_tail_is_the_last_lines(parts: list[Part], tmp_path: Path) -> None:
    part = _part(parts, tmp_path, "for n in range(100): print(n)")
    part.begin()
    wait_until(lambda: not part.is_running, "the part ended")
    assert part.tail() == [str(number) for number in range(100 - TAIL_LINES, 100)]


def test_its_end_takes_its_own_children_along(parts: list[Part], tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        "print('ready', child.pid); time.sleep(600)"
    )
    part = _part(parts, tmp_path, code)
    part.begin()
    wait_until(lambda: part.has_logged("\n"), "the grandchild is there")
    grandchild = psutil.Process(int(part.tail()[0].split()[1]))
    part.end()
    wait_until(lambda: not _lives(grandchild), "the grandchild is gone")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent's life")
def test_it_dies_with_a_launcher_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as owner:
        assert owner.stdout is not None
        child = psutil.Process(int(owner.stdout.readline()))
        assert _lives(child)
        owner.kill()
    wait_until(lambda: not _lives(child), "the part is gone")


def test_settings_of_another_purpose_do_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINXIANG_API_PORT", "1")
    environment = part_environment({"XINXIANG_CONFIG": "x"})
    assert "XINXIANG_API_PORT" not in environment
    assert environment["XINXIANG_CONFIG"] == "x"
    assert environment["PATH"] == os.environ["PATH"]


def test_a_part_that_keeps_dying_is_restarted_three_times_and_then_ends_the_watch(
    parts: list[Part], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part = _part(parts, tmp_path, "raise SystemExit('it is broken')")
    part.begin()
    with pytest.raises(NotReadyError, match=r"部件 意外结束，状态 1(.|\n)*it is broken"):
        watch([part], Terminal(sys.stdout), lambda: "")
    assert part.restarts == MAX_RESTARTS
    assert capsys.readouterr().out.count("重新启动") == MAX_RESTARTS


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
