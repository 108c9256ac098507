"""One charge from relay closed to relay open: energy, limits, and segments cut at every UTC half-hour.

Decides when a charge is over by its own limits or a full car; not why a person ends it.
Segments are differences of one register, so they sum exactly to its whole difference (device protocol, rule 4).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scripts.stand_ins.simulator.car import MJ_PER_WH, Car, electrical_values
from scripts.stand_ins.simulator.envelope import to_text

HALF_HOUR_MS = 1_800_000
STEP_MS = 1_000  # power is constant within a step
SHORTEST_WAIT_MS = 200


@dataclass(slots=True)
class Register:
    """A connector's energy meter. It only grows."""

    mj: int = 0

    @property
    def wh(self) -> int:
        return self.mj // MJ_PER_WH


@dataclass(frozen=True, slots=True)
class Limits:
    wh: int | None = None
    duration_s: int | None = None
    soc_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    from_ms: int
    to_ms: int
    energy_wh: int


@dataclass(slots=True)
class Charge:
    """Times are the machine's; `skew_ms` is frozen at start so that a set_time cannot tear a session apart."""

    session_no: str
    car: Car
    register: Register
    kind: str
    offered_w: int
    limits: Limits
    skew_ms: int
    started_ms: int
    over: tuple[str, int] | None = None
    segments: list[Segment] = field(default_factory=list)
    register_start_wh: int = field(init=False)
    last_ms: int = field(init=False)
    _cut_ms: int = field(init=False)
    _cut_wh: int = field(init=False)
    _target_mj: int = field(init=False)
    _target_reason: str = field(init=False)

    def __post_init__(self) -> None:
        self.register_start_wh = self._cut_wh = self.register.wh
        self.last_ms = self._cut_ms = self.started_ms
        self._aim()

    def set_limit_wh(self, limit_wh: int) -> None:
        """Charge on to another energy limit, counted from the beginning."""
        self.limits = replace(self.limits, wh=limit_wh)
        if self.over is None:
            self._aim()

    def _aim(self) -> None:
        """The nearest of the car's room and the limits."""
        now_mj = self.register.mj
        targets = [(now_mj + self.car.room_mj, "car_full")]
        if self.limits.wh is not None:
            targets.append(((self.register_start_wh + self.limits.wh) * MJ_PER_WH, "limit_reached"))
        if self.limits.soc_percent is not None:
            targets.append((now_mj + self.car.room_to_mj(self.limits.soc_percent), "limit_reached"))
        self._target_mj, self._target_reason = min(targets)
        if self._target_mj <= now_mj:
            self.over = (self._target_reason, self.last_ms)

    def advance(self, now_ms: int) -> None:
        """Let energy flow until `now_ms`, or until `over` says (reason, at)."""
        while self.last_ms < now_ms and self.over is None:
            border_ms = self._next_border_ms()
            self._flow(min(now_ms, self.last_ms + STEP_MS, border_ms))
            if self.last_ms == border_ms:
                self._cut()

    def due_ms(self) -> int:
        """When to look again: the next border or deadline, or the earliest moment a limit can be reached."""
        if self.over is not None:
            return self.last_ms
        room_ms = -(-(self._target_mj - self.register.mj) // self.car.power_w(self.offered_w))
        due_ms = min(self.last_ms + max(room_ms, SHORTEST_WAIT_MS), self._next_border_ms())
        deadline_ms = self._deadline_ms()
        return due_ms if deadline_ms is None else min(due_ms, deadline_ms)

    def meter_fields(self) -> dict[str, object]:
        power_w = 0 if self.over else self.car.power_w(self.offered_w)
        fields: dict[str, object] = {
            "session_no": self.session_no,
            "register_wh": self.register.wh,
            "power_w": power_w,
            **electrical_values(self.kind, power_w, self.car.soc_promille),
            "elapsed_s": (self.last_ms - self.started_ms) // 1000,
        }
        if power_w:
            fields["remaining_s"] = (self._target_mj - self.register.mj) // power_w // 1000
        return fields

    def final_fields(self, reason: str, raw_stop_code: str) -> dict[str, object]:
        """The `session_ended` record if the charge ended at its last moment."""
        segments = [*self.segments]
        if self.last_ms > self._cut_ms:
            segments.append(self._segment())
        return final_fields(
            self.session_no,
            (self.started_ms + self.skew_ms, self.last_ms + self.skew_ms),
            (self.register_start_wh, self.register.wh),
            [_shifted(segment, self.skew_ms) for segment in segments],
            (reason, raw_stop_code),
        )

    def _flow(self, until_ms: int) -> None:
        deadline_ms = self._deadline_ms()
        if deadline_ms is not None and until_ms >= deadline_ms:
            until_ms = deadline_ms
            self.over = ("limit_reached", until_ms)
        power_w = self.car.power_w(self.offered_w)
        energy_mj = power_w * (until_ms - self.last_ms)
        room_mj = self._target_mj - self.register.mj
        if energy_mj >= room_mj:
            energy_mj = room_mj
            until_ms = min(until_ms, self.last_ms - (-room_mj // power_w))
            self.over = (self._target_reason, until_ms)
        self.register.mj += energy_mj
        self.car.stored_mj += energy_mj
        self.last_ms = until_ms

    def _deadline_ms(self) -> int | None:
        limit_s = self.limits.duration_s
        return None if limit_s is None else self.started_ms + limit_s * 1000

    def _next_border_ms(self) -> int:
        pile_ms = self.last_ms + self.skew_ms
        return (pile_ms // HALF_HOUR_MS + 1) * HALF_HOUR_MS - self.skew_ms

    def _segment(self) -> Segment:
        return Segment(self._cut_ms, self.last_ms, self.register.wh - self._cut_wh)

    def _cut(self) -> None:
        self.segments.append(self._segment())
        self._cut_ms, self._cut_wh = self.last_ms, self.register.wh


def final_fields(
    session_no: str,
    times_ms: tuple[int, int],
    registers_wh: tuple[int, int],
    segments: list[dict[str, object]],
    stop: tuple[str, str],
) -> dict[str, object]:
    """Fields of `session_ended`; the pairs are (start, end), `stop` is (stop_reason, raw_stop_code)."""
    return {
        "session_no": session_no,
        "started_at": to_text(times_ms[0]),
        "ended_at": to_text(times_ms[1]),
        "register_start_wh": registers_wh[0],
        "register_end_wh": registers_wh[1],
        "segments": segments,
        "stop_reason": stop[0],
        "raw_stop_code": stop[1],
    }


def _shifted(segment: Segment, skew_ms: int) -> dict[str, object]:
    return {
        "from_at": to_text(segment.from_ms + skew_ms),
        "to_at": to_text(segment.to_ms + skew_ms),
        "energy_wh": segment.energy_wh,
    }
