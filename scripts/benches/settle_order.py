"""The final records of a bench's charges, as the bridge hands them to `end_session`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.domain.fees import cut_at_half_hours
from backend.domain.meter import FinalRecord
from backend.domain.report import KnownPile, Report
from backend.domain.session import StopReason
from backend.domain.units import Wh
from backend.gateways.ids import new_ulid
from backend.models import Session
from backend.services.charging.end_session import end_session
from backend.services.intake.known_piles import load_piles
from scripts.benches.world import FIRST_BOOT, FIRST_REGISTER_WH, RATED_W, ChargingPile

# the same for all, so that all orders of a run fall into one hour of the roll-ups
CHARGED = timedelta(minutes=15)


def end_charge(pile: ChargingPile, now: datetime) -> None:
    """Take the pile's final record and settle the order, in a transaction of its own or the running one."""
    (record,) = final_records([pile], now)
    end_session(**record)


def final_records(piles: Sequence[ChargingPile], now: datetime) -> list[dict[str, Any]]:
    """What `end_session` takes for each of these charges; the bridge knows its piles before a record comes."""
    known = load_piles([pile.pile_no for pile in piles])
    rows = Session.select(Session.id, Session.started_at).where(
        Session.id.in_([one.session_id for one in piles])
    )
    started = {row.id: row.started_at for row in rows if row.started_at is not None}
    return [_final_record(pile, known[pile.pile_no], started[pile.session_id], now) for pile in piles]


def _final_record(
    pile: ChargingPile, known: KnownPile, started_at: datetime, now: datetime
) -> dict[str, Any]:
    """What `end_session` takes: a charge at half the rated power, with sound segments."""
    ended_at = started_at + CHARGED
    energy_wh = int(RATED_W // 2 * (ended_at - started_at).total_seconds() / 3600)
    first, last = Wh(FIRST_REGISTER_WH), Wh(FIRST_REGISTER_WH + energy_wh)
    record = FinalRecord(
        started_at=started_at,
        ended_at=ended_at,
        register_start_wh=first,
        register_end_wh=last,
        segments=cut_at_half_hours(started_at, ended_at, first, last, ()),
    )
    report = Report(
        pile=known,
        message_id=new_ulid(),
        boot=FIRST_BOOT,
        seq=10,
        at=now,
        received_at=now,
        is_replayed=False,
    )
    return {
        "report": report,
        "gun": 1,
        "record": record,
        "session_no": pile.session_no,
        "stop_reason": StopReason.DRIVER_APP,
        "raw_stop_code": "",
        "reported_fen_e4": None,
    }
