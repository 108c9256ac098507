"""Watching the parts of a running system."""

import sys
from pathlib import Path

import pytest

from scripts.environment import NotReadyError
from scripts.local.launcher.supervision import MAX_RESTARTS, watch
from scripts.local.launcher.terminal import Terminal
from scripts.processes.child import Child


def test_a_part_that_keeps_dying_is_restarted_three_times_and_then_ends_the_watch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "raise SystemExit('it is broken')"]
    part = Child("thing", command, tmp_path / "thing.log", label="部件")
    part.begin()
    with pytest.raises(NotReadyError, match=r"部件 意外结束，状态 1(.|\n)*it is broken"):
        watch([part], Terminal(sys.stdout), lambda: "")
    assert capsys.readouterr().out.count("重新启动") == MAX_RESTARTS
