"""Starts the embedded MQTT broker (scripts/embedded/broker/broker.mjs) for machines without mosquitto.

It reads the same password file and topic rules as mosquitto, speaks MQTT 3.1.1 and keeps sessions in memory.
"""

from __future__ import annotations

import re
import select
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.embedded.child import Child
from scripts.embedded.node import NodeTools, find_node, install_packages
from scripts.environment import ROOT

SOURCE = Path(__file__).with_name("broker")
INSTALLED = ROOT / "var" / "embedded" / "broker"
ACL_FILE = ROOT / "conf" / "mosquitto.acl"
HOST = "127.0.0.1"
READY = re.compile(rb"broker ready mqtt://[^:]+:(\d+)\n")
LONGEST_READY_LINE = 200
SELECT_S = 0.05


@dataclass(frozen=True, slots=True)
class EmbeddedBroker:
    """A running broker on HOST; it also ends by itself when this process does."""

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
    """Start it on HOST:port (0 = any free one) and wait until it listens; its log is folder/broker.log.

    Installs Node.js and the npm packages first where they are missing (NotReadyError when it cannot); raises
    StartError when the broker refuses its files or the port.
    """
    tools = prepare_broker(log or _say)
    arguments = ["--host", HOST, "--port", port, "--password-file", password_file, "--acl-file", acl_file]
    command: list[str | Path] = [tools.node, INSTALLED / "broker.mjs", *map(str, arguments)]
    child = Child.start(command, folder / "broker.log", is_watched=True)
    return EmbeddedBroker(_wait_for_port(child), child)


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


def _wait_for_port(child: Child) -> int:
    output = child.process.stdout
    if output is None:
        raise ValueError("the broker must be started as a watched child")
    line = bytearray()

    def has_line() -> bool:
        if select.select([output], [], [], SELECT_S)[0]:
            line.extend(output.read1(LONGEST_READY_LINE))  # type: ignore[attr-defined]  # IO[bytes] of Popen is a BufferedReader
        return READY.fullmatch(line) is not None

    child.wait_until(has_line)
    found = READY.fullmatch(line)
    return int(found[1]) if found else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
