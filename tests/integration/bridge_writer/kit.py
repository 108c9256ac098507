"""A writer between a pile that is played and a broker that is a list."""

import json
import threading
from datetime import datetime, timedelta
from typing import Any

from backend.models import (
    ConnectorState,
    PileState,
    SessionProgress,
)
from backend.services.intake.record_meters import write_behind
from mqtt_bridge.application import apply_items
from mqtt_bridge.batch import Apply, Incoming, WriteLate, Writer
from tests.pile_voice import PileVoice
from tests.scenario import NOON, Scenario


class Kit:
    """A writer whose broker is a list; its clock is the pile's. What writes its rows can be changed at any time."""

    def __init__(self) -> None:
        self.world = Scenario()
        self.pile = PileVoice(self.world.pile.pile_no, NOON, boot=5)
        self.acknowledged: list[int] = []
        self.published: list[tuple[str, dict[str, Any]]] = []
        self.stopping = threading.Event()
        self.clock_offset = timedelta(0)
        self.apply: Apply = apply_items
        self.write_late: WriteLate = write_behind
        self.writer = self.new_writer()

    def new_writer(self) -> Writer:
        return Writer(
            acknowledge=self.acknowledged.extend,
            publish=lambda topic, payload: self.published.append((topic, json.loads(payload))),
            clock=self.now,
            stopping=self.stopping,
            apply=lambda *given: self.apply(*given),  # noqa: PLW0108 - a test may change it later
            write_late=lambda **given: self.write_late(**given),  # noqa: PLW0108
            first_wait_s=0.001,
        )

    def now(self) -> datetime:
        return self.pile.now - self.clock_offset

    def write(self, *messages: Incoming) -> None:
        self.writer.write(messages)

    def after(self, **delta: float) -> "Kit":
        self.pile.after(**delta)
        self.world.after(**delta)
        return self

    def charging(self, **start: Any) -> str:
        """A session whose pile has closed the relay."""
        driver = self.world.driver(20_000)
        session_no = self.world.start(driver, **start).session_no
        self.write(self.pile.online(), self.pile.started(session_no))
        return session_no

    def receipts(self) -> list[str]:
        return [one for topic, body in self.published if topic.endswith("/receipt") for one in body["ids"]]

    def refusals(self) -> list[tuple[str, str]]:
        return [
            (one["id"], one["code"])
            for topic, body in self.published
            if topic.endswith("/receipt")
            for one in body.get("refused", [])
        ]

    def state(self) -> PileState:
        return PileState.get_by_id(self.world.pile.id)

    def connector(self, gun: int = 1) -> ConnectorState:
        return ConnectorState.get_by_id(self.world.known.connectors[gun].id)

    def progress(self, session_no: str) -> SessionProgress:
        return SessionProgress.get_by_id(self.world.session(session_no).id)

    def conserved(self) -> bool:
        totals = self.writer.totals
        return totals.received == totals.applied + totals.duplicates + totals.quarantined


def id_of(message: Incoming) -> str:
    return str(json.loads(message[1])["id"])


def body_of(message: Incoming) -> dict[str, Any]:
    body = json.loads(message[1])
    assert isinstance(body, dict)
    return body
