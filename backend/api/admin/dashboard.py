"""The desk's first page."""

import datetime as dt

import msgspec

from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.services.views.desk.get_dashboard import Dashboard, get_dashboard


class DashboardQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A past day in place of today."""

    date: dt.date | None = None


async def show(call: Call[None, DashboardQuery]) -> Dashboard:
    """A day, those before it and all time, and what the connectors do now. Sums of a day come from the roll-ups."""
    return await call.read_slowly(get_dashboard, staff=call.actor, now=call.now, day=call.query.date)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/dashboard",
        scope=Permission.DASHBOARD_READ,
        handle=show,
        summary="运营首页",
        errors=(errors.UnfitInput,),
        tag="admin_dashboard",
    ),
)
