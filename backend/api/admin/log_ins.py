"""The log of log-ins at the desk, read only."""

from datetime import date
from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.login_record import LoginOutcome
from backend.domain.permission import Permission
from backend.services.views.desk.list_log_ins_for_staff import (
    LogInFilter,
    StaffLogInPage,
    list_log_ins_for_staff,
)


class LogInsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Dates are local days, both included; `account` is the whole of what was typed."""

    account: Annotated[str, msgspec.Meta(min_length=1, max_length=50)] | None = None
    outcome: LoginOutcome | None = None
    from_date: date | None = None
    to_date: date | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


async def list_all(call: Call[None, LogInsQuery]) -> StaffLogInPage:
    """Tries to log in, newest first."""
    query = call.query
    wanted = LogInFilter(
        account=query.account, outcome=query.outcome, from_date=query.from_date, to_date=query.to_date
    )
    return await call.read_slowly(
        list_log_ins_for_staff, staff=call.actor, wanted=wanted, cursor=query.cursor, limit=query.limit
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/log-ins",
        scope=Permission.LOGIN_LOG_READ,
        handle=list_all,
        summary="登录日志",
        errors=(errors.InvalidCursor, errors.UnfitInput),
        tag="admin_log_ins",
    ),
)
