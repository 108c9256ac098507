"""What a fleet of piles says at the protocol's own cadence, each at a random phase, and how it obeys a start.

A message carries the time at which it was due, so that a load that lags makes the product look slow, not fast.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from scripts.benches.pile_connection import PileConnection, now_ms
from scripts.benches.pile_connections import PileConnections
from scripts.benches.world import FIRST_REGISTER_WH, GUNS

POWER_W = 30_000
MS_PER_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Cadence:
    """Seconds between two messages of a kind, as the protocol has it."""

    meter_s: float = 15.0
    heartbeat_s: float = 30.0
    status_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Charge:
    """A running session; its register was FIRST_REGISTER_WH at `began_ms`."""

    connection: PileConnection
    connector: int
    session_no: str
    began_ms: int


class Traffic:
    """`charging` is the session on the first connector of each pile that has one; `plugged` piles wait for one.

    `begin` in the loop once all are connected, `end` to fall silent. `meters` counts readings; `late_s` is by how
    much each message missed its time; `commands` is when (monotonic clock) each session's start arrived.
    """

    def __init__(
        self, charging: Mapping[str, str], plugged: Sequence[str], boot: int, cadence: Cadence | None = None
    ) -> None:
        self.connections = PileConnections([*charging, *plugged], boot, self._obey)
        self.meters = 0
        self.late_s: list[float] = []
        self.commands: dict[str, float] = {}
        rest = ["idle"] * (GUNS - 1)
        self._statuses = {
            **{pile_no: ["charging", *rest] for pile_no in charging},
            **{pile_no: ["plugged", *rest] for pile_no in plugged},
        }
        self._charging = charging
        self._cadence = cadence or Cadence()
        self._random = Random(boot)  # noqa: S311 - phases, not secrets
        self._is_over = False

    def begin(self, began_ms: int) -> None:
        """Every pile tells its statuses, then goes on at the usual cadence; every session began at `began_ms`."""
        for connection in self.connections:
            self.begin_pile(connection, began_ms)

    def begin_pile(self, connection: PileConnection, began_ms: int) -> None:
        """As `begin`, for one pile that has connected."""
        self._say_statuses(connection, now_ms())
        self._repeat(self._cadence.heartbeat_s, self._beat, connection)
        self._repeat(self._cadence.status_s, self._say_statuses, connection)
        session_no = self._charging.get(connection.pile_no)
        if session_no is not None:
            self._repeat(self._cadence.meter_s, self._read, Charge(connection, 1, session_no, began_ms))

    def end(self) -> None:
        """Say nothing more, except what a command is answered."""
        self._is_over = True

    def _repeat(self, period_s: float, say: Callable[[Any, int], None], subject: object) -> None:
        """Call `say(subject, due_ms)` each period, from a random moment of the first on."""
        loop = asyncio.get_running_loop()
        due_s = time.monotonic() + self._random.uniform(0, period_s)
        loop.call_at(due_s, self._say_due, due_s, period_s, say, subject)

    def _say_due(
        self, due_s: float, period_s: float, say: Callable[[Any, int], None], subject: object
    ) -> None:
        if self._is_over:
            return
        late_s = max(0.0, time.monotonic() - due_s)
        self.late_s.append(late_s)
        say(subject, now_ms() - round(1e3 * late_s))
        next_s = due_s + period_s
        asyncio.get_running_loop().call_at(next_s, self._say_due, next_s, period_s, say, subject)

    def _beat(self, connection: PileConnection, at_ms: int) -> None:
        connection.say("heartbeat", at_ms=at_ms, uptime_s=3_600, signal_dbm=-71)

    def _say_statuses(self, connection: PileConnection, at_ms: int) -> None:
        for number, status in enumerate(self._statuses[connection.pile_no], 1):
            connection.say(
                "status",
                connector=number,
                at_ms=at_ms,
                status=status,
                plugged=status != "idle",
                fault_codes=[],
            )

    def _read(self, charge: Charge, at_ms: int) -> None:
        elapsed_ms = at_ms - charge.began_ms
        self.meters += 1
        charge.connection.say(
            "meter",
            connector=charge.connector,
            at_ms=at_ms,
            session_no=charge.session_no,
            register_wh=FIRST_REGISTER_WH + elapsed_ms * POWER_W // MS_PER_HOUR,
            power_w=POWER_W,
            voltage_mv=400_000,
            current_ma=75_000,
            soc_percent=41,
            temperature_c=31,
            elapsed_s=elapsed_ms // 1000,
            remaining_s=1_800,
        )

    def _obey(self, connection: PileConnection, kind: str, payload: bytes) -> None:
        if kind != "command":
            return
        arrived_s = time.monotonic()
        command = json.loads(payload)
        params = command["params"]
        is_start = command["kind"] == "start"
        result = "accepted" if is_start else "done"
        connection.say("reply", command_id=command["id"], result=result)
        if is_start and params["session_no"] not in self.commands:
            self.commands[params["session_no"]] = arrived_s
            self._start(connection, params["connector"], params["session_no"])
        elif command["kind"] == "report_status":
            self._say_statuses(connection, now_ms())

    def _start(self, connection: PileConnection, connector: int, session_no: str) -> None:
        connection.say(
            "session_started",
            connector=connector,
            session_no=session_no,
            register_wh=FIRST_REGISTER_WH,
            auth="app",
        )
        self._statuses[connection.pile_no][connector - 1] = "charging"
        self._say_statuses(connection, now_ms())
        self._repeat(self._cadence.meter_s, self._read, Charge(connection, connector, session_no, now_ms()))
