"""What a pile says, as the broker would hand it over: (topic, payload, token) with a growing place in order."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from mqtt_bridge import topics
from mqtt_bridge.batch import Incoming


class PileVoice:
    """One pile's messages; `now` is its clock."""

    def __init__(self, pile_no: str, now: datetime, *, boot: int = 1) -> None:
        self.pile_no = pile_no
        self.now = now
        self.boot = boot
        self.seq = 0
        self.said = 0

    def say(self, kind: str, **fields: Any) -> Incoming:
        """A message with a new id and place; any field, of the envelope too, may be given."""
        self.seq += 1
        self.said += 1
        body = {
            "id": f"{self.pile_no}-{self.boot}-{self.seq}-{self.said}",
            "at": as_text(self.now),
            "seq": self.seq,
            "boot": self.boot,
        } | fields
        return topics.up(self.pile_no, kind), json.dumps(body).encode(), self.said

    def online(self, conn: str = "c1", *, online: bool = True, **fields: Any) -> Incoming:
        return self.say("online", online=online, conn=conn, **fields)

    def start(self, boot: int, **fields: Any) -> Incoming:
        """The `boot` message of a new start."""
        self.boot, self.seq = boot, 0
        return self.say("boot", vendor="欣象", model="DC-120", firmware="1.0", **fields)

    def heartbeat(self, **fields: Any) -> Incoming:
        return self.say("heartbeat", uptime_s=60, **fields)

    def status(self, status: str, *, plugged: bool = True, connector: int = 1, **fields: Any) -> Incoming:
        return self.say(
            "status", connector=connector, status=status, plugged=plugged, fault_codes=[], **fields
        )

    def meter(self, session_no: str, register_wh: int, *, connector: int = 1, **fields: Any) -> Incoming:
        values = {"power_w": 60_000, "voltage_mv": 400_000, "current_ma": 150_000, "soc_percent": 40} | fields
        return self.say(
            "meter",
            connector=connector,
            session_no=session_no,
            register_wh=register_wh,
            elapsed_s=1,
            **values,
        )

    def started(self, session_no: str, register_wh: int = 1_000_000, **fields: Any) -> Incoming:
        values: dict[str, Any] = {"connector": 1} | fields
        return self.say(
            "session_started", session_no=session_no, register_wh=register_wh, auth="app", **values
        )

    def ended(
        self,
        session_no: str,
        started_at: datetime,
        energy_wh: int,
        *,
        register_start_wh: int = 1_000_000,
        **fields: Any,
    ) -> Incoming:
        values: dict[str, Any] = {"connector": 1} | fields
        return self.say(
            "session_ended",
            session_no=session_no,
            started_at=as_text(started_at),
            ended_at=as_text(self.now),
            register_start_wh=register_start_wh,
            register_end_wh=register_start_wh + energy_wh,
            segments=[],
            stop_reason="driver_app",
            raw_stop_code="0x40",
            **values,
        )

    def after(self, **delta: float) -> "PileVoice":
        self.now += timedelta(**delta)
        return self


def as_text(at: datetime) -> str:
    """RFC 3339 with milliseconds and Z, as piles write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
