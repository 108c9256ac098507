"""Whom a driver may call."""

from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.services.views.driver.get_help import HelpView, get_help


async def show(call: Call[None, None]) -> HelpView:
    """The platform's phone and hours; on a station, a charge or an order stands that station's own."""
    return await call.transact(get_help)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/driver/help",
        scope=Scope.PUBLIC,
        handle=show,
        summary="客服电话",
        tag="help",
    ),
)
