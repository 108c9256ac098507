"""The bridge as it is now, between one pile of any landing and the bound database; what it says must fit that pile."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from mqtt_bridge.batch import Incoming, Writer
from mqtt_bridge.outbound import Outbound
from tests.pile_voice import PileVoice
from tests.upgrade import pile_rules


class PresentBridge:
    """`down` is everything that it said, oldest first; its clock is the pile's unless it is given one."""

    def __init__(self, pile: PileVoice, clock: Callable[[], datetime] | None = None) -> None:
        self.pile = pile
        self.down: list[dict[str, Any]] = []
        clock = clock or (lambda: pile.now)
        self._writer = Writer(acknowledge=lambda _: None, publish=self._send, clock=clock)
        self._writer.restore()
        self._outbound = Outbound(publish=self._send, is_connected=lambda: True, clock=clock)

    def take(self, *messages: Incoming) -> None:
        self._writer.write(messages)

    def answer(self, result: str) -> list[str]:
        """Have the pile answer what is due with this; the kinds of the commands."""
        before = len(self.down)
        self._outbound.send_due()
        commands = [body for body in self.down[before:] if "kind" in body]
        for command in commands:
            self.take(self.pile.say("reply", command_id=command["id"], result=result))
        return [command["kind"] for command in commands]

    def quarantined(self) -> int:
        return self._writer.totals.quarantined

    def is_receipted(self, message: Incoming) -> bool:
        """Whether the pile was told that this is durable."""
        message_id = json.loads(message[1])["id"]
        return any(message_id in body.get("ids", ()) for body in self.down)

    def _send(self, topic: str, payload: bytes) -> None:
        body = json.loads(payload)
        faults = pile_rules.find_faults(topic, body)
        assert not faults, (faults, body)
        self.down.append(body)
