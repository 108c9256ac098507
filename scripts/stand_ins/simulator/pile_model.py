"""A whole pile as a pure state machine: commands, cars and time in, messages to send out. No I/O, no clock.

Decides what is sent live, what waits for the connection and what is kept until receipted; device protocol 1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import msgspec

from scripts.stand_ins.simulator.car import MJ_PER_WH, Car, random_car
from scripts.stand_ins.simulator.charge import Register
from scripts.stand_ins.simulator.commands import CommandDesk
from scripts.stand_ins.simulator.connector import Connector, ImpossibleError
from scripts.stand_ins.simulator.envelope import Envelope, UpMessage, from_text
from scripts.stand_ins.simulator.outbox import KeptRecord, Outbox
from scripts.stand_ins.simulator.settings import PileSettings, PileSpec

MAX_BACKLOG = 2_000  # meters of an offline pile; the oldest goes first
BOOT_EPOCH_MS = from_text("2025-01-01T00:00:00Z")


class OpenSession(msgspec.Struct):
    """The record that is sent after a power loss for a session that was open."""

    connector: int
    record: dict[str, Any]


class StoredState(msgspec.Struct):
    """What survives a power loss. `registers_mj` is by connector, from 1 on."""

    boot: int
    registers_mj: list[int]
    outbox: list[KeptRecord]
    replies: dict[str, dict[str, Any]]
    over_sessions: list[str]
    open_sessions: list[OpenSession]


class PileModel:
    """Every method that changes something takes `now_ms` and returns what to send now, in order.

    While not connected nothing is returned: meters go to a bounded backlog, records to the outbox, and
    `connected` returns both. `is_dirty` says that `stored()` differs from what was stored last.
    """

    def __init__(
        self,
        spec: PileSpec,
        settings: PileSettings,
        now_ms: int,
        *,
        seed: int = 0,
        stored: StoredState | None = None,
    ) -> None:
        self.spec = spec
        self.is_online = False
        self.is_dirty = True
        self._settings = settings
        self._random = Random(f"{seed}/{spec.pile_no}")  # noqa: S311 (simulated cars, not secrets)
        self._started_ms = now_ms
        # Without a stored counter the wall clock is one that always grows.
        boot = stored.boot + 1 if stored else (now_ms - BOOT_EPOCH_MS) // 1000
        self.envelope = Envelope(boot, settings.skew_ms)
        kept_mj = stored.registers_mj if stored else [wh * MJ_PER_WH for wh in spec.registers_wh]
        registers = [Register(mj) for mj in kept_mj[: spec.connectors]]
        registers += [Register() for _ in range(spec.connectors - len(registers))]
        self.connectors = [
            Connector(number, spec, settings, self.envelope, registers[number - 1])
            for number in range(1, spec.connectors + 1)
        ]
        self.outbox = Outbox(stored.outbox if stored else ())
        self.backlog: deque[UpMessage] = deque(maxlen=MAX_BACKLOG)
        self.desk = CommandDesk(self.envelope, self.connectors, self.outbox, settings.capabilities)
        self._next_heartbeat_ms = self._next_status_ms = now_ms
        if stored:
            self._recall(stored, now_ms)

    def will(self, conn: str, now_ms: int) -> UpMessage:
        """What the broker publishes when the connection `conn` breaks; also said before a clean end."""
        return self.envelope.stamp("online", now_ms, online=False, conn=conn)

    def connected(self, conn: str, now_ms: int) -> list[UpMessage]:
        """Birth, boot and every status, then what waited: kept records and offline meters by (boot, seq)."""
        self._pass_time(now_ms)
        self.is_online = True
        waiting = [*self.outbox.take_all(now_ms), *self.backlog]
        self.backlog.clear()
        # Spread over the interval, so that thousands that connect together do not beat together.
        self._next_heartbeat_ms = now_ms + self._random.randrange(self._settings.heartbeat_ms)
        self._next_status_ms = now_ms + self._settings.status_ms
        return [
            self.envelope.stamp("online", now_ms, online=True, conn=conn),
            self._boot_message(now_ms),
            *(connector.status_message(now_ms) for connector in self.connectors),
            *sorted(waiting, key=lambda message: message.order),
        ]

    def disconnected(self, unsent: Iterable[UpMessage], now_ms: int) -> None:
        """`unsent` was handed over but never acknowledged by the broker; its meters go to the backlog."""
        self._pass_time(now_ms)
        self.is_online = False
        self.backlog.extend(message.as_replayed() for message in unsent if message.name == "meter")

    def receive_command(self, command: Mapping[str, Any], now_ms: int) -> list[UpMessage]:
        return self._pass_time(now_ms) + self._route(self.desk.execute(command, now_ms), now_ms)

    def receive_receipt(self, receipt: Mapping[str, Any]) -> None:
        """`ids` are durable on the other side and forgotten here; `refused` ones are kept, not sent again."""
        ids, refused = receipt.get("ids"), receipt.get("refused")
        named = [item for item in ids if isinstance(item, str)] if isinstance(ids, list) else []
        codes = [item for item in refused if isinstance(item, dict)] if isinstance(refused, list) else []
        self.outbox.receive_receipt(
            named, {str(item.get("id")): str(item.get("code", "refused")) for item in codes}
        )
        self.is_dirty = True

    def plug(self, number: int, now_ms: int, car: Car | None = None) -> list[UpMessage]:
        """Plug a car in, a random one unless given. ImpossibleError: no such connector, or one is there."""
        chosen = car or random_car(self._random, self.spec.kind, self._settings.speed)
        connector = self._connector(number)
        return self._pass_time(now_ms) + self._route(connector.plug(chosen, now_ms), now_ms)

    def unplug(self, number: int, now_ms: int) -> list[UpMessage]:
        connector = self._connector(number)
        return self._pass_time(now_ms) + self._route(connector.unplug(now_ms), now_ms)

    def raise_fault(self, code: str, now_ms: int, number: int | None = None) -> list[UpMessage]:
        """On one connector, or on all; `emergency_stop` ends sessions with the reason emergency."""
        chosen = self.connectors if number is None else [self._connector(number)]
        messages = self._pass_time(now_ms)
        for connector in chosen:
            messages += self._route(connector.raise_fault(code, now_ms), now_ms)
        return messages

    def clear_faults(self, now_ms: int) -> list[UpMessage]:
        messages = self._pass_time(now_ms)
        for connector in self.connectors:
            messages += self._route(connector.clear_faults(now_ms), now_ms)
        return messages

    def tick(self, now_ms: int) -> list[UpMessage]:
        """What is due by `now_ms`: meters, ends of charges, heartbeat, status, records to send again."""
        messages = self._pass_time(now_ms)
        if not self.is_online:
            return messages
        if now_ms >= self._next_heartbeat_ms:
            self._next_heartbeat_ms = now_ms + self._settings.heartbeat_ms
            messages.append(
                self.envelope.stamp("heartbeat", now_ms, uptime_s=max(now_ms - self._started_ms, 0) // 1000)
            )
        if now_ms >= self._next_status_ms:
            self._next_status_ms = now_ms + self._settings.status_ms
            messages += [connector.status_message(now_ms) for connector in self.connectors]
        return messages + self.outbox.take_due(now_ms)

    def due_ms(self) -> int | None:
        """When `tick` is to be called at the latest; None when nothing is ever due."""
        times = [connector.due_ms() for connector in self.connectors]
        if self.is_online:
            times += [self._next_heartbeat_ms, self._next_status_ms, self.outbox.due_ms()]
        return min((time for time in times if time is not None), default=None)

    def stored(self, now_ms: int) -> StoredState:
        """What would survive a power loss at `now_ms`: open sessions are there as their final record."""
        records = [(one.number, one.final_record("power_lost", now_ms)) for one in self.connectors]
        self.is_dirty = False
        return StoredState(
            boot=self.envelope.boot,
            registers_mj=[connector.register.mj for connector in self.connectors],
            outbox=self.outbox.records(),
            replies={command_id: reply.body for command_id, reply in self.desk.replies.items()},
            over_sessions=[*self.desk.over_sessions],
            open_sessions=[OpenSession(number, record) for number, record in records if record],
        )

    def _recall(self, stored: StoredState, now_ms: int) -> None:
        for command_id, body in stored.replies.items():
            self.desk.replies[command_id] = UpMessage("reply", body).as_replayed()
        for session_no in stored.over_sessions:
            self.desk.remember_over(session_no)
        for session in stored.open_sessions:
            ended = self.envelope.stamp(
                "session_ended", now_ms, connector=session.connector, **session.record
            )
            self._route([ended], now_ms)

    def _pass_time(self, now_ms: int) -> list[UpMessage]:
        """Everything that happened before the input at hand, so that inputs always meet the present."""
        messages: list[UpMessage] = []
        for connector in self.connectors:
            messages += connector.tick(now_ms)
        return self._route(messages, now_ms)

    def _route(self, messages: list[UpMessage], now_ms: int) -> list[UpMessage]:
        for message in messages:
            if message.name == "session_ended":
                self.desk.remember_over(message.body["session_no"])
            if message.is_kept:
                self.outbox.keep(message if self.is_online else message.as_replayed(), now_ms)
            elif message.name == "meter" and not self.is_online:
                self.backlog.append(message.as_replayed())
            self.is_dirty = self.is_dirty or message.is_kept or message.name == "meter"
        return messages if self.is_online else []

    def _boot_message(self, now_ms: int) -> UpMessage:
        return self.envelope.stamp(
            "boot",
            now_ms,
            vendor=self.spec.vendor,
            model=self.spec.model,
            firmware=self._settings.firmware,
            connectors=self.spec.connectors,
            kind=self.spec.kind,
            rated_w=self.spec.rated_w,
            protocol_minor=0,
            config_version=0,
            capabilities=[*self._settings.capabilities],
        )

    def _connector(self, number: int) -> Connector:
        if not 1 <= number <= len(self.connectors):
            raise ImpossibleError(f"pile {self.spec.pile_no} has no connector {number}")
        return self.connectors[number - 1]
