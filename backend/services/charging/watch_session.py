"""Looks after a charging session: one that fell silent, one without energy, one without end.

A healthy one is looked at when one of these can have come true at the earliest, which readings put off. Silence stops
nobody, be it the pile's, the broker's or ours: only a register that was heard to stand still does (states.md).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from backend.domain.connector import ConnectorStatus
from backend.domain.session import SessionState, StopReason, longest
from backend.domain.timer import TimerKind
from backend.models import ConnectorState, MeterValue, Session, SessionProgress
from backend.models.engine.database import locked, transactional
from backend.services.charging.mark_charging import WATCH_EVERY_S
from backend.services.charging.session_terms import terms_of
from backend.services.charging.settle_by_readings import settle_by_readings
from backend.services.charging.stop_session import ask_stop
from backend.services.ground.hearing import is_silence_heard
from backend.services.ground.timers import set_timer

LOOK_EVERY: Final = timedelta(minutes=10)
"""At least, for a time from a pile's wrong clock may lie far ahead."""
LONGEST_GAP: Final = timedelta(minutes=2)
"""Between two readings that were heard one after the other: piles tell their meter at least once a minute."""


@transactional
def watch_session(*, session_no: str, now: datetime) -> None:
    """Settle a silent session provisionally; stop one that was heard without energy for long, or charges for too long.

    How long that is stands in the terms it started with. While the bridge itself was away nobody was silent, and the
    longest time of a session is the end of waiting for it.
    """
    session = locked(Session.select().where(Session.session_no == session_no)).first()
    if session is None or session.state not in {SessionState.CHARGING, SessionState.STOPPING}:
        return
    terms = terms_of(session)
    silence, no_energy = (
        timedelta(seconds=terms.provisional_after_s),
        timedelta(seconds=terms.no_energy_after_s),
    )
    started_at = session.started_at or session.created_at
    progress = SessionProgress.get_or_none(SessionProgress.session_id == session.id)
    heard_at = started_at if progress is None else max(started_at, progress.meter_at)
    ends_at = started_at + min(
        longest(is_test=bool(session.is_test)), timedelta(seconds=terms.longest_session_s)
    )
    is_over = now >= ends_at
    if now - heard_at >= silence and (is_over or is_silence_heard(now)):
        settle_by_readings(session=session, now=now)
        return
    grew_at = started_at if progress is None else progress.energy_grew_at
    if is_over or _is_zombie(session, grew_at, no_energy, now):
        ask_stop(session=session, reason=StopReason.PLATFORM, now=now)
    first = min(heard_at + silence, grew_at + no_energy, ends_at)
    set_timer(kind=TimerKind.SESSION_WATCH, subject_no=session_no, due_at=_within_bounds(first, now))


def _within_bounds(due_at: datetime, now: datetime) -> datetime:
    """In a minute at the earliest, in ten at the latest."""
    return max(now + timedelta(seconds=WATCH_EVERY_S), min(due_at, now + LOOK_EVERY))


def _is_zombie(session: Session, grew_at: datetime, no_energy: timedelta, now: datetime) -> bool:
    """Charging in name only: minutes of readings without energy, although the car does not hold it off.

    When it last grew is by the pile's clock, which may be slow; that it stood still is what the readings show.
    """
    if session.state is not SessionState.CHARGING or now - grew_at < no_energy:
        return False
    state = ConnectorState.get_or_none(ConnectorState.connector_id == session.connector_id)
    if state is None or state.status not in {ConnectorStatus.CHARGING, ConnectorStatus.IDLE}:
        return False
    return _stood_still_for(no_energy, session, now)


def _stood_still_for(span: timedelta, session: Session, now: datetime) -> bool:
    """Whether its readings came without a gap all the time until now, by our clock and by the rows, all with one register.

    So it holds across a restart of the bridge; and what came late, or all at once, was not heard when it was made.
    """
    rows: Iterable[Any] = (
        MeterValue.select(MeterValue.received_at, MeterValue.register_wh)
        .where(
            (MeterValue.session_no == session.session_no)
            & (MeterValue.pile_id == session.pile_id)
            & (MeterValue.received_at >= now - span - LONGEST_GAP)
        )
        .order_by(MeterValue.received_at)
        .tuples()
    )
    found = list(rows)
    heard = [received_at for received_at, _ in found]
    if not heard or heard[0] > now - span:
        return False
    if any(later - earlier > LONGEST_GAP for earlier, later in pairwise([*heard, now])):
        return False
    return len({register_wh for received_at, register_wh in found if received_at >= now - span}) == 1
