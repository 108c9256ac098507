"""Side by side children of a start: what they tell, and what ends the start."""

import io
import sys

import pytest

from scripts.environment import NotReadyError
from scripts.local.launcher.preparation import _run_side_by_side
from scripts.local.launcher.terminal import Terminal


def _told(*scripts: str) -> str:
    stream = io.StringIO()
    _run_side_by_side([[sys.executable, "-c", script] for script in scripts], Terminal(stream))
    return stream.getvalue()


def test_a_front_end_that_is_missing_is_told_and_ends_nothing() -> None:
    told = _told("print('missing\\t页面：没有网络')", "print('done\\t数据\\t0.30')")
    assert "✗ 页面：没有网络" in told
    assert "✓ 数据" in told


def test_a_child_that_fails_ends_the_start_with_its_sentence() -> None:
    with pytest.raises(NotReadyError, match=r"^磁盘已满$"):
        _told("print('chatter'); print('✗ 磁盘已满'); raise SystemExit(1)")
