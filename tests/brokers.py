"""Starts either broker, mosquitto or the embedded one, for a test: free port, own folder, own credentials."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from backend.gateways.passwords import broker_password_hash
from scripts.embedded.broker import start_embedded_broker
from scripts.embedded.mosquitto import start_mosquitto
from scripts.processes.child import Child

BrokerKind = Literal["mosquitto", "embedded"]
BROKER_KINDS: tuple[BrokerKind, ...] = ("mosquitto", "embedded")
HOST = "127.0.0.1"


@dataclass(slots=True)
class BrokerHandle:
    """A running broker; `kill` and `restart` keep its port, its credentials and its folder."""

    kind: BrokerKind
    folder: Path
    port: int
    child: Child
    hashes: dict[str, str] = field(default_factory=dict)
    host: str = HOST

    def add_credentials(self, credentials: dict[str, str]) -> None:
        """Let these names in, too, or change their passwords; the broker takes it over while it runs."""
        self.hashes |= {name: broker_password_hash(secret) for name, secret in credentials.items()}
        self._reload()

    def remove_credentials(self, *names: str) -> None:
        """Let these names in no more."""
        for name in names:
            del self.hashes[name]
        self._reload()

    def stop(self) -> None:
        """End it as an operator would (SIGTERM)."""
        self.child.stop()

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        self.child.kill()

    def wipe(self) -> None:
        """Forget every message and session, as a lost disk does; between kill and restart."""
        (self.folder / "mosquitto.db").unlink(missing_ok=True)

    def restart(self) -> None:
        """Start it again where it was, after stop or kill."""
        self.port, self.child = _start(self.kind, self.folder, self.port)

    def _reload(self) -> None:
        _write_passwords(self.folder, self.hashes)
        self.child.send(signal.SIGHUP)


def start_broker(kind: BrokerKind, folder: Path, credentials: dict[str, str], port: int = 0) -> BrokerHandle:
    """Start a broker of this kind in a new or existing folder with these passwords by name."""
    folder.mkdir(parents=True, exist_ok=True)
    hashes = {name: broker_password_hash(secret) for name, secret in credentials.items()}
    _write_passwords(folder, hashes)
    used_port, child = _start(kind, folder, port)
    return BrokerHandle(kind, folder, used_port, child, hashes)


def _start(kind: BrokerKind, folder: Path, port: int) -> tuple[int, Child]:
    password_file = folder / "passwords"
    if kind == "mosquitto":
        return start_mosquitto(folder, password_file=password_file, port=port)
    broker = start_embedded_broker(folder, password_file=password_file, port=port)
    return broker.port, broker.child


def _write_passwords(folder: Path, hashes: dict[str, str]) -> None:
    target = folder / "passwords"
    half = target.with_name("passwords.new")
    half.write_text("".join(f"{name}:{line}\n" for name, line in hashes.items()), encoding="utf-8")
    half.chmod(0o600)
    half.replace(target)
