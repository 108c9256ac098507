"""One connector: car, relay, register and the session on it, as messages.

Decides statuses and when a session starts and ends; commands (`commands.py`) decide whether one may start.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from scripts.stand_ins.simulator.car import Car
from scripts.stand_ins.simulator.charge import Charge, Limits, Register, final_fields
from scripts.stand_ins.simulator.envelope import Envelope, UpMessage
from scripts.stand_ins.simulator.settings import PileSettings, PileSpec

# Codes of the simulated make, sent beside the protocol's stop_reason.
RAW_STOP_CODES = {
    "driver_app": "S01",
    "car_full": "S10",
    "limit_reached": "S11",
    "balance_exhausted": "S12",
    "staff": "S20",
    "platform": "S21",
    "unplugged": "S30",
    "power_lost": "S40",
    "fault": "S50",
    "emergency": "S51",
    "start_failed": "S60",
}
UNKNOWN_STOP_CODE = "S99"
EMERGENCY_CODE = "emergency_stop"


class ImpossibleError(ValueError):
    """A person asks a connector for what cannot be, e.g. a second car; the text says why."""


@dataclass(frozen=True, slots=True)
class StartOrder:
    session_no: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Waiting:
    """An accepted start that waits for a car until `until_ms`."""

    order: StartOrder
    accepted_ms: int
    until_ms: int


class Connector:
    def __init__(
        self, number: int, spec: PileSpec, settings: PileSettings, envelope: Envelope, register: Register
    ) -> None:
        self.number = number
        self.register = register
        self.car: Car | None = None
        self.charge: Charge | None = None
        self.waiting: Waiting | None = None
        self.faults: list[str] = []
        self._finishing = False
        self._next_meter_ms = 0
        self._spec = spec
        self._settings = settings
        self._envelope = envelope

    @property
    def status(self) -> str:
        if self.charge:
            return "charging"
        if self.faults:
            return "faulted"
        if self.waiting:
            return "reserved"
        if self._finishing:
            return "finishing"
        return "plugged" if self.car else "idle"

    @property
    def session_no(self) -> str | None:
        if self.charge:
            return self.charge.session_no
        return self.waiting.order.session_no if self.waiting else None

    def snapshot(self) -> dict[str, object]:
        """For people and tests, not for the wire."""
        return {
            "connector": self.number,
            "status": self.status,
            "plugged": self.car is not None,
            "session_no": self.session_no,
            "register_wh": self.register.wh,
            "soc_percent": self.car.soc_promille // 10 if self.car else None,
        }

    def plug(self, car: Car, now_ms: int) -> list[UpMessage]:
        if self.car:
            raise ImpossibleError("a car is plugged in already")
        self.car = car
        if self.waiting:
            order, self.waiting = self.waiting.order, None
            return self._begin(order, car, now_ms)
        return [self.status_message(now_ms)]

    def unplug(self, now_ms: int) -> list[UpMessage]:
        if not self.car:
            raise ImpossibleError("no car is plugged in")
        ended = self._end_if_open("unplugged", now_ms)
        self.car = None
        self._finishing = False
        return [*ended, self.status_message(now_ms)]

    def start(self, order: StartOrder, now_ms: int) -> list[UpMessage]:
        """Begin, or wait for a car; the caller has checked that the connector is free and sound."""
        if self.car:
            return self._begin(order, self.car, now_ms)
        self.waiting = Waiting(order, now_ms, now_ms + self._settings.plug_wait_ms)
        return [self.status_message(now_ms)]

    def stop(self, reason: str, now_ms: int) -> list[UpMessage]:
        ended = self._end_if_open(reason, now_ms)
        return [*ended, self.status_message(now_ms)] if ended else []

    def set_limit(self, limit_wh: int, now_ms: int) -> list[UpMessage]:
        """Another limit for the session that runs, or waits for its car; one that is passed already ends it."""
        if self.waiting:
            limits = replace(self.waiting.order.limits, wh=limit_wh)
            self.waiting = replace(self.waiting, order=replace(self.waiting.order, limits=limits))
        if not self.charge:
            return []
        self.charge.set_limit_wh(limit_wh)
        return self.stop(self.charge.over[0], now_ms) if self.charge.over else []

    def raise_fault(self, code: str, now_ms: int) -> list[UpMessage]:
        if code in self.faults:
            return []
        ended = self._end_if_open("emergency" if code == EMERGENCY_CODE else "fault", now_ms)
        self.faults.append(code)
        return [*ended, self.status_message(now_ms)]

    def clear_faults(self, now_ms: int) -> list[UpMessage]:
        if not self.faults:
            return []
        self.faults = []
        return [self.status_message(now_ms)]

    def tick(self, now_ms: int) -> list[UpMessage]:
        """Let time pass: energy flows, meters fall due, a wait for a car ends."""
        if self.waiting and now_ms >= self.waiting.until_ms:
            return self.stop("start_failed", now_ms)
        if not self.charge:
            return []
        cuts = len(self.charge.segments)
        self.charge.advance(now_ms)
        if self.charge.over:
            return self.stop(self.charge.over[0], now_ms)
        if now_ms >= self._next_meter_ms or len(self.charge.segments) > cuts:
            return [self._meter(now_ms)]
        return []

    def due_ms(self) -> int | None:
        """When `tick` has something to do, or None."""
        if self.waiting:
            return self.waiting.until_ms
        return min(self.charge.due_ms(), self._next_meter_ms) if self.charge else None

    def status_message(self, now_ms: int) -> UpMessage:
        fields = {"status": self.status, "fault_codes": [*self.faults], "plugged": self.car is not None}
        return self._stamp("status", now_ms, **fields)

    def final_record(self, reason: str, now_ms: int) -> dict[str, object] | None:
        """Fields of the `session_ended` that would be sent if the session ended now; None without one."""
        raw = RAW_STOP_CODES.get(reason, UNKNOWN_STOP_CODE)
        if self.charge:
            self.charge.advance(now_ms)
            if self.charge.over:
                reason = self.charge.over[0]
                raw = RAW_STOP_CODES.get(reason, UNKNOWN_STOP_CODE)
            return self.charge.final_fields(reason, raw)
        if self.waiting:
            skew_ms = self._envelope.skew_ms
            times_ms = (self.waiting.accepted_ms + skew_ms, max(now_ms, self.waiting.accepted_ms) + skew_ms)
            registers_wh = (self.register.wh, self.register.wh)
            return final_fields(self.waiting.order.session_no, times_ms, registers_wh, [], (reason, raw))
        return None

    def _begin(self, order: StartOrder, car: Car, now_ms: int) -> list[UpMessage]:
        self.charge = Charge(
            session_no=order.session_no,
            car=car,
            register=self.register,
            kind=self._spec.kind,
            offered_w=self._spec.connector_limit_w,
            limits=order.limits,
            skew_ms=self._envelope.skew_ms,
            started_ms=now_ms,
        )
        self._finishing = False
        started = self._stamp(
            "session_started",
            now_ms,
            session_no=order.session_no,
            register_wh=self.register.wh,
            auth="app",
        )
        return [started, self._meter(now_ms), self.status_message(now_ms)]

    def _end_if_open(self, reason: str, now_ms: int) -> list[UpMessage]:
        record = self.final_record(reason, now_ms)
        if record is None:
            return []
        self._finishing = self.charge is not None
        self.charge = None
        self.waiting = None
        return [self._stamp("session_ended", now_ms, **record)]

    def _meter(self, now_ms: int) -> UpMessage:
        assert self.charge  # noqa: S101 (only called while charging)
        behind = max(now_ms - self.charge.started_ms, 0) % self._settings.meter_ms
        self._next_meter_ms = now_ms - behind + self._settings.meter_ms
        return self._stamp("meter", now_ms, **self.charge.meter_fields())

    def _stamp(self, name: str, now_ms: int, **fields: object) -> UpMessage:
        return self._envelope.stamp(name, now_ms, connector=self.number, **fields)
