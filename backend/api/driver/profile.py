"""What drivers say of themselves: the name and picture they are shown by, and the phone number that WeChat proves of them."""

from typing import Annotated, Final

import msgspec

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route, Scope
from backend.api.http.transfers import Received, Transfer, Upload
from backend.domain import errors
from backend.services.access.bind_phone import bind_phone
from backend.services.access.keep_avatar import keep_avatar
from backend.services.access.rename_driver import rename_driver
from backend.services.views.driver.get_driver import DriverView, get_driver

AVATAR_BYTES: Final = 10_000_000
AVATAR_TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$"
"""Nor what turns the direction of the text around it."""


class NicknameRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Empty: none."""

    nickname: Annotated[str, msgspec.Meta(max_length=20, pattern=_NO_CONTROLS)]


class PhoneRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code` is what a getPhoneNumber button gave."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


async def rename(call: Call[NicknameRequest, None]) -> DriverView:
    """Another name, or none."""
    await call.transact(
        rename_driver,
        driver=call.actor,
        nickname=call.body.nickname,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_driver, driver=call.actor)


async def bind(call: Call[PhoneRequest, None]) -> DriverView:
    """The number behind the code is bound, in place of the one before; again changes nothing."""
    await call.ask_outside(
        bind_phone, driver=call.actor, code=call.body.code, caller=find_caller(call), now=call.now
    )
    return await call.transact(get_driver, driver=call.actor)


async def unbind(call: Call[None, None]) -> DriverView:
    """No number is known any more; again changes nothing."""
    await call.ask_outside(bind_phone, driver=call.actor, code=None, caller=find_caller(call), now=call.now)
    return await call.transact(get_driver, driver=call.actor)


async def upload_avatar(call: Call[None, None], received: Received) -> DriverView:
    """The picture is made anew, small, and shown beside the name; the one before goes."""
    await call.parts.lanes.transfers.run(
        keep_avatar, driver=call.actor, file=received.file, caller=find_caller(call), now=call.now
    )
    return await call.transact(get_driver, driver=call.actor)


TRANSFERS: tuple[Transfer, ...] = (
    Upload(
        path="/api/v1/driver/me/avatar",
        scope=Scope.DRIVER,
        summary="上传头像",
        handle=upload_avatar,
        max_bytes=AVATAR_BYTES,
        media_types=AVATAR_TYPES,
        limit=limits.PROFILE,
    ),
)

ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/driver/me/nickname",
        scope=Scope.DRIVER,
        handle=rename,
        summary="修改昵称",
        errors=(errors.Forbidden,),
        limit=limits.PROFILE,
        tag="profile",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/me/phone",
        scope=Scope.DRIVER,
        handle=bind,
        summary="绑定手机号",
        errors=(errors.InvalidLoginCode, errors.ChannelUnavailable, errors.Forbidden),
        limit=limits.PROFILE,
        tag="profile",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/me/phone/unbind",
        scope=Scope.DRIVER,
        handle=unbind,
        summary="解除绑定手机号",
        errors=(errors.Forbidden,),
        limit=limits.PROFILE,
        tag="profile",
    ),
)
