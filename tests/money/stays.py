"""Cars that stay on one gun after their charges: what its pile says of them, and what that costs, counted second by second.

Its sums share no code with the product; what was really billed is the judge's to compare.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from backend.domain.connector import ConnectorStatus
from backend.domain.idle_fee import IdleTerms
from backend.models import PlugSense
from backend.services.charging.claim_due_stays import claim_due_stays
from backend.services.charging.look_after_stay import look_after_stay
from backend.services.intake.record_status import StatusChange, record_statuses
from tests.scenario import Scenario

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
TOGETHER: Final = timedelta(minutes=6)
"""What lies between two statuses further apart was heard by nobody."""
SILENT: Final = timedelta(minutes=15)
SECOND: Final = timedelta(seconds=1)
_GAPS: Final = (3, 5, 5, 5, 5, 6, 7, 16)
_RESTING: Final = (ConnectorStatus.PLUGGED, ConnectorStatus.FINISHING, ConnectorStatus.SUSPENDED_EV)
_LATER_BOOT: Final = 2


@dataclass
class Car:
    """One stay: `runs` are statuses that said plugged, apart where the gun was faulted."""

    terms: IdleTerms
    began_at: datetime
    runs: list[list[datetime]] = field(default_factory=lambda: [[]])
    ended_at: datetime | None = None
    is_waived: bool = False

    @property
    def last_heard_at(self) -> datetime:
        return max((at for run in self.runs for at in run), default=self.began_at)

    def waive(self, now: datetime) -> None:
        self.is_waived = True
        self.ended_at = self.ended_at or now

    def fee_fen(self) -> int:
        if self.is_waived:
            return 0
        paid_from = self.began_at + timedelta(minutes=self.terms.free_minutes)
        until = self.ended_at or self.last_heard_at
        seconds: dict[date, int] = {}
        for run in self.runs:
            for earlier, later in pairwise(run):
                at = max(earlier, paid_from)
                while later - earlier <= TOGETHER and at < min(later, until):
                    day = at.astimezone(SHANGHAI).date()
                    seconds[day] = seconds.get(day, 0) + 1
                    at += SECOND
        costs = (lasted // 60 * self.terms.minute_fen for lasted in seconds.values())
        return sum(min(cost, self.terms.day_cap_fen) for cost in costs)


class Gun:
    """The gun that tells a pulled plug from one that is in; `cars` by the session that they were charged in."""

    def __init__(self, world: Scenario, chance: random.Random, gun: int = 1) -> None:
        self.world, self.chance, self.gun = world, chance, gun
        self.cars: dict[str, Car] = {}
        self.seq = 0
        PlugSense.insert(connector_id=world.connector(gun).id, proven_at=world.now).execute()

    def begin(self, session_no: str, terms: IdleTerms | None) -> None:
        """A charge has just ended."""
        if terms is not None:
            self.cars[session_no] = Car(terms, self.world.now)

    def next_begins(self) -> None:
        """The relay has closed for another charge: who stood here before does not any more."""
        for car in self._open():
            car.ended_at = max(self.world.now, car.began_at)

    def stay(self) -> None:
        """Statuses, mostly five minutes apart; in the end the car leaves, or goes on without a word."""
        for _ in range(self.chance.randint(1, 8) if self._open() else 0):
            self.world.after(minutes=self.chance.choice(_GAPS))
            self._hear()
        if self._open() and self.chance.random() < 1 / 2:
            self.leave()

    def leave(self) -> None:
        self.world.after(seconds=self.chance.choice((7, 61)))
        self._end_silent()
        self._say(ConnectorStatus.IDLE, plugged=False)
        for car in self._open():
            car.ended_at = self.world.now

    def look(self) -> None:
        """The job that finds ends and bills."""
        self._end_silent()
        for session_id in claim_due_stays(limit=100, now=self.world.now):
            look_after_stay(session_id=session_id, now=self.world.now)

    def _hear(self) -> None:
        self.look()
        is_faulted = self.chance.random() < 1 / 10
        status = ConnectorStatus.FAULTED if is_faulted else self.chance.choice(_RESTING)
        self._say(status, plugged=True)
        for car in self._open():
            if is_faulted:
                car.runs.append([])
            else:
                car.runs[-1].append(self.world.now)

    def _end_silent(self) -> None:
        for car in self._open():
            if self.world.now - car.last_heard_at > SILENT:
                car.ended_at = car.last_heard_at

    def _open(self) -> list[Car]:
        return [car for car in self.cars.values() if car.ended_at is None]

    def _say(self, status: ConnectorStatus, *, plugged: bool) -> None:
        connector = self.world.connector(self.gun)
        self.seq += 1
        change = StatusChange(
            connector_id=connector.id,
            connector_no=connector.connector_no,
            status=status,
            previous=None,
            is_plugged=plugged,
            fault_codes="",
            boot=_LATER_BOOT,
            seq=self.seq,
            at=self.world.now,
            is_replayed=False,
        )
        record_statuses(changes=[change], now=self.world.now)
