"""One session for the operators' desk: what its driver sees, and what only the desk needs."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import SessionNotFound
from backend.domain.session import SessionState
from backend.models import Command, Driver, IdleStay, Session
from backend.models.engine.database import reading
from backend.services.access.scope import scoped
from backend.services.views.command_views import CommandView, view_commands
from backend.services.views.desk.session_rows import staff_actions
from backend.services.views.session_view import SessionView, load_session_views
from backend.services.views.timeline import TimelineStep, make_timeline


class StaffSession(msgspec.Struct, frozen=True, kw_only=True):
    """`session.allowed_actions` are those of the member of staff who asks."""

    session: SessionView
    driver_no: str | None
    rated_w: int
    limit_wh: int | None
    register_start_wh: int | None
    register_end_wh: int | None
    raw_stop_code: str
    review_reason: str
    timeline: tuple[TimelineStep, ...]
    commands: tuple[CommandView, ...]
    is_test: bool
    # why staff waived what its car cost by staying
    waive_reason: str | None


@reading
def get_session_for_staff(*, staff: Actor, session_no: str, now: datetime) -> StaffSession:
    """A session in scope. Raises SessionNotFound."""
    session = scoped(
        Session.select().where(Session.session_no == session_no),
        staff,
        operator=Session.operator_id,
        station=Session.station_id,
    ).first()
    if session is None:
        raise SessionNotFound
    ((_, view),) = load_session_views(Session.id == session.id, now=now)
    charges_on = session.state is SessionState.SETTLED and "stop" in view.allowed_actions
    actions = staff_actions(session.state, staff, charges_on=charges_on)
    driver = Driver.get_or_none(Driver.id == session.driver_id)
    commands = Command.select().where(Command.session_id == session.id).order_by(Command.id)
    stay = IdleStay.get_or_none(IdleStay.session_id == session.id)
    return StaffSession(
        session=msgspec.structs.replace(view, allowed_actions=actions),
        driver_no=None if driver is None else driver.driver_no,
        rated_w=session.rated_w,
        limit_wh=session.limit_wh,
        register_start_wh=session.register_start_wh,
        register_end_wh=session.register_end_wh,
        raw_stop_code=session.raw_stop_code,
        review_reason=session.review_reason,
        timeline=make_timeline(session),
        commands=view_commands(commands),
        is_test=bool(session.is_test),
        waive_reason=None if stay is None else stay.waive_reason,
    )
