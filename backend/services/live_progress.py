"""How far a charging session has come, kept in memory by the bridge and advanced by each plausible reading.

The running fees are for the eye and for stopping in time; the bill is priced anew from segments. Pure: loading
and writing are `record_meters`'s.
"""

from collections import OrderedDict
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Final

import msgspec

from backend.domain.meter import MeterVerdict, Reading, judge_reading, next_frozen_since
from backend.domain.session import LIVE_STATES, SessionState
from backend.domain.tariff import TariffPeriod, TariffVersion, period_at
from backend.domain.units import WH_E5_PER_FEN, Watt, Wh
from backend.services.report import Report

SESSIONS_KEPT: Final = 50_000
REPORT_INTERVAL_S: Final = 15
_S_PER_HOUR: Final = 3_600
_HALF_HOUR_S: Final = 1_800


class MeterReading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One `meter` message; `at` is its time in ours (`report.at` is by the pile's clock)."""

    report: Report
    connector_id: int
    gun: int
    at: datetime
    session_no: str
    register_wh: int
    power_w: int
    voltage_mv: int
    current_ma: int
    soc_percent: int | None
    temperature_c: int | None
    remaining_s: int | None


class LiveProgress(msgspec.Struct, kw_only=True):
    """A session as the bridge needs it; `session_id` 0 stands for a number we do not know."""

    session_no: str
    session_id: int = 0
    pile_id: int = 0
    state: SessionState | None = None
    is_started: bool = False
    rated_w: int = 0
    hold_fen: int = 0
    version: TariffVersion | None = None
    zone: tzinfo | None = None
    # monotone per session: (boot, seq) of the last reading taken
    boot: int = -1
    seq: int = -1
    last: Reading | None = None
    last_received_at: datetime | None = None
    frozen_since: Reading | None = None
    reading: MeterReading | None = None
    energy_wh: int = 0
    electricity_fen_e6: int = 0
    service_fen_e6: int = 0
    energy_grew_at: datetime | None = None
    period: TariffPeriod | None = None
    period_half_hour: int = 0
    refreshed_at: datetime | None = None
    not_live_told_at: datetime | None = None
    is_suspect: bool = False

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    def advance(self, reading: MeterReading) -> MeterVerdict | None:
        """Take a reading if it is newer and plausible; None when it is not newer, else the verdict on it.

        A frozen register is kept (it is what the pile says) and told; a jump or a step back changes nothing.
        """
        report = reading.report
        if (report.boot, report.seq) <= (self.boot, self.seq):
            return None
        current = Reading(reading.at, Wh(reading.register_wh), Watt(reading.power_w))
        judged_at = self._judged_at(reading)
        judged = current if judged_at is reading.at else replace(current, at=judged_at)
        verdict = judge_reading(self.last, judged, Watt(self.rated_w), self.frozen_since)
        if verdict in {MeterVerdict.BACKWARDS, MeterVerdict.JUMP}:
            return verdict
        grown_wh = 0 if self.last is None else reading.register_wh - self.last.register_wh
        self._add(grown_wh, reading.at)
        if grown_wh > 0 or self.energy_grew_at is None:
            self.energy_grew_at = reading.at
        self.frozen_since = next_frozen_since(self.frozen_since, current)
        self.boot, self.seq = report.boot, report.seq
        self.last, self.last_received_at, self.reading = current, report.received_at, reading
        return verdict

    def will_exhaust_hold(self) -> bool:
        """Whether one more report interval at this power and price would use up the hold."""
        if self.hold_fen <= 0 or self.version is None or self.zone is None or self.reading is None:
            return False
        price_e5 = self._period(self.version, self.zone, self.reading.at).total_e5
        ahead_e6 = max(0, self.reading.power_w) * REPORT_INTERVAL_S * price_e5 // _S_PER_HOUR
        return self.electricity_fen_e6 + self.service_fen_e6 + ahead_e6 >= self.hold_fen * WH_E5_PER_FEN

    def _judged_at(self, reading: MeterReading) -> datetime:
        """The reading's time for the question how much energy was possible since the last one.

        Either clock may have made the step: the pile's is wrong while it is being set, ours after an outage in
        which messages waited at the broker. The longer of the two counts.
        """
        if self.last is None or self.last_received_at is None:
            return reading.at
        return max(reading.at, self.last.at + (reading.report.received_at - self.last_received_at))

    def _period(self, version: TariffVersion, zone: tzinfo, at: datetime) -> TariffPeriod:
        """The period at an instant; borders fall on half-hours, so one look-up serves for that long."""
        half_hour = int(at.timestamp()) // _HALF_HOUR_S
        if self.period is None or half_hour != self.period_half_hour:
            self.period = period_at(version, at, zone)
            self.period_half_hour = half_hour
        return self.period

    def _add(self, grown_wh: int, at: datetime) -> None:
        self.energy_wh += grown_wh
        if grown_wh and self.version is not None and self.zone is not None:
            period = self._period(self.version, self.zone, at)
            self.electricity_fen_e6 += grown_wh * period.electricity_e5
            self.service_fen_e6 += grown_wh * period.service_e5


class ProgressBook:
    """The progress of sessions heard lately, the least recently heard forgotten beyond `SESSIONS_KEPT`."""

    def __init__(self, kept: int = SESSIONS_KEPT) -> None:
        self._kept = kept
        self._sessions: OrderedDict[str, LiveProgress] = OrderedDict()

    def find(self, session_no: str) -> LiveProgress | None:
        """The progress of a session; not to be changed: take a copy."""
        return self._sessions.get(session_no)

    def install(self, advanced: dict[str, LiveProgress], ended: set[str]) -> None:
        """Take over what a committed batch has changed; sessions that ended in it are forgotten."""
        for session_no, progress in advanced.items():
            self._sessions[session_no] = progress
            self._sessions.move_to_end(session_no)
        for session_no in ended:
            self._sessions.pop(session_no, None)
        while len(self._sessions) > self._kept:
            self._sessions.popitem(last=False)

    def __len__(self) -> int:
        return len(self._sessions)
