"""The loop of one job process: due timers first, then refunds, cars that stay, events, messages and due sweeps, then a short rest."""

import threading
from typing import Final

import structlog

from backend.domain.errors import ServiceUnavailable
from backend.gateways.clock import monotonic_s, utc_now
from backend.jobs.channel_proofs import ChannelProofs
from backend.jobs.claims import HeldClaims
from backend.jobs.events import run_events
from backend.jobs.exports import ExportLane
from backend.jobs.idle_stays import run_due_stays
from backend.jobs.messages import run_due_messages
from backend.jobs.refunds import run_due_refunds
from backend.jobs.sweeps import Sweeper
from backend.jobs.timers import TIMERS_PER_CLAIM, OutsideLane, run_due_timers
from backend.models.engine import database

REST_S: Final = 1.0
_log = structlog.get_logger(__name__)


def run_until(stopping: threading.Event, *, meter_values_kept_days: int, guests_kept_days: int) -> None:
    """Work until `stopping` is set; what runs then is finished. A database that is away is waited for.

    `meter_values_kept_days`, `guests_kept_days`: see `Sweeper`.
    """
    sweeper = Sweeper(meter_values_kept_days=meter_values_kept_days, guests_kept_days=guests_kept_days)
    proofs = ChannelProofs()
    is_away = False
    with HeldClaims() as claims, OutsideLane(claims) as outside, ExportLane():
        while not stopping.is_set():
            claimed = 0
            try:
                claimed = run_due_timers(claims, outside)
                run_due_refunds(outside)
                proofs.run_due(outside, now_s=monotonic_s())
                run_due_stays()
                run_events()
                run_due_messages(outside)
                sweeper.run_due(now=utc_now(), now_s=monotonic_s())
            except ServiceUnavailable as error:
                if not is_away:
                    _log.warning("database_away", error=str(error))
                is_away = True
            except Exception:  # noqa: BLE001 - the loop outlives whatever a turn meets
                _log.exception("jobs_turn_failed")
                database.close()  # whatever it was, the next turn starts on a fresh connection
            else:
                if is_away:
                    _log.info("database_back")
                is_away = False
            if claimed < TIMERS_PER_CLAIM:
                stopping.wait(REST_S)
    database.close()
