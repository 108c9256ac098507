"""What is done every so often, whether or not somebody asked: each sweep is harmless to run in several processes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from backend.jobs.events import CONSUMERS, tell_parked
from backend.services.charging.return_due_rests import RESTS_PER_CALL, return_due_rests
from backend.services.exports.expire_exports import EXPORTS_PER_CALL, expire_exports
from backend.services.facts.compare_facts import EVERY_S as FACTS_EVERY_S
from backend.services.facts.compare_facts import compare_facts
from backend.services.facts.keep_power import EVERY_S as POWER_EVERY_S
from backend.services.facts.keep_power import keep_power
from backend.services.facts.move_facts import STATIONS_PER_CALL, move_facts
from backend.services.ground.audit_chain import ROWS_PER_LINKING, link_audit_rows
from backend.services.ground.stored_files import FILES_PER_CALL, delete_unnamed_files
from backend.services.intake.mark_silent_piles import PILES_PER_CALL, mark_silent_piles
from backend.services.payments.tend_accounts import ACCOUNTS_PER_CALL, tend_accounts
from backend.services.tariffs.fill_holidays import fill_holidays
from backend.services.upkeep.delete_old_events import ROWS_PER_CALL as EVENTS_PER_CALL
from backend.services.upkeep.delete_old_events import delete_old_events
from backend.services.upkeep.delete_old_meter_values import FROM_THE_FIRST, delete_old_meter_values
from backend.services.upkeep.delete_old_meter_values import ROWS_PER_CALL as METER_VALUES_PER_CALL
from backend.services.upkeep.delete_old_rows import RETENTIONS, ROWS_PER_CALL, delete_old_rows
from backend.services.upkeep.forget_guests import ROWS_PER_CALL as GUESTS_PER_CALL
from backend.services.upkeep.forget_guests import forget_guests
from backend.services.upkeep.rebuild_live import rebuild_live, restore_live
from backend.services.upkeep.recount_stations import TURN_S, recount_stations

SILENT_PILES_EVERY_S: Final = 10
PREPAID_RESTS_EVERY_S: Final = 60
RESTORE_LIVE_EVERY_S: Final = 10
REBUILD_LIVE_EVERY_S: Final = 300
RETENTION_EVERY_S: Final = 600
METER_VALUES_EVERY_S: Final = 30
AUDIT_LINKS_EVERY_S: Final = 10
CALLS_PER_RUN: Final = 20
"""A sweep that finds more than this goes on at its next turn."""

NO_MORE: Final = 2**62
"""For a sweep that does everything in one call."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """`work(now=…)` does at most `full` rows in one transaction and returns how many it found."""

    name: str
    every_s: int
    full: int
    work: Callable[..., int]


SWEEPS: Final = (
    Sweep("silent_piles", SILENT_PILES_EVERY_S, PILES_PER_CALL, mark_silent_piles),
    Sweep("prepaid_rests", PREPAID_RESTS_EVERY_S, RESTS_PER_CALL, return_due_rests),
    Sweep("channel_accounts", RETENTION_EVERY_S, ACCOUNTS_PER_CALL, tend_accounts),
    Sweep("live_view_lost", RESTORE_LIVE_EVERY_S, NO_MORE, restore_live),
    Sweep("live_view", REBUILD_LIVE_EVERY_S, NO_MORE, rebuild_live),
    Sweep("audit_links", AUDIT_LINKS_EVERY_S, ROWS_PER_LINKING, link_audit_rows),
    Sweep("all_time", TURN_S, NO_MORE, recount_stations),
    Sweep("facts", FACTS_EVERY_S, NO_MORE, compare_facts),
    Sweep("power", POWER_EVERY_S, NO_MORE, keep_power),
    Sweep("facts_moved", FACTS_EVERY_S, STATIONS_PER_CALL, move_facts),
    Sweep("holidays", RETENTION_EVERY_S, NO_MORE, fill_holidays),
    Sweep("parked_events", RETENTION_EVERY_S, NO_MORE, tell_parked),
    Sweep(
        "old_events",
        RETENTION_EVERY_S,
        EVENTS_PER_CALL,
        partial(delete_old_events, consumers=[consumer.name for consumer in CONSUMERS]),
    ),
    Sweep("exports", RETENTION_EVERY_S, EXPORTS_PER_CALL, expire_exports),
    Sweep("unnamed_files", RETENTION_EVERY_S, FILES_PER_CALL, delete_unnamed_files),
    *(
        Sweep(f"old_{kind.name}", RETENTION_EVERY_S, ROWS_PER_CALL, partial(delete_old_rows, retention=kind))
        for kind in RETENTIONS
    ),
)


class Sweeper:
    """Knows when each sweep of this process is due; all are due at its start.

    `meter_values_kept_days`: raw readings older than that are deleted; 0: none ever. `guests_kept_days`: guests who came
    before that are forgotten.
    """

    def __init__(self, *, meter_values_kept_days: int, guests_kept_days: int) -> None:
        self._sweeps = list(SWEEPS)
        forget = partial(forget_guests, kept=timedelta(days=guests_kept_days))
        self._sweeps.append(Sweep("guests", RETENTION_EVERY_S, GUESTS_PER_CALL, forget))
        if meter_values_kept_days:
            work = _OldMeterValues(timedelta(days=meter_values_kept_days))
            self._sweeps.append(Sweep("old_meter_values", METER_VALUES_EVERY_S, METER_VALUES_PER_CALL, work))
        self._due_s = dict.fromkeys((sweep.name for sweep in self._sweeps), 0.0)

    def run_due(self, *, now: datetime, now_s: float) -> None:
        """Run the sweeps that are due at `now_s` on the monotonic clock. Raises ServiceUnavailable."""
        for sweep in self._sweeps:
            if self._due_s[sweep.name] > now_s:
                continue
            self._due_s[sweep.name] = now_s + sweep.every_s
            _run(sweep, now)


class _OldMeterValues:
    """Goes round the piles, a few with each call."""

    def __init__(self, kept: timedelta) -> None:
        self._kept = kept
        self._after_pile_id = FROM_THE_FIRST

    def __call__(self, *, now: datetime) -> int:
        deleted, self._after_pile_id = delete_old_meter_values(
            after_pile_id=self._after_pile_id, kept=self._kept, now=now
        )
        return deleted


def _run(sweep: Sweep, now: datetime) -> None:
    total = 0
    for _ in range(CALLS_PER_RUN):
        found = sweep.work(now=now)
        total += found
        if found < sweep.full:
            break
    if total:
        _log.info("swept", sweep=sweep.name, rows=total)
