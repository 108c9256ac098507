"""The whole product as real processes on free ports of 127.0.0.1, over a broker and database of the test's choice.

Every part can be stopped, killed and started again; its address and its data stay.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Self

import requests

from scripts.processes.child import Child
from scripts.processes.loopback import accepts_connections, free_port
from tests.brokers import BrokerHandle, BrokerKind, start_broker
from tests.waiting import LIMIT_S

ROOT = Path(__file__).resolve().parent.parent
BRIDGE_SECRET = "bridge-secret-of-one-test"
REQUEST_LIMIT_S = 5
# What the processes log once they work; the API is asked over HTTP instead.
BRIDGE_READY = "bridge_ready"
JOBS_READY = "jobs_ready"

MIGRATE = """
from backend.config import load
from backend.models.engine.database import connect
from backend.models.engine.migrations import apply_migrations
connect(load().database_url)
apply_migrations()
"""


class Stack:
    """API, bridge, jobs, sandbox and broker of one test, with their files in `folder`.

    `database_url` is an empty database; the migrations are run on it. An empty `redis_url` runs without Redis.
    `pile_secrets` (pile_no → secret) are known to the broker beside the bridge's own account.
    `settings` are further environment variables, such as {"XINXIANG_API_PROCESSES": "2"}. `notify_speed` divides
    the waits between two attempts of the sandbox to tell of a payment. `broker_port` 0 takes a free one.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str,
        redis_url: str = "",
        broker: BrokerKind = "mosquitto",
        pile_secrets: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        notify_speed: float = 1.0,
        broker_port: int = 0,
    ) -> None:
        self._folder = folder
        self._broker_kind = broker
        self._broker_port = broker_port
        self._accounts = {"bridge": BRIDGE_SECRET, **(pile_secrets or {})}
        self._keys = folder / "config"
        self._config = self._keys / "xinxiang.toml"
        self._environment = {**(settings or {}), "XINXIANG_CONFIG": str(self._config)}
        api_port, sandbox_port = free_port(), free_port()
        self.api_url = f"http://127.0.0.1:{api_port}"
        self.sandbox_url = f"http://127.0.0.1:{sandbox_port}"
        self._tables: dict[str, dict[str, str | int]] = {
            "database": {"url": database_url},
            "redis": {"url": redis_url},
            "api": {"port": api_port, "public_url": self.api_url},
        }
        self.sandbox = self._part(
            "sandbox",
            [
                "-m",
                "scripts.stand_ins.sandbox",
                "--port",
                str(sandbox_port),
                "--config",
                str(self._keys / "sandbox.json"),
                "--notify-speed",
                str(notify_speed),
            ],
            lambda _: accepts_connections(sandbox_port),
        )
        self.api = self._part("api", ["-m", "backend.api"], lambda _: self._api_is_ready())
        self.bridge = self._part("bridge", ["-m", "mqtt_bridge"], lambda one: one.has_logged(BRIDGE_READY))
        self.jobs = self._part("jobs", ["-m", "backend.jobs"], lambda one: one.has_logged(JOBS_READY))
        self.parts = (self.sandbox, self.api, self.bridge, self.jobs)
        self.broker: BrokerHandle

    def __enter__(self) -> Self:
        """Start everything; what was started is stopped again when a part fails to come up."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the product's processes, last started first, then the broker."""
        with contextlib.ExitStack() as stopping:
            if hasattr(self, "broker"):
                stopping.callback(self.broker.stop)
            for part in self.parts:
                stopping.callback(part.stop)

    def logs(self) -> str:
        """The end of every part's log, for a failing test's message."""
        return "\n".join("\n".join([f"── {part.name} ──", *part.tail()]) for part in self.parts)

    def run(self, *arguments: str) -> str:
        """Run `python <arguments>` with this stack's configuration and return its output; AssertionError if it fails."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **self._environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, f"{arguments} ended with status {done.returncode}:\n{done.stdout}"
        return done.stdout

    def _start(self) -> None:
        self._keys.mkdir(parents=True)
        names = ["--api-base", self.sandbox_url, "--notify-url", f"{self.api_url}/notify/wechat"]
        self.run("-m", "scripts.stand_ins.sandbox.keys", "--out", str(self._keys), *names)
        broker_folder = self._folder / "broker"
        broker_folder.mkdir()
        self.broker = start_broker(self._broker_kind, broker_folder, self._accounts, self._broker_port)
        self._write_config()
        self.run("-c", MIGRATE)
        for part in self.parts:
            part.begin()
        for part in self.parts:
            part.wait_until_ready()

    def _write_config(self) -> None:
        """Ours beside the sandbox's tables, in its folder, because file names in there are relative."""
        secret = self._keys / "bridge_secret.txt"
        secret.write_text(BRIDGE_SECRET)
        self._tables["mqtt"] = {
            "host": self.broker.host,
            "port": self.broker.port,
            "password_file": secret.name,
        }
        lines = ['mode = "demo"']
        for table, values in self._tables.items():
            # A JSON string or number is a TOML one.
            lines += [f"[{table}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
        made = (self._keys / "product.toml").read_text(encoding="utf-8")
        self._config.write_text("\n".join([*lines, made]), encoding="utf-8")

    def _part(self, name: str, arguments: Sequence[str], is_ready: Callable[[Child], bool]) -> Child:
        log_path = self._folder / f"{name}.log"
        return Child(name, [sys.executable, *arguments], log_path, is_ready, environment=self._environment)

    def _api_is_ready(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            answer = requests.get(f"{self.api_url}/readyz", timeout=REQUEST_LIMIT_S)
            return answer.status_code == HTTPStatus.OK
        return False
