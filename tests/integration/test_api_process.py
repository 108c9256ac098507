"""`python -m backend.api` as a process: starting, refusing to start, paying through the sandbox, stopping."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from backend.gateways.clock import utc_now
from backend.models.engine import database
from scripts.environment import ROOT
from scripts.processes.child import Child
from scripts.processes.loopback import accepts_connections, free_port
from tests.api_server import ApiClient
from tests.builders import an_operator
from tests.waiting import LIMIT_S, wait_until

DRIVER = "/api/v1/driver"


class Running:
    """An API process with its own database file, and the sandbox that stands for WeChat."""

    def __init__(self, folder: Path, template: Path, *, processes: int = 1) -> None:
        port, sandbox_port = free_port(), free_port()
        self.api = ApiClient(f"http://127.0.0.1:{port}")
        self.sandbox = ApiClient(f"http://127.0.0.1:{sandbox_port}")
        keys = folder / "keys"
        notify_url = f"{self.api.base_url}/notify/wechat"
        _run_module(
            "scripts.stand_ins.sandbox.keys",
            "--out",
            str(keys),
            "--api-base",
            self.sandbox.base_url,
            "--notify-url",
            notify_url,
        )
        shutil.copy(template, folder / "api.sqlite")
        url = f"sqlite:///{folder / 'api.sqlite'}"
        database.connect(url)
        an_operator(now=utc_now(), is_platform=True)
        database.close()
        tables: dict[str, dict[str, str | int]] = {
            "database": {"url": url},
            "api": {"port": port, "public_url": self.api.base_url, "processes": processes},
        }
        lines = ['mode = "demo"']
        for table, values in tables.items():
            lines += [f"[{table}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
        self.config = keys / "xinxiang.toml"
        self.config.write_text("\n".join([*lines, (keys / "product.toml").read_text()]))
        self.environment = {"XINXIANG_CONFIG": str(self.config)}
        flags = ["--port", str(sandbox_port), "--config", str(keys / "sandbox.json"), "--notify-speed", "100"]
        self.sandbox_process = Child(
            "sandbox",
            [sys.executable, "-m", "scripts.stand_ins.sandbox", *flags],
            folder / "sandbox.log",
            lambda _: accepts_connections(sandbox_port),
        )
        self.process = Child(
            "api",
            [sys.executable, "-m", "backend.api"],
            folder / "api.log",
            lambda _: self._is_ready(),
            environment=self.environment,
        )

    def _is_ready(self) -> bool:
        try:
            return self.api.get("/readyz").status_code == 200
        except requests.RequestException:
            return False

    def stop(self) -> None:
        self.process.stop()
        self.sandbox_process.stop()
        self.api.close()
        self.sandbox.close()


def _run_module(
    *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.fixture
def running(tmp_path: Path, sqlite_template: Path) -> Iterator[Running]:
    made = Running(tmp_path, sqlite_template)
    yield made
    made.stop()


def test_a_driver_logs_in_tops_up_and_the_notify_credits_the_wallet_once(running: Running) -> None:
    running.sandbox_process.start()
    running.process.start()
    code = running.sandbox.post("/sandbox/login-codes", json={}).json()["code"]
    login = running.api.post(f"{DRIVER}/login", json={"code": code})
    assert login.status_code == 200, login.text
    again = running.api.post(f"{DRIVER}/login", json={"code": code})
    assert (again.status_code, again.json()["error"]["code"]) == (401, "invalid_login_code")
    me = running.api.as_owner_of(login.json()["token"])
    asked = {"amount_fen": 5_000, "channel": "wechat"}
    top_up = me.post(f"{DRIVER}/top-ups", json=asked, headers={"Idempotency-Key": "k1"})
    assert top_up.status_code == 201, top_up.text
    repeated = me.post(f"{DRIVER}/top-ups", json=asked, headers={"Idempotency-Key": "k1"})
    payment_no = top_up.json()["payment_no"]
    assert repeated.json()["payment_no"] == payment_no
    pay = top_up.json()["pay"]
    paid = running.sandbox.post(
        "/sandbox/pay", json={"prepay_id": pay["package"].removeprefix("prepay_id="), **pay}
    )
    assert paid.json() == {"errMsg": "requestPayment:ok"}
    wait_until(lambda: me.get(f"{DRIVER}/wallet").json()["available_fen"] == 5_000, "the top-up is credited")
    wait_until(lambda: bool(_answered_notifies(running)), "the notify is answered")
    (attempt,) = _answered_notifies(running)
    running.sandbox.post("/sandbox/notifies/replay", json={"id": attempt["id"]})
    assert me.get(f"{DRIVER}/wallet").json()["available_fen"] == 5_000
    assert me.get(f"{DRIVER}/payments/{payment_no}").json()["state"] == "paid"
    log = running.process.log_text()
    assert login.json()["token"] not in log
    assert code not in log


def _answered_notifies(running: Running) -> list[dict[str, object]]:
    attempts: list[dict[str, object]] = running.sandbox.get("/sandbox/notifies").json()["attempts"]
    return [attempt for attempt in attempts if attempt.get("status")]


def test_sigterm_ends_it_cleanly_and_the_port_is_free_again(running: Running) -> None:
    running.process.start()
    running.process.send(signal.SIGTERM)
    assert running.process.wait() == 0
    assert not accepts_connections(int(running.api.base_url.rpartition(":")[2]))
    assert "api_stopped" in running.process.log_text()


def test_several_processes_share_the_port_a_dead_one_is_replaced_and_all_end_together(
    tmp_path: Path, sqlite_template: Path
) -> None:
    running = Running(tmp_path, sqlite_template, processes=2)
    try:
        running.process.start()
        parent = psutil.Process(running.process.pid)
        wait_until(lambda: running.process.log_text().count("api_ready") == 2, "two children serve")
        victim = parent.children()[0].pid
        os.kill(victim, signal.SIGKILL)
        wait_until(
            lambda: len(parent.children()) == 2 and victim not in {child.pid for child in parent.children()},
            "the dead child is replaced",
        )
        wait_until(lambda: running.process.log_text().count("api_ready") == 3, "the new child serves")
        children = parent.children()
        running.process.send(signal.SIGTERM)
        assert running.process.wait() == 0
        assert not any(child.is_running() for child in children)
    finally:
        running.stop()


def test_a_taken_port_is_one_sentence(running: Running) -> None:
    port = int(running.api.base_url.rpartition(":")[2])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        ended = _run_module("backend.api", environment=running.environment)
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert str(port) in ended.stderr


def test_a_wrong_setting_is_one_sentence(running: Running) -> None:
    for name, value in (
        ("XINXIANG_API_PORT", "x"),
        ("XINXIANG_DATABASE_URL", "oracle://x"),
        ("XINXIANG_NO", "1"),
    ):
        ended = _run_module("backend.api", environment={**running.environment, name: value})
        assert ended.returncode == 2
        assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
