"""Side by side children of a start: what they tell, and what ends the start."""

import io
import sys
from pathlib import Path

import pytest

from scripts.environment import NotReadyError
from scripts.local.launcher.preparation import _run_side_by_side
from scripts.local.launcher.terminal import Terminal


def _told(logs: Path, *scripts: str) -> str:
    stream = io.StringIO()
    commands = {str(number): [sys.executable, "-c", script] for number, script in enumerate(scripts)}
    _run_side_by_side(commands, logs, Terminal(stream))
    return stream.getvalue()


def test_a_front_end_that_is_missing_is_told_and_ends_nothing(tmp_path: Path) -> None:
    told = _told(tmp_path, "print('missing\\t页面：没有网络')", "print('done\\t数据\\t0.30')")
    assert "✗ 页面：没有网络" in told
    assert "✓ 数据" in told


def test_a_child_that_fails_ends_the_start_with_its_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match=r"^磁盘已满$"):
        _told(tmp_path, "print('chatter'); print('✗ 磁盘已满'); raise SystemExit(1)")
