"""The desk's list of sessions: those that are live now, those in one state, of some days, all of them, or one's number."""

from datetime import date, datetime
from typing import Any

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.session import FailureReason, SessionState
from backend.models import LiveSession, Order, Session
from backend.models.engine.database import reading
from backend.services.access.scope import scoped, sees_platform
from backend.services.access.visible_stations import find_station_id
from backend.services.views.desk.local_days import in_days
from backend.services.views.desk.session_rows import StaffSessionRow, select_session_rows, view_session_rows
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class StaffSessionPage(msgspec.Struct, frozen=True, kw_only=True):
    sessions: tuple[StaffSessionRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


class SessionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Without any: the sessions that are live now. The dates are local days when they were asked for, both included.

    `number` is a session's or its order's, whole; `failure_reason` is why it did not start.
    """

    state: SessionState | None = None
    is_all: bool = False
    number: str | None = None
    station_no: str | None = None
    failure_reason: FailureReason | None = None
    from_date: date | None = None
    to_date: date | None = None

    @property
    def is_of_live(self) -> bool:
        asked = (self.state, self.number, self.failure_reason, self.from_date, self.to_date)
        return not self.is_all and all(one is None for one in asked)


@reading
def list_sessions_for_staff(
    *, staff: Actor, wanted: SessionFilter, cursor: str | None, limit: int, now: datetime
) -> StaffSessionPage:
    """One page, newest first. Raises InvalidCursor, and UnfitInput for dates the wrong way round."""
    anchors = scoped(Session.select(), staff, operator=Session.operator_id, station=Session.station_id)
    filtered = _filter(anchors, staff, wanted)
    is_of_all = wanted.state is None and wanted.failure_reason is None and wanted.station_no is None
    has_days = wanted.from_date is not None or wanted.to_date is not None
    listing = Listing(
        wanted=filtered,
        anchors=anchors,
        shown=select_session_rows(staff),
        number=Session.session_no,
        # the live ones are few and indexed by row id, as is the whole table; parts of it are by time.
        # The two orders are the same
        time=None
        if wanted.is_of_live or (is_of_all and not has_days and sees_platform(staff))
        else Session.created_at,
        is_newest_first=True,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffSessionPage(
        sessions=view_session_rows(page.rows, staff=staff, now=now),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(filtered),
    )


def _is_numbered(number: str) -> Any:
    """SQL: the session has this number, or an order of it has."""
    order: Order | None = Order.get_or_none(Order.order_no == number)
    return Session.session_no == number if order is None else Session.id == order.session_id


def _filter(query: "ModelSelect[Any]", staff: Actor, wanted: SessionFilter) -> "ModelSelect[Any]":
    if wanted.is_of_live:
        query = query.where(Session.id.in_(LiveSession.select(LiveSession.session_id)))
    if wanted.failure_reason is not None:
        # only these have a reason, and their state is what the index knows
        query = query.where(
            (Session.state == SessionState.FAILED) & (Session.failure_reason == wanted.failure_reason)
        )
    if wanted.state is not None:
        query = query.where(Session.state == wanted.state)
    if wanted.station_no is not None:
        query = query.where(Session.station_id == find_station_id(staff, wanted.station_no))
    if wanted.number is not None:
        query = query.where(_is_numbered(wanted.number.strip().upper()))
    return in_days(query, Session.created_at, from_date=wanted.from_date, to_date=wanted.to_date)
