"""How far a charging session has come, kept in memory by the bridge and advanced by each plausible reading.

The running fees are for the eye and for stopping in time; the bill is priced anew from segments. Memory may be
ahead of the rows for a moment (docs/adr/0009).
"""

from datetime import datetime, timedelta, tzinfo
from typing import Final

import msgspec

from backend.domain.estimate import safe_limit
from backend.domain.meter import Doubt
from backend.domain.meter_reading import MeterReading
from backend.domain.meter_trail import REFUSED, MeterTrail, MeterVerdict, Reading, follow_meter
from backend.domain.report_time import longest_between
from backend.domain.session import LIVE_STATES, SessionState
from backend.domain.tariff import TariffPeriod, TariffVersion, period_at
from backend.domain.units import WH_E5_PER_FEN, Fen, Watt, Wh

WRITE_EVERY: Final = timedelta(seconds=1)
"""A session's rows are written at its first reading and then at most this often."""
REPORT_INTERVAL_S: Final = 15
RAISE_AHEAD_S: Final = 180
"""A limit that is nearer than this at the present power is raised, if the hold pays for more."""
RAISE_EVERY: Final = timedelta(seconds=30)
SMALLEST_RAISE_WH: Final = 50
_S_PER_HOUR: Final = 3_600
_HALF_HOUR_S: Final = 1_800


class LiveProgress(msgspec.Struct, kw_only=True, gc=False):
    """A session as the bridge needs it; `session_id` 0 stands for a number we do not know."""

    session_no: str
    session_id: int = 0
    pile_id: int = 0
    connector_id: int = 0
    state: SessionState | None = None
    is_started: bool = False
    rated_w: int = 0
    hold_fen: int = 0
    # what the pile was told to stop at, as far as is known here
    limit_wh: int | None = None
    version: TariffVersion | None = None
    zone: tzinfo | None = None
    # monotone per session: (boot, seq) of the last reading taken
    boot: int = -1
    seq: int = -1
    trail: MeterTrail = MeterTrail()
    # the last one found plausible, and the newest whatever it says
    reading: MeterReading | None = None
    newest: MeterReading | None = None
    energy_wh: int = 0
    electricity_fen_e6: int = 0
    service_fen_e6: int = 0
    energy_grew_at: datetime | None = None
    period: TariffPeriod | None = None
    period_half_hour: int = 0
    refreshed_at: datetime | None = None
    # when the pile was last told by this session's readings to stop
    told_at: datetime | None = None
    # when more was last wanted for the pile than its limit
    raise_wanted_at: datetime | None = None
    # what was told and written of its contradictions, once each
    told: frozenset[MeterVerdict] = frozenset()
    doubts: frozenset[Doubt] = frozenset()
    written_at: datetime | None = None
    # since when the rows lack a reading that is here; None when they lack none
    behind_since: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    def advance(self, reading: MeterReading) -> MeterVerdict | None:
        """Take a reading if it is newer and plausible; None when it is not newer, else the verdict on it.

        A frozen register is kept (it is what the pile says) and told; a jump or a step back changes nothing
        but what the connector shows, until a second reading agrees with it.
        """
        order = reading.order
        is_newest = self.newest is None or order > self.newest.order
        if is_newest:
            self.newest = reading
        if not is_newest and order <= (self.boot, self.seq):
            return None
        if self.behind_since is None:
            self.behind_since = reading.received_at
        if order <= (self.boot, self.seq):
            return None
        sample = reading.sample
        current = Reading(self._judged_at(reading), Wh(sample.register_wh), Watt(sample.power_w))
        self.trail, verdict, grown_wh = follow_meter(self.trail, current, Watt(self.rated_w))
        if verdict in REFUSED:
            return verdict
        self._add(grown_wh, reading.at)
        if grown_wh > 0 or self.energy_grew_at is None:
            self.energy_grew_at = reading.at
        self.boot, self.seq = order
        self.reading = reading
        return verdict

    def may_be_written(self, now: datetime) -> bool:
        """Whether the rows lack something and were not written just now; our clock may have been set back."""
        return self.behind_since is not None and (
            self.written_at is None or abs(now - self.written_at) >= WRITE_EVERY
        )

    def note_written(self, now: datetime) -> None:
        """The rows are written in this transaction as it is now."""
        self.written_at, self.behind_since = now, None

    def will_exhaust_hold(self) -> bool:
        """Whether one more report interval at this power and price would use up the hold."""
        if self.hold_fen <= 0 or self.version is None or self.zone is None or self.reading is None:
            return False
        price_e5 = self._period(self.version, self.zone, self.reading.at).total_e5
        power_w = min(max(0, self.reading.sample.power_w), self.rated_w)
        ahead_e6 = power_w * REPORT_INTERVAL_S * price_e5 // _S_PER_HOUR
        return self.electricity_fen_e6 + self.service_fen_e6 + ahead_e6 >= self.hold_fen * WH_E5_PER_FEN

    def higher_limit(self, now: datetime) -> Wh | None:
        """The limit its pile should have instead, asked for when the present one comes near; None: as it is.

        Often enough that a charge at falling prices does not end at a limit reckoned at the dearest, and no oftener.
        """
        reading, asked_at = self.reading, self.raise_wanted_at
        version, zone = self.version, self.zone
        if version is None or zone is None or reading is None or self.limit_wh is None or self.hold_fen <= 0:
            return None
        power_w = max(0, reading.sample.power_w)
        if (self.limit_wh - self.energy_wh) * _S_PER_HOUR > power_w * RAISE_AHEAD_S:
            return None
        if asked_at is not None and abs(now - asked_at) < RAISE_EVERY:
            return None
        limit_wh = safe_limit(
            Fen(self.hold_fen),
            version,
            now,
            zone,
            taken_wh=self.energy_wh,
            spent_fen_e6=self.electricity_fen_e6 + self.service_fen_e6,
        )
        worth_wh = max(SMALLEST_RAISE_WH, power_w * REPORT_INTERVAL_S // _S_PER_HOUR)
        return limit_wh if limit_wh - self.limit_wh >= worth_wh else None

    def _judged_at(self, reading: MeterReading) -> datetime:
        """The reading's time for the question how much energy was possible since the last one."""
        before, last = self.reading, self.trail.last
        if before is None or last is None:
            return reading.at
        elapsed = longest_between(
            reading.received_at - before.received_at, reading.reported_at - before.reported_at
        )
        latest = last.at + elapsed
        return max(reading.at, latest)

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
