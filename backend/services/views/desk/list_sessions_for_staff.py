"""The desk's list of sessions: those that are live now, those in one state, all of them, or the one with a number."""

from datetime import datetime
from typing import Any

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.session import SessionState
from backend.models import LiveSession, Order, Session
from backend.models.engine.database import reading
from backend.services.access.scope import scoped, sees_platform
from backend.services.access.visible_stations import find_station_id
from backend.services.views.desk.session_rows import StaffSessionRow, select_session_rows, view_session_rows
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class StaffSessionPage(msgspec.Struct, frozen=True, kw_only=True):
    sessions: tuple[StaffSessionRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_sessions_for_staff(
    *,
    staff: Actor,
    state: SessionState | None,
    is_all: bool = False,
    number: str | None = None,
    station_no: str | None,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> StaffSessionPage:
    """One page, newest first: the live sessions, with `state` those in it, with `is_all` every one.

    With `number`, a session's or its order's, that session whatever became of it. Raises InvalidCursor.
    """
    anchors = scoped(Session.select(), staff, operator=Session.operator_id, station=Session.station_id)
    is_all = is_all or number is not None
    wanted = _filter(anchors, staff, state, is_all=is_all, station_no=station_no)
    if number is not None:
        wanted = wanted.where(_is_numbered(number.strip().upper()))
    is_of_all = is_all and station_no is None and sees_platform(staff)
    listing = Listing(
        wanted=wanted,
        anchors=anchors,
        shown=select_session_rows(staff),
        number=Session.session_no,
        # the live ones are few and indexed by row id, as is the whole table; parts of it are by time.
        # The two orders are the same
        time=Session.created_at if (state is not None or is_all) and not is_of_all else None,
        is_newest_first=True,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffSessionPage(
        sessions=view_session_rows(page.rows, staff=staff, now=now),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(wanted),
    )


def _is_numbered(number: str) -> Any:
    """SQL: the session has this number, or an order of it has."""
    order: Order | None = Order.get_or_none(Order.order_no == number)
    return Session.session_no == number if order is None else Session.id == order.session_id


def _filter(
    query: "ModelSelect[Any]",
    staff: Actor,
    state: SessionState | None,
    *,
    is_all: bool,
    station_no: str | None,
) -> "ModelSelect[Any]":
    if state is not None:
        query = query.where(Session.state == state)
    elif not is_all:
        query = query.where(Session.id.in_(LiveSession.select(LiveSession.session_id)))
    if station_no is not None:
        query = query.where(Session.station_id == find_station_id(staff, station_no))
    return query
