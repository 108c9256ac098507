"""What the parts read: the product's configuration, the broker's topic rules, and the list of simulated piles."""

from __future__ import annotations

import json
import os
import socket
import tomllib
from dataclasses import dataclass
from pathlib import Path

from scripts.environment import ROOT, NotReadyError
from scripts.local.launcher.ports import Ports
from scripts.local.launcher.run_folder import RunFolder, read_json, write_json
from scripts.private_file import write_private
from scripts.processes.loopback import LOOPBACK

SHIPPED_RULES = ROOT / "conf" / "mosquitto.acl"
WILDCARDS = frozenset({"", "0.0.0.0", "::", "*"})
VIEWER = "viewer"
VIEWER_RULES = """
# The demo's listener: everything, read-only. Real deployments have no such account.
user viewer
topic read cp/v1/#
"""
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes with the final zero
# Never used: a datagram socket that is "connected" there tells which address this machine would send from.
SOME_OUTSIDE_ADDRESS = ("192.0.2.1", 9)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are reached. `public_url` is what people and QR codes use, `api_url` what this machine uses."""

    host: str
    ports: Ports

    @property
    def public_url(self) -> str:
        return f"http://{_bracketed(own_address() if self.host in WILDCARDS else self.host)}:{self.ports.api}"

    @property
    def api_url(self) -> str:
        return f"http://{_bracketed(LOOPBACK if self.host in WILDCARDS else self.host)}:{self.ports.api}"

    @property
    def sandbox_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ports.sandbox}"

    @property
    def control_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ports.control}"

    @property
    def preview_url(self) -> str:
        """The mini-program in a browser, for this machine only: it lets its page act on sandbox and piles."""
        return f"http://{LOOPBACK}:{self.ports.preview}/"

    @property
    def admin_url(self) -> str:
        """The operators' pages."""
        return f"{self.public_url}/admin/"

    @property
    def metrics_url(self) -> str:
        """The bridge's metrics."""
        return f"http://{LOOPBACK}:{self.ports.metrics}/metrics"


def redis_address(folder: RunFolder, ports: Ports) -> tuple[list[str], str]:
    """Arguments of redis-server and the URL to reach it by: a socket in the folder, where its path is short enough."""
    path = folder.path.resolve() / "redis.sock"
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        return ["--port", str(ports.redis), "--unixsocket", ""], f"redis://{LOOPBACK}:{ports.redis}/0"
    return ["--port", "0", "--unixsocket", str(path)], f"unix://{path}"


def write_configuration(folder: RunFolder, addresses: Addresses, *, redis_url: str) -> None:
    """Write keys/xinxiang.toml around the sandbox's tables; file names in it are relative to that folder."""
    folder.secret("bridge")
    folder.secret("second-factor")
    made = tomllib.loads((folder.keys / "product.toml").read_text(encoding="utf-8"))
    for table in ("wechat", "wechat_pay", "alipay"):
        made[table]["api_base"] = addresses.sandbox_url
    made["wechat_pay"]["notify_url"] = f"{addresses.api_url}/notify/wechat"
    made["alipay"]["notify_url"] = f"{addresses.api_url}/notify/alipay"
    ports = addresses.ports
    tables: dict[str, dict[str, str | int | bool]] = {
        "log": {"level": "info", "format": "text"},
        "database": {"url": folder.database_url},
        "redis": {"url": redis_url},
        "mqtt": {"host": LOOPBACK, "port": ports.broker, "password_file": "bridge.txt"},
        "piles": {"broker_host": LOOPBACK, "broker_port": ports.broker, "broker_tls": False},
        "bridge": {"metrics_port": ports.metrics},
        "files": {"store": "folder", "folder": str(folder.path.resolve() / "files")},
        "staff": {"second_factor_key_file": "second-factor.txt"},
        "wechat_messages": {
            kind: f"template-{kind} place=thing1 amount=amount2 time=time3 note=thing4"
            for kind in ("charge_billed", "idle_near", "refund_done")
        },
        "api": {"host": addresses.host, "port": ports.api, "public_url": addresses.public_url},
        **made,
    }
    lines = ["# Made by scripts/run at each start.", 'mode = "demo"']
    for table, values in tables.items():
        # A JSON string or number is a TOML one.
        lines += [f"[{table}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
    write_private(folder.config, "\n".join(lines) + "\n")


def write_topic_rules(folder: RunFolder) -> None:
    """The shipped rules and the demo's listener."""
    rules = SHIPPED_RULES.read_text(encoding="utf-8") + VIEWER_RULES
    if not folder.topic_rules.exists() or folder.topic_rules.read_text(encoding="utf-8") != rules:
        write_private(folder.topic_rules, rules)


def write_fleet(folder: RunFolder, count: int) -> list[dict[str, object]]:
    """Write the first `count` piles of the demo as the fleet of this run and return them."""
    piles = read_json(folder.piles) if count else []
    if not isinstance(piles, list) or len(piles) < count:
        raise NotReadyError(
            f"{folder.piles} 不完整：请加 --fresh 重新开始 (incomplete, start with --fresh)。"
        )
    write_json(folder.fleet, piles[:count])
    return piles[:count]


def shown_path(path: Path) -> str:
    """Relative to the checkout where it lies in there."""
    whole = path.resolve()
    return str(whole.relative_to(ROOT)) if whole.is_relative_to(ROOT) else str(whole)


def own_address() -> str:
    """The address others reach this machine by; loopback without a network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOME_OUTSIDE_ADDRESS)
            address: str = probe.getsockname()[0]
        except OSError:
            return LOOPBACK
        return address


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
