"""Log in by a WeChat code, log out, and who I am."""

from typing import Annotated

import msgspec

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.services.access.log_in_driver import LoggedInDriver, log_in_driver
from backend.services.access.log_out import log_out
from backend.services.views.driver.get_driver import DriverView, get_driver


class LoginRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code` is what wx.login gave: five minutes, one use."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


async def log_in(call: Call[LoginRequest, None]) -> LoggedInDriver:
    """A token for the person behind the code; the first login registers."""
    return await call.ask_outside(log_in_driver, code=call.body.code, ip=call.ip, now=call.now)


async def leave(call: Call[None, None]) -> None:
    """The token is worthless from now on."""
    await call.transact(log_out, token=call.token, now=call.now)
    call.parts.authenticator.forget(call.token)


async def show_me(call: Call[None, None]) -> DriverView:
    """Name, balance, and the session that is open."""
    return await call.transact(get_driver, driver=call.actor)


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/driver/login",
        scope=Scope.PUBLIC,
        handle=log_in,
        summary="微信登录",
        errors=(errors.InvalidLoginCode, errors.DriverDisabled, errors.ChannelUnavailable),
        limit=limits.LOGIN,
        tag="login",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/logout",
        scope=Scope.DRIVER,
        handle=leave,
        summary="退出登录",
        tag="login",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/me",
        scope=Scope.DRIVER,
        handle=show_me,
        summary="我的",
        tag="login",
    ),
)
