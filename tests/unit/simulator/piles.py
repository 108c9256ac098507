"""A pile model with a hand-driven clock, and what a platform would send it."""

from __future__ import annotations

from typing import Any

import msgspec

from scripts.stand_ins.simulator import Car, PileModel, PileSettings, PileSpec
from scripts.stand_ins.simulator.car import make_car
from scripts.stand_ins.simulator.envelope import UpMessage, from_text, to_text
from scripts.stand_ins.simulator.pile_model import StoredState

NOON_MS = from_text("2026-03-02T12:00:00Z")
SPEC = PileSpec(pile_no="P1", secret="s", kind="dc", rated_w=120_000, connectors=2)


class DrivenPile:
    """Collects what the model sends; `now_ms` moves only by `wait`."""

    def __init__(self, spec: PileSpec = SPEC, settings: PileSettings | None = None) -> None:
        self.now_ms = NOON_MS
        self.settings = settings or PileSettings()
        self.spec = spec
        self.model = PileModel(spec, self.settings, self.now_ms)
        self.sent: list[UpMessage] = []
        self.connects = 0
        self.commands = 0
        self.connect()

    def connect(self) -> None:
        self.connects += 1
        self.sent += self.model.connected(f"c{self.connects}", self.now_ms)

    def disconnect(self, unsent: list[UpMessage] | None = None) -> None:
        self.model.disconnected(unsent or [], self.now_ms)

    def lose_power(self) -> None:
        """Off and on again, through the bytes of the stored state."""
        stored = msgspec.json.encode(self.model.stored(self.now_ms))
        recalled = msgspec.json.decode(stored, type=StoredState)
        self.model = PileModel(self.spec, self.settings, self.now_ms, stored=recalled)

    def wait(self, seconds: float) -> None:
        """Time passes the way a running pile meets it: at each moment that is due."""
        until_ms = self.now_ms + int(seconds * 1000)
        while (due_ms := self.model.due_ms()) is not None and due_ms <= until_ms:
            self.now_ms = max(due_ms, self.now_ms + 1)
            self.sent += self.model.tick(self.now_ms)
        self.now_ms = max(until_ms, self.now_ms)
        self.sent += self.model.tick(self.now_ms)

    def plug(self, number: int = 1, car: Car | None = None) -> None:
        self.sent += self.model.plug(number, self.now_ms, car or make_car(60_000, 20, 150_000))

    def unplug(self, number: int = 1) -> None:
        self.sent += self.model.unplug(number, self.now_ms)

    def command(self, kind: str, command_id: str = "", expires_in_s: int = 30, **params: object) -> str:
        self.commands += 1
        chosen = command_id or f"k{self.commands}"
        expires_at = to_text(self.now_ms + self.model.envelope.skew_ms + expires_in_s * 1000)
        body = {"id": chosen, "kind": kind, "expires_at": expires_at, "params": params}
        self.sent += self.model.receive_command(body, self.now_ms)
        return chosen

    def start(self, session_no: str = "S1", connector: int = 1, **more: Any) -> str:
        return self.command(
            "start", connector=connector, session_no=session_no, **{"limit_fen": 10_000, **more}
        )

    def stop(self, session_no: str = "S1", reason: str = "driver_app") -> str:
        return self.command("stop", session_no=session_no, reason=reason)

    def receipt_all(self) -> None:
        self.model.receive_receipt({"ids": [message.id for message in self.sent], "refused": []})

    def take(self, name: str) -> list[dict[str, Any]]:
        """Bodies of what was sent under this name so far."""
        return [message.body for message in self.sent if message.name == name]

    def last(self, name: str) -> dict[str, Any]:
        return self.take(name)[-1]

    def reply_to(self, command_id: str) -> tuple[str, str | None]:
        replies = [body for body in self.take("reply") if body["command_id"] == command_id]
        return replies[-1]["result"], replies[-1].get("reason")
