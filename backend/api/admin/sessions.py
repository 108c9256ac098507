"""Sessions of the operators' desk, and the remote stop."""

from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.domain.session import SessionState
from backend.services.charging.stop_session_for_staff import stop_session_for_staff
from backend.services.views.desk.get_session_for_staff import StaffSession, get_session_for_staff
from backend.services.views.desk.list_sessions_for_staff import StaffSessionPage, list_sessions_for_staff


class SessionsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without `state` and `all`: the sessions that are live now."""

    state: SessionState | None = None
    all: bool = False
    station_no: Number | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class StopRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is for the audit log."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]


async def list_all(call: Call[None, SessionsQuery]) -> StaffSessionPage:
    """Live sessions, those in one state, or all, newest first."""
    query = call.query
    return await call.read_slowly(
        list_sessions_for_staff,
        staff=call.actor,
        state=query.state,
        is_all=query.all,
        station_no=query.station_no,
        cursor=query.cursor,
        limit=query.limit,
        now=call.now,
    )


async def show(call: Call[None, None]) -> StaffSession:
    """One session with its timeline and commands."""
    return await call.transact(
        get_session_for_staff, staff=call.actor, session_no=call.path["session_no"], now=call.now
    )


async def stop(call: Call[StopRequest, None]) -> StaffSession:
    """Stop a live session; asking again is harmless."""
    session_no = call.path["session_no"]
    await call.transact(
        stop_session_for_staff,
        staff=call.actor,
        session_no=session_no,
        reason=call.body.reason,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await call.transact(get_session_for_staff, staff=call.actor, session_no=session_no, now=call.now)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/sessions",
        scope=Permission.ORDER_READ,
        handle=list_all,
        summary="充电过程列表",
        errors=(errors.InvalidCursor,),
        tag="admin_sessions",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/sessions/{session_no}",
        scope=Permission.ORDER_READ,
        handle=show,
        summary="充电过程详情",
        errors=(errors.SessionNotFound,),
        tag="admin_sessions",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/sessions/{session_no}/stop",
        scope=Permission.SESSION_STOP,
        handle=stop,
        summary="远程停止充电",
        errors=(errors.SessionNotFound, errors.SessionNotStoppable),
        tag="admin_sessions",
    ),
)
