"""The desk's first page."""

from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain.permission import Permission
from backend.services.views.desk.get_dashboard import Dashboard, get_dashboard


async def show(call: Call[None, None]) -> Dashboard:
    """Today, yesterday and all time, and what the connectors do now. Sums of a day come from the roll-ups."""
    return await call.read_slowly(get_dashboard, staff=call.actor, now=call.now)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/dashboard",
        scope=Permission.DASHBOARD_READ,
        handle=show,
        summary="运营首页",
        tag="admin_dashboard",
    ),
)
