"""What a pile says before anybody lies: each message with what would be true in it, and how it is written."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from mqtt_bridge import topics
from mqtt_bridge.batch import Incoming
from tests.pile_voice import as_text


@dataclass(slots=True, kw_only=True)
class Word:
    """One message. `session_no` is the charge it is truly about, `truth` its registers as they truly were."""

    pile_no: str
    kind: str
    body: dict[str, Any]
    made_at: datetime
    session_no: str = ""
    truth: dict[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.body.get("id", ""))

    @property
    def payload(self) -> bytes:
        return json.dumps(self.body).encode()

    def saying(self, **fields: Any) -> "Word":
        """The same message with other content."""
        return replace(self, body=self.body | fields)

    def true_registers(self) -> list[int]:
        """What it tells of its charge's register that is so."""
        if self.body.get("session_no") != self.session_no:
            return []
        return [wh for name, wh in self.truth.items() if self.body.get(name) == wh]

    def incoming(self, token: int) -> Incoming:
        return topics.up(self.pile_no, self.kind), self.payload, token


class Mouth:
    """Numbers and dates the messages of one pile."""

    def __init__(self, pile_no: str, *, boot: int = 5) -> None:
        self.pile_no = pile_no
        self.boot = boot
        self.seq = 4_000  # it has been on for days
        self._said = 0

    def say(self, kind: str, *, now: datetime, clock: datetime, **fields: Any) -> Word:
        """A message made `now`, dated by the pile's `clock`; `session_no` is also the charge it is about."""
        self.seq += 1
        self._said += 1
        body = {
            "id": f"{self.boot}-{self.seq}-{self._said}",
            "at": as_text(clock),
            "seq": self.seq,
            "boot": self.boot,
        }
        about = str(fields.get("session_no", ""))
        return Word(pile_no=self.pile_no, kind=kind, body=body | fields, made_at=now, session_no=about)
