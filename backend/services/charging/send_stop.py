"""Stop commands of a session: one at a time, each a row; whether one is obeyed is told by the session's end alone.

A stop that was answered and not obeyed is followed by another (a pile executes an id once), with growing gaps for as
long as the session is `stopping`; one that was not answered is sent again under its id by the bridge.
"""

from datetime import datetime, timedelta

from backend.domain import session as rules
from backend.domain.command import OPEN_STATES, CommandKind, CommandState, gap_after
from backend.domain.order import OrderKind
from backend.domain.session import SessionState, StopReason
from backend.domain.timer import TimerKind
from backend.live import wake
from backend.models import Command, Order, Session
from backend.models.engine.database import after_commit, transactional
from backend.services.charging.session_terms import terms_of
from backend.services.commands.queue import queue_command
from backend.services.ground.timers import set_timer


@transactional
def send_stop(*, session: Session, reason: StopReason, now: datetime) -> None:
    """Queue a stop of a locked session unless one is on its way, whatever we think the session's state is."""
    Command.update(state=CommandState.EXPIRED, answered_at=now, reason="stopped").where(
        (Command.session_id == session.id)
        & (Command.kind == CommandKind.START)
        & (Command.state == CommandState.QUEUED)
    ).execute()
    stops = list_stops(session)
    if not any(stop.state in OPEN_STATES for stop in stops):
        stop = queue_command(
            pile_id=session.pile_id,
            operator_id=session.operator_id,
            session_id=session.id,
            kind=CommandKind.STOP,
            params={"session_no": session.session_no, "reason": reason.value},
            now=now,
        )
        stops.append(stop)
    if session.state is SessionState.STOPPING:
        set_timer(
            kind=TimerKind.STOP_REPEAT,
            subject_no=session.session_no,
            due_at=now + gap_after(len(stops)),
        )


@transactional
def insist_on_stop(*, session: Session, gap_s: int, now: datetime) -> None:
    """Have the pile told once more that a locked session is to stop, unless it was told within `gap_s` seconds."""
    stops = list_stops(session)
    newest = stops[-1] if stops else None
    told_at = None if newest is None else newest.sent_at or newest.created_at
    if told_at is not None and now - told_at < timedelta(seconds=gap_s):
        return
    if newest is None or newest.state not in OPEN_STATES:
        send_stop(session=session, reason=session.stop_asked_reason or StopReason.PLATFORM, now=now)
        return
    Command.update(next_send_at=now).where(Command.id == newest.id).execute()
    after_commit(wake.wake_bridge)


def list_stops(session: Session) -> list[Command]:
    """The session's stop commands in the order in which they were queued."""
    is_stop = (Command.session_id == session.id) & (Command.kind == CommandKind.STOP)
    return list(Command.select().where(is_stop).order_by(Command.id))


def charges_on(session: Session, now: datetime) -> bool:
    """Whether it was settled provisionally and its pile may charge still."""
    if session.state is not SessionState.SETTLED:
        return False
    own = (Order.session_id == session.id) & (Order.kind == OrderKind.CHARGING)
    order = Order.select(Order.state).where(own).first()
    began_at = session.started_at or session.created_at
    return rules.charges_on(
        session.state,
        order and order.state,
        began_at=began_at,
        longest=timedelta(seconds=terms_of(session).longest_session_s),
        now=now,
    )
