"""The real apt-get over folders of the test's own, so that its locks can be held without root."""

import fcntl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest

from scripts.apt import run_apt

CONF = """
Dir "{folder}/";
Dir::State::status "{folder}/dpkg/status";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "/dev/null";
"""
# What `apt-get update` and `apt-get install` take; an install without packages takes it all the same.
LOCKS = [("update", "var/lib/apt/lists/lock"), ("install", "dpkg/lock-frontend")]

Hold = Callable[[str], TextIO]


@pytest.fixture
def hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hold:
    """Locks a file as apt does; closing it lets it go."""
    for name in (
        "dpkg",
        "var/lib/apt/lists/partial",
        "var/cache/apt/archives/partial",
        "etc/apt/preferences.d",
    ):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "dpkg/status").touch()
    conf = tmp_path / "apt.conf"
    conf.write_text(CONF.format(folder=tmp_path))
    monkeypatch.setenv("APT_CONFIG", str(conf))

    def hold_lock(name: str) -> TextIO:
        handle = (tmp_path / name).open("w")
        fcntl.lockf(handle, fcntl.LOCK_EX)
        return handle

    return hold_lock


@pytest.mark.parametrize(("command", "lock"), LOCKS)
def test_waits_until_another_apt_has_ended_and_says_so_once(hold: Hold, command: str, lock: str) -> None:
    said: list[str] = []
    with hold(lock) as other:

        def say(line: str) -> None:
            said.append(line)
            other.close()

        run_apt([command], say)
    assert said == ["另一个 apt 正在安装软件，最多等待 15 分钟 … (waiting for another apt to end)"]


@pytest.mark.parametrize(("command", "lock"), LOCKS)
def test_gives_up_in_the_end_with_what_apt_said(hold: Hold, command: str, lock: str) -> None:
    with hold(lock), pytest.raises(subprocess.CalledProcessError) as failed:
        run_apt([command], pytest.fail, lock_limit_s=0)
    assert "E: Could not get lock" in failed.value.stdout


def test_other_failures_are_told_at_once(hold: Hold) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run_apt(["install", "no-such-package"], pytest.fail)
    assert "E: Unable to locate package no-such-package" in failed.value.stdout
