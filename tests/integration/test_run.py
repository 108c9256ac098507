"""The one command as people use it: start, copy a line, Ctrl-C; and the smoke. Afterwards no process is left."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from scripts.environment import ROOT
from scripts.processes.loopback import free_port
from tests.launched import PILES, START_LIMIT_S, Launcher, processes_of
from tests.waiting import LIMIT_S, wait_until

pytestmark = pytest.mark.timeout(2 * START_LIMIT_S)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "run"
    yield path
    left = processes_of(path)
    for process in left:
        process.kill()
    assert not left, [process.cmdline() for process in left]


def test_starts_the_product_shows_lines_that_work_and_ends_without_a_trace(folder: Path) -> None:
    with Launcher(folder) as launcher:
        launcher.process.wait_until_ready(START_LIMIT_S)
        children = launcher.children()
        assert len(children) >= 7
        assert f"{PILES} 台充电桩" in launcher.said()
        for page in ("车主小程序（预览）  ", "运营后台  "):
            link = next(word for word in launcher.line(page).split() if word.startswith("http"))
            assert requests.get(link, timeout=LIMIT_S).ok, link
        nearby = _run_shell(
            [launcher.line("CODE=$("), launcher.line("TOKEN=$("), launcher.line("stations/nearby")]
        )
        assert json.loads(nearby)["stations"]
        if shutil.which("mosquitto_sub"):
            heard = _run_shell([launcher.line("mosquitto_sub") + " -C 1"])
            assert re.match(r"cp/v1/\d+/up/online \{", heard)
        wait_until(
            lambda: "topped up" in (folder / "logs" / "drivers.log").read_text(),
            "a demo driver has topped up",
        )
        status = launcher.end(signal.SIGINT)
        assert status == 0, launcher.said()
    assert not [child for child in children if child.is_running()]
    assert "Traceback" not in launcher.said()


def test_a_second_copy_in_the_same_folder_is_refused_in_one_sentence(folder: Path) -> None:
    with Launcher(folder, "--no-drivers") as launcher:
        launcher.process.wait_until_ready(START_LIMIT_S)
        command = [sys.executable, str(ROOT / "scripts" / "run"), "--folder", str(folder)]
        second = subprocess.run(
            [*command, "--port", str(free_port())],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert second.returncode == 1
        assert second.stdout.startswith(f"✗ 已经在运行了 (进程 {launcher.process.pid})")
        assert second.stdout.count("\n") == 1
        assert launcher.process.is_running
        assert launcher.end(signal.SIGTERM) == 0


def test_a_part_that_dies_is_named_and_comes_back(folder: Path) -> None:
    with Launcher(folder, "--no-drivers") as launcher:
        launcher.process.wait_until_ready(START_LIMIT_S)
        first = launcher.child("backend.jobs")
        first.kill()
        wait_until(lambda: "重新启动" in launcher.said(), "the restart is told")
        assert "后台任务 意外结束，状态 -9" in launcher.said()
        wait_until(lambda: _is_back(launcher, first.pid), "the jobs run again")
        assert launcher.end(signal.SIGINT) == 0


def _is_back(launcher: Launcher, former_pid: int) -> bool:
    return any(child.pid != former_pid and "backend.jobs" in child.cmdline() for child in launcher.children())


def test_a_second_start_keeps_the_data_and_a_killed_launcher_leaves_no_process(folder: Path) -> None:
    with Launcher(folder, "--no-drivers") as launcher:
        launcher.process.wait_until_ready(START_LIMIT_S)
        password = launcher.line("超级管理员").split()[-2]
        assert "数据库结构" in launcher.said()
        assert launcher.end(signal.SIGINT) == 0
    with Launcher(folder, "--no-drivers") as launcher:
        launcher.process.wait_until_ready(START_LIMIT_S)
        assert launcher.line("超级管理员").split()[-2] == password
        assert "数据库结构" not in launcher.said()
        children = launcher.children()
        os.kill(launcher.process.pid, signal.SIGKILL)
        launcher.process.wait()
    _, alive = psutil.wait_procs(children, timeout=LIMIT_S)
    assert not alive


def test_an_empty_system_begins_with_its_first_administrator_and_is_kept(folder: Path) -> None:
    with Launcher(folder, "--empty") as launcher:
        launcher.process.wait_until_ready(START_LIMIT_S)
        link = launcher.line("从这里开始").split()[-1]
        page, _, token = link.partition("#token=")
        assert requests.get(page, timeout=LIMIT_S).ok
        body = {"account": "first", "name": "第一位", "password": "a sentence to log in with", "token": token}
        api = f"http://127.0.0.1:{launcher.port}/api/v1/admin"
        begun = requests.post(f"{api}/begin", json={**body, "operator_name": "看得见充电"}, timeout=LIMIT_S)
        assert begun.status_code == 204, begun.text
        assert launcher.end(signal.SIGINT) == 0
    assert token not in "".join(log.read_text() for log in (folder / "logs").iterdir())
    with Launcher(folder, "--empty") as launcher:
        launcher.process.wait_until_ready(START_LIMIT_S)
        assert "从这里开始" not in launcher.said()
        login = {name: body[name] for name in ("account", "password")}
        api = f"http://127.0.0.1:{launcher.port}/api/v1/admin"
        told = requests.post(f"{api}/login", json=login, timeout=LIMIT_S).json()
        me = {"Authorization": f"Bearer {told['token']}"}
        assert requests.get(f"{api}/stations", headers=me, timeout=LIMIT_S).json()["stations"] == []
        assert launcher.end(signal.SIGINT) == 0
    with Launcher(folder) as launcher:
        assert launcher.process.wait() == 1
        assert "您自己的数据，请加 --empty" in launcher.said()


@pytest.mark.parametrize("step", ["密钥与沙箱商户", "MQTT 服务器（"], ids=["preparing", "starting"])
def test_ctrl_c_while_it_still_starts_leaves_no_process(folder: Path, step: str) -> None:
    with Launcher(folder, "--no-drivers") as launcher:
        wait_until(lambda: step in launcher.said(), f"the start has come to {step}", START_LIMIT_S)
        assert launcher.end(signal.SIGINT) == 0
    assert "Traceback" not in launcher.said()
    assert "按 Ctrl-C 结束" not in launcher.said()


def test_smoke_charges_once_and_proves_the_bill(folder: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "run"), "--smoke", "--folder", str(folder)]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=2 * LIMIT_S,
        check=False,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stdout
    assert told["ok"] is True
    assert told["ledger_sum_fen"] == 0
    assert told["energy_wh"] > 0
    assert told["total_fen"] > 0
    assert {"setup_s", "start_to_charging_ms"} <= set(told)
    assert not folder.exists()


def _run_shell(lines: list[str]) -> str:
    done = subprocess.run(
        ["sh", "-euc", "\n".join(lines)], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
