"""The driver's payment password: set, changed, set anew, on or off; and its proof for what asks for it.

Every body here holds passwords: nothing of them is logged or kept, and each is looked at in a lane's thread.
"""

from typing import Annotated, Any

import msgspec

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.services.access.change_pay_password import change_pay_password
from backend.services.access.prove_pay_password import prove_pay_password
from backend.services.access.reset_pay_password import reset_pay_password
from backend.services.access.set_pay_password import set_pay_password
from backend.services.access.switch_pay_password import switch_pay_password
from backend.services.views.driver.get_pay_password import PayPasswordView, get_pay_password

SixDigits = Annotated[str, msgspec.Meta(min_length=6, max_length=6, pattern=r"^[0-9]{6}$")]
PROOF_ERRORS = (errors.PayPasswordNeeded, errors.PayPasswordClosed, errors.WrongPayPassword)
"""Of whatever asks for a payment password."""


class SetRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    password: SixDigits


class ChangeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`password` is the present one."""

    password: SixDigits
    new_password: SixDigits


class ResetRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code` is what wx.login gave just now; `phone_code` is of the bound phone, which saves the wait."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    new_password: SixDigits
    phone_code: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] | None = None


class SwitchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    is_on: bool
    password: SixDigits


async def prove(call: Call[Any, Any], password: str | None) -> int | None:
    """The proof of a password that came along; None without one, and where the driver has none on."""
    if password is None:
        return None
    view = await call.transact(get_pay_password, driver=call.actor, now=call.now)
    if not view.is_on:
        return None
    return await call.transact(
        prove_pay_password, driver=call.actor, password=password, caller=find_caller(call), now=call.now
    )


async def show(call: Call[None, None]) -> PayPasswordView:
    """Whether there is one, and what waits."""
    return await call.transact(get_pay_password, driver=call.actor, now=call.now)


async def set_first(call: Call[SetRequest, None]) -> PayPasswordView:
    """The first one; starts and refunds ask for it from now on."""
    await call.transact(
        set_pay_password,
        driver=call.actor,
        password=call.body.password,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_pay_password, driver=call.actor, now=call.now)


async def change(call: Call[ChangeRequest, None]) -> PayPasswordView:
    """Another one, by the present one."""
    await call.transact(
        change_pay_password,
        driver=call.actor,
        password=call.body.password,
        new_password=call.body.new_password,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_pay_password, driver=call.actor, now=call.now)


async def reset(call: Call[ResetRequest, None]) -> PayPasswordView:
    """Another one, by a fresh log-in; no refund for a day, unless the bound phone is proven too."""
    await call.ask_outside(
        reset_pay_password,
        driver=call.actor,
        code=call.body.code,
        new_password=call.body.new_password,
        phone_code=call.body.phone_code,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_pay_password, driver=call.actor, now=call.now)


async def switch(call: Call[SwitchRequest, None]) -> PayPasswordView:
    """Ask for it or not, by the password either way; again changes nothing."""
    await call.transact(
        switch_pay_password,
        driver=call.actor,
        is_on=call.body.is_on,
        password=call.body.password,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_pay_password, driver=call.actor, now=call.now)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/driver/pay-password",
        scope=Scope.DRIVER,
        handle=show,
        summary="支付密码",
        tag="pay_password",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/pay-password",
        scope=Scope.DRIVER,
        handle=set_first,
        summary="设置支付密码",
        errors=(errors.PayPasswordTooPlain, errors.PayPasswordExists),
        limit=limits.PAY_PASSWORD,
        tag="pay_password",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/pay-password/change",
        scope=Scope.DRIVER,
        handle=change,
        summary="修改支付密码",
        errors=(errors.PayPasswordTooPlain, errors.PayPasswordMissing, *PROOF_ERRORS),
        limit=limits.PAY_PASSWORD,
        tag="pay_password",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/pay-password/reset",
        scope=Scope.DRIVER,
        handle=reset,
        summary="重新设置支付密码",
        errors=(
            errors.PayPasswordTooPlain,
            errors.PayPasswordMissing,
            errors.InvalidLoginCode,
            errors.PhoneDiffers,
            errors.ChannelUnavailable,
        ),
        limit=limits.PAY_PASSWORD,
        tag="pay_password",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/pay-password/switch",
        scope=Scope.DRIVER,
        handle=switch,
        summary="开启或关闭支付密码",
        errors=(errors.PayPasswordMissing, *PROOF_ERRORS),
        limit=limits.PAY_PASSWORD,
        tag="pay_password",
    ),
)
