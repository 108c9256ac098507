"""Starts the embedded MQTT broker (scripts/embedded/broker/broker.mjs) for machines without mosquitto.

It reads the same password file and topic rules as mosquitto, speaks MQTT 3.1.1 and keeps sessions in memory.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.embedded.node import NodeTools, find_node, install_packages
from scripts.environment import ROOT
from scripts.processes.child import Child
from scripts.processes.loopback import LOOPBACK

SOURCE = Path(__file__).with_name("broker")
INSTALLED = ROOT / "var" / "embedded" / "broker"
ACL_FILE = ROOT / "conf" / "mosquitto.acl"
READY = re.compile(r"broker ready mqtt://[^:]+:(\d+)\n")


@dataclass(frozen=True, slots=True)
class EmbeddedBroker:
    """A running broker on LOOPBACK."""

    port: int
    child: Child


def start_embedded_broker(
    folder: Path,
    *,
    password_file: Path,
    acl_file: Path = ACL_FILE,
    port: int = 0,
    log: Callable[[str], None] | None = None,
) -> EmbeddedBroker:
    """Start it on LOOPBACK:port (0 = any free one) and wait until it listens; its log is folder/broker.log.

    Installs Node.js and the npm packages first where they are missing (NotReadyError when it cannot); raises
    StartError when the broker refuses its files or the port.
    """
    tools = prepare_broker(log or _say)
    arguments = ["--host", LOOPBACK, "--port", port, "--password-file", password_file, "--acl-file", acl_file]
    command: list[str | Path] = [tools.node, INSTALLED / "broker.mjs", *map(str, arguments)]
    child = Child("broker", command, folder / "broker.log", lambda one: _port_of(one) is not None)
    child.start()
    return EmbeddedBroker(_port_of(child) or port, child)


def prepare_broker(log: Callable[[str], None]) -> NodeTools:
    """Copy the broker to var/ and install its packages there, so that the checkout stays clean."""
    tools = find_node()
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for source in (
        *SOURCE.glob("*.mjs"),
        SOURCE / "package.json",
        SOURCE / "package-lock.json",
        SOURCE / ".npmrc",
    ):
        target = INSTALLED / source.name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            half = target.with_name(target.name + ".new")
            shutil.copyfile(source, half)
            half.replace(target)
    install_packages(INSTALLED, tools, log)
    return tools


def _port_of(child: Child) -> int | None:
    found = READY.search(child.since_start())
    return int(found[1]) if found else None


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
