"""Start, watch and stop a charge."""

from typing import Annotated

import msgspec

from backend.api.driver.pay_password import PROOF_ERRORS, SixDigits, prove
from backend.api.driver.start_errors import START_ERRORS
from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.services.charging.start_session import StartedSession, start_session
from backend.services.charging.stop_session import stop_session
from backend.services.views.driver.get_session import get_session
from backend.services.views.session_view import SessionView


class StartRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`limit_fen` is the most the driver wants to spend; null for no limit of their own.

    `is_own_car`: what the driver says where `asks_whose_car` was true; null where nobody asked.
    `pay_password`: of drivers who have one on; without it they are asked (`pay_password_needed`).
    """

    connector_no: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    limit_fen: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)] | None = None
    is_own_car: bool | None = None
    pay_password: SixDigits | None = None


class LiveSession(msgspec.Struct, frozen=True):
    """`session` is null when nothing is open."""

    session: SessionView | None


async def start(call: Call[StartRequest, None]) -> StartedSession:
    """Hold the money and send the start; the same Idempotency-Key answers the same session again."""
    caller, lanes = call.actor.no, call.parts.lanes
    await limits.check_left(limits.STARTED, caller, lanes)
    proof = await prove(call, call.body.pay_password)
    try:
        started = await call.transact(
            start_session,
            driver=call.actor,
            connector_no=call.body.connector_no,
            limit_fen=call.body.limit_fen,
            is_own_car=call.body.is_own_car,
            pay_proof=proof,
            idempotency_key=call.key,
            now=call.now,
        )
    except errors.ConnectorNotFound:
        await limits.count(limits.STARTED, caller, lanes)  # a number that nobody has is a guess
        raise
    await limits.count(limits.STARTED, caller, lanes)
    return started


async def show_live(call: Call[None, None]) -> LiveSession:
    """The session that is open now, so that an app that was closed comes back to it."""
    return LiveSession(await call.parts.reads.live_sessions.load(call.actor))


async def show(call: Call[None, None]) -> SessionView:
    """One of the driver's own sessions, while it runs and after."""
    return await call.transact(
        get_session, driver=call.actor, session_no=call.path["session_no"], now=call.now
    )


async def stop(call: Call[None, None]) -> SessionView:
    """Stop charging; asking again is harmless."""
    await call.transact(stop_session, driver=call.actor, session_no=call.path["session_no"], now=call.now)
    return await show(call)


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/driver/sessions",
        scope=Scope.DRIVER,
        handle=start,
        summary="启动充电",
        errors=(
            *START_ERRORS,
            errors.LimitOutOfRange,
            errors.BalanceTooLow,
            *PROOF_ERRORS,
        ),
        limit=limits.START,
        needs_key=True,
        status=201,
        tag="sessions",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/sessions/live",
        scope=Scope.DRIVER,
        handle=show_live,
        summary="正在进行的充电",
        tag="sessions",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/sessions/{session_no}",
        scope=Scope.DRIVER,
        handle=show,
        summary="充电过程",
        errors=(errors.SessionNotFound,),
        tag="sessions",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/sessions/{session_no}/stop",
        scope=Scope.DRIVER,
        handle=stop,
        summary="停止充电",
        errors=(errors.SessionNotFound, errors.SessionNotStoppable),
        tag="sessions",
    ),
)
