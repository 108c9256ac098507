"""The parts of a running system: which commands they are, in which order they start, and how they end."""

from __future__ import annotations

import http.client
import json
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.embedded.broker import INSTALLED
from scripts.embedded.redis_server import SHIPPED_CONF, find_redis
from scripts.environment import ROOT, NotReadyError
from scripts.front_ends.build import PREVIEW, PREVIEW_SITE, FrontEnd
from scripts.local.launcher.configuration import Addresses, redis_address
from scripts.local.launcher.run_folder import RunFolder
from scripts.local.launcher.terminal import Terminal
from scripts.processes.child import Child
from scripts.processes.loopback import LOOPBACK, accepts_connections

START_LIMIT_S = 300.0
POLL_S = 0.02
PROBE_LIMIT_S = 2.0
QUOTED_LINES = 10
# What a start waits for the piles; a large fleet comes online while people already look at it.
PILES_LIMIT_S = 10.0
# Seconds that each group of parts is given to end by itself, in the order they are asked; below 10 s in all.
END_LIMITS_S = (3.0, 4.0, 2.0)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the simulated piles and people do: `busy` is the share of connectors with a car."""

    seed: int = 1
    speed: int = 10
    busy: float = 0.35
    meter_s: int = 15
    has_drivers: bool = True


class System:
    """All parts over one run folder. `begin` starts them, `end` leaves none."""

    def __init__(
        self,
        folder: RunFolder,
        addresses: Addresses,
        traffic: Traffic,
        *,
        piles: int,
        node: Path,
        sites: Sequence[FrontEnd] = (),
    ) -> None:
        self.folder = folder
        self.addresses = addresses
        self.traffic = traffic
        self.piles = piles
        self.sites = sites
        redis = find_redis()
        redis_arguments, redis_url = redis_address(folder, addresses.ports)
        self.redis_url = redis_url if redis else ""
        self._redis = [self._redis_part(redis, redis_arguments)] if redis else []
        self._servers = [self._broker(node), self._sandbox()]
        self._product = [
            self._module("api", "接口服务", "backend.api", _api_is_ready(addresses.api_url)),
            self._module("bridge", "充电桩桥接", "mqtt_bridge", _has_logged("bridge_ready")),
            self._module("jobs", "后台任务", "backend.jobs", _has_logged("jobs_ready")),
            self._accounts(),
        ]
        self._faces = [self._preview(node)] if PREVIEW_SITE in sites else []
        self._people = [self._simulator()] if piles else []
        if traffic.has_drivers:
            self._people.append(self._drivers())

    @property
    def is_empty(self) -> bool:
        """Without demo data: the piles are those that people enter."""
        return not self.piles

    @property
    def parts(self) -> tuple[Child, ...]:
        return (*self._redis, *self._servers, *self._product, *self._faces, *self._people)

    def begin(self, terminal: Terminal) -> None:
        """Start everything and return when it works. Raises NotReadyError naming the part that does not."""
        # Redis takes no time, and the others look for it when they start.
        self._start(self._redis, terminal)
        self._start([*self._servers, *self._product, *self._faces], terminal)

    def end(self) -> None:
        """Ask the parts to end, those that others serve last, and kill what is still there after its time."""
        groups = ([*self._people, *self._faces], self._product, [*self._servers, *self._redis])
        try:
            for group, limit_s in zip(groups, END_LIMITS_S, strict=True):
                _end_group(group, limit_s)
        finally:
            self.kill()

    def kill(self) -> None:
        """End every part at once."""
        for part in self.parts:
            part.kill()

    def _start(self, parts: Sequence[Child], terminal: Terminal) -> None:
        """Start these side by side and wait for them; people and piles follow as soon as they can."""
        began_s = dict.fromkeys(parts, time.monotonic())
        for part in parts:
            part.begin()
        waiting = list(parts)
        while waiting:
            terminal.show(f"  … {'、'.join(part.label for part in waiting)}")
            for part in tuple(waiting):
                took_s = time.monotonic() - began_s[part]
                if part.is_ready:
                    waiting.remove(part)
                    terminal.step_done(part.label, took_s)
                    for follower in self._followers(part):
                        follower.begin()
                        began_s[follower] = time.monotonic()
                        waiting.append(follower)
                elif not part.is_running or took_s > START_LIMIT_S:
                    raise NotReadyError(f"{part.label} 未能启动 (did not start)：\n{quoted_tail(part)}")
            time.sleep(POLL_S)

    def _followers(self, ready: Child) -> list[Child]:
        """What could not start before. Piles wait for the bridge: a broker that was just started has no session
        for it in which their first messages would be kept.
        """
        if ready.name == "bridge":
            return self._people[:1]
        return self._people[1:] if ready.name == "simulator" else []

    def _redis_part(self, binary: Path, arguments: list[str]) -> Child:
        command: list[str | Path] = [binary, SHIPPED_CONF, *arguments, "--dir", self.folder.path.resolve()]
        return self._part(
            "redis", "Redis", command, _has_logged("Ready to accept connections", "ready to accept")
        )

    def _broker(self, node: Path) -> Child:
        port = self.addresses.ports.broker
        files: list[str | Path] = [
            "--password-file",
            self.folder.passwords,
            "--acl-file",
            self.folder.topic_rules,
        ]
        command: list[str | Path] = [
            node,
            INSTALLED / "broker.mjs",
            "--host",
            LOOPBACK,
            "--port",
            str(port),
            *files,
        ]
        return self._part("broker", f"MQTT 服务器（端口 {port}）", command, _has_logged("broker ready"))

    def _accounts(self) -> Child:
        """Hands new, replaced and revoked secrets to the broker, and reads from its log who came in."""
        options: list[str | Path] = ["--out", self.folder.passwords, "--follow"]
        options += ["--log-file", self.folder.logs / "broker.log"]
        for name in ("bridge", "viewer"):
            options += ["--account", f"{name}={self.folder.keys / f'{name}.txt'}"]
        command = [sys.executable, ROOT / "scripts" / "broker_passwords", *options]
        return self._part("accounts", "MQTT 账号同步", command, _has_logged("accounts_ready"))

    def _sandbox(self) -> Child:
        port = self.addresses.ports.sandbox
        options = ["--port", str(port), "--config", str(self.folder.keys / "sandbox.json")]
        return self._module(
            "sandbox",
            "微信与支付宝沙箱",
            "scripts.stand_ins.sandbox",
            lambda _: accepts_connections(port),
            options,
        )

    def _preview(self, node: Path) -> Child:
        addresses, port = self.addresses, self.addresses.ports.preview
        options = ["--port", str(port), "--api", addresses.api_url, "--public-url", addresses.public_url]
        options += ["--sandbox", addresses.sandbox_url, "--simulator", addresses.control_url]
        options += ["--stickers", str(self.folder.stickers), "--site", str(PREVIEW_SITE.site)]
        command: list[str | Path] = [node, PREVIEW / "server.mjs", *options]
        return self._part(
            "preview", f"小程序预览（端口 {port}）", command, lambda _: accepts_connections(port)
        )

    def _simulator(self) -> Child:
        traffic, ports = self.traffic, self.addresses.ports
        options = ["--broker", f"mqtt://{LOOPBACK}:{ports.broker}", "--piles-file", str(self.folder.fleet)]
        options += ["--seed", str(traffic.seed), "--speed", str(traffic.speed), "--busy", str(traffic.busy)]
        options += ["--meter", str(traffic.meter_s), "--control", str(ports.control)]
        options += ["--state", str(self.folder.pile_states)]
        command: list[str | Path] = [sys.executable, ROOT / "scripts" / "simulate_piles", *options]
        label = f"模拟充电桩（{self.piles} 台）"
        return self._part("simulator", label, command, self._piles_are_online())

    def _piles_are_online(self) -> Callable[[Child], bool]:
        deadline_s: float | None = None

        def is_ready(part: Child) -> bool:
            nonlocal deadline_s
            if not part.has_logged("control at"):
                return False
            deadline_s = deadline_s or time.monotonic() + PILES_LIMIT_S
            piles = _get_json(f"{self.addresses.control_url}/piles")
            is_done = piles is not None and all(pile["online"] for pile in piles["piles"])
            return is_done or time.monotonic() > deadline_s

        return is_ready

    def _drivers(self) -> Child:
        options = ["--api", self.addresses.api_url, "--sandbox", self.addresses.sandbox_url]
        options += ["--seed", str(self.traffic.seed)]
        return self._module("drivers", "演示车主", "scripts.local.demo.drivers", lambda _: True, options)

    def _module(
        self,
        name: str,
        label: str,
        module: str,
        is_ready: Callable[[Child], bool],
        options: Sequence[str] = (),
    ) -> Child:
        return self._part(name, label, [sys.executable, "-m", module, *options], is_ready)

    def _part(
        self,
        name: str,
        label: str,
        command: Sequence[str | Path],
        is_ready: Callable[[Child], bool],
    ) -> Child:
        return Child(
            name,
            command,
            self.folder.logs / f"{name}.log",
            is_ready,
            label=label,
            environment={"XINXIANG_CONFIG": str(self.folder.config.resolve())},
        )


def quoted_tail(part: Child) -> str:
    """The end of its log, indented, and where the rest is."""
    lines = [f"    {line}" for line in part.tail()[-QUOTED_LINES:]] or ["    （没有输出）"]
    return "\n".join([*lines, f"    完整日志 {part.log_file}"])


def _end_group(parts: Sequence[Child], limit_s: float) -> None:
    deadline_s = time.monotonic() + limit_s
    for part in parts:
        part.send(signal.SIGTERM)
    while any(part.is_running for part in parts) and time.monotonic() < deadline_s:
        time.sleep(POLL_S)
    for part in parts:
        part.kill()


def _has_logged(*texts: str) -> Callable[[Child], bool]:
    return lambda part: any(part.has_logged(text) for text in texts)


def _api_is_ready(api_url: str) -> Callable[[Child], bool]:
    return lambda _: _get_json(f"{api_url}/readyz") is not None


def _get_json(url: str) -> Any:
    """The JSON of a 200; None for any other answer, and for none."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PROBE_LIMIT_S)
    try:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        return json.loads(answer.read()) if answer.status == HTTPStatus.OK else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
