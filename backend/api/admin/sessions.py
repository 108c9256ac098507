"""Sessions of the operators' desk, and the remote stop."""

from datetime import date
from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number, Reason
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.decision import Decision
from backend.domain.permission import Permission
from backend.domain.session import FailureReason, SessionState
from backend.services.charging.decide_session import DecidedSession, Verdict, decide_session
from backend.services.charging.get_session_evidence import SessionEvidence, get_session_evidence
from backend.services.charging.stop_session_for_staff import stop_session_for_staff
from backend.services.charging.waive_idle_fee import waive_idle_fee
from backend.services.views.desk.get_session_for_staff import StaffSession, get_session_for_staff
from backend.services.views.desk.list_sessions_for_staff import (
    SessionFilter,
    StaffSessionPage,
    list_sessions_for_staff,
)


class SessionsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without any filter but the station: the sessions that are live now. `number` is a session's or its order's, whole.

    The dates are local days when they were asked for, both included.
    """

    state: SessionState | None = None
    all: bool = False
    number: Number | None = None
    station_no: Number | None = None
    failure_reason: FailureReason | None = None
    from_date: date | None = None
    to_date: date | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class StopRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is for the audit log."""

    reason: Reason


Register = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class EvidenceQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The registers to price; without them from the known beginning to the last reading."""

    register_start_wh: Register | None = None
    register_end_wh: Register | None = None


class WaiverRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is for the audit log and whoever asks later."""

    reason: Reason


class DecisionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`seen` is the evidence's; registers are for `bill_register` alone. `reason` is kept with the decision."""

    decision: Decision
    reason: Reason
    seen: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    register_start_wh: Register | None = None
    register_end_wh: Register | None = None


async def list_all(call: Call[None, SessionsQuery]) -> StaffSessionPage:
    """Live sessions, those in one state or of some days, or all, newest first."""
    query = call.query
    wanted = SessionFilter(
        state=query.state,
        is_all=query.all,
        number=query.number,
        station_no=query.station_no,
        failure_reason=query.failure_reason,
        from_date=query.from_date,
        to_date=query.to_date,
    )
    return await call.read_slowly(
        list_sessions_for_staff,
        staff=call.actor,
        wanted=wanted,
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


async def show_evidence(call: Call[None, EvidenceQuery]) -> SessionEvidence:
    """What is known of a session in review or settled, side by side, and what each decision would bill."""
    return await call.read_slowly(
        get_session_evidence,
        staff=call.actor,
        session_no=call.path["session_no"],
        register_start_wh=call.query.register_start_wh,
        register_end_wh=call.query.register_end_wh,
    )


async def decide(call: Call[DecisionRequest, None]) -> DecidedSession:
    """Bill a session in review, or correct what was settled; the same Idempotency-Key answers the same again."""
    body = call.body
    return await call.transact(
        decide_session,
        staff=call.actor,
        session_no=call.path["session_no"],
        verdict=Verdict(
            decision=body.decision,
            reason=body.reason,
            seen=body.seen,
            register_start_wh=body.register_start_wh,
            register_end_wh=body.register_end_wh,
        ),
        idempotency_key=call.key,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )


async def waive(call: Call[WaiverRequest, None]) -> StaffSession:
    """Waive what the car costs that stays after this charge: it stops counting, or goes back to the driver."""
    session_no = call.path["session_no"]
    await call.transact(
        waive_idle_fee,
        staff=call.actor,
        session_no=session_no,
        reason=call.body.reason.strip(),
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_session_for_staff, staff=call.actor, session_no=session_no, now=call.now)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/sessions",
        scope=Permission.ORDER_READ,
        handle=list_all,
        summary="充电过程列表",
        errors=(errors.InvalidCursor, errors.UnfitInput),
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
    Route(
        method="POST",
        path="/api/v1/admin/sessions/{session_no}/idle-fee/waive",
        scope=Permission.IDLE_FEE_WAIVE,
        handle=waive,
        summary="免除占位费",
        errors=(errors.SessionNotFound, errors.IdleFeeNotWaivable),
        tag="admin_sessions",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/sessions/{session_no}/evidence",
        scope=Permission.SESSION_DECIDE,
        handle=show_evidence,
        summary="核对依据",
        errors=(errors.SessionNotFound, errors.SessionNotDecidable),
        tag="admin_sessions",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/sessions/{session_no}/decisions",
        scope=Permission.SESSION_DECIDE,
        handle=decide,
        summary="核对结论",
        errors=(
            errors.SessionNotFound,
            errors.SessionNotDecidable,
            errors.EvidenceChanged,
            errors.DecisionImpossible,
        ),
        needs_key=True,
        status=201,
        tag="admin_sessions",
    ),
)
