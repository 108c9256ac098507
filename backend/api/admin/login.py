"""Log in to the operators' desk, log out, and who I am."""

from typing import Annotated, Final

import msgspec

from backend.api.admin.words import Code
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Limit, Route, Scope
from backend.domain import errors
from backend.services.access.log_in_staff import LoggedInStaff, log_in_staff
from backend.services.access.log_out import log_out
from backend.services.views.desk.get_staff_profile import StaffProfile, get_staff_profile

# An office shares its address; how often one account's password may be wrong is counted by itself.
LOGIN: Final = Limit("staff_login", times=60, per_s=60, per="ip")


class StaffLoginRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code` comes with the second try of whoever was answered `second_factor_needed`."""

    account: Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    code: Code | None = None


async def log_in(call: Call[StaffLoginRequest, None]) -> LoggedInStaff:
    """A token for twelve hours. Too many wrong passwords close the account to their network for a while, unsaid.

    With a second factor it takes two steps: the right password is answered `second_factor_needed`, then both are sent.
    """
    # the password check is slow on purpose, so it must not hold up transactions
    return await call.parts.lanes.slow.run(
        log_in_staff,
        account=call.body.account,
        password=call.body.password,
        code=call.body.code or "",
        caller=find_caller(call),
        now=call.now,
    )


async def leave(call: Call[None, None]) -> None:
    """The token is worthless from now on."""
    await call.transact(log_out, call.token, now=call.now)
    call.parts.authenticator.forget(call.token)


async def show_me(call: Call[None, None]) -> StaffProfile:
    """Name, operator, permissions and the stations one may see."""
    return await call.transact(get_staff_profile, staff=call.actor)


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/admin/login",
        scope=Scope.PUBLIC,
        handle=log_in,
        summary="员工登录",
        errors=(
            errors.WrongCredentials,
            errors.AccountDisabled,
            errors.SecondFactorNeeded,
            errors.WrongSecondFactor,
            errors.SecondFactorUnavailable,
        ),
        limit=LOGIN,
        tag="admin_login",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/logout",
        scope=Scope.STAFF,
        handle=leave,
        summary="员工退出登录",
        tag="admin_login",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/me",
        scope=Scope.STAFF,
        handle=show_me,
        summary="当前员工",
        tag="admin_login",
    ),
)
