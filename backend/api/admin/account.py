"""One's own account at the desk: password, second factor, and where one is logged in."""

from typing import Final

import msgspec

from backend.api.admin.words import Code, Password, row_id
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Limit, Route, Scope
from backend.domain import errors
from backend.gateways.qr_modules import qr_rows
from backend.services.staff.begin_second_factor import begin_second_factor
from backend.services.staff.change_own_password import change_own_password
from backend.services.staff.confirm_second_factor import confirm_second_factor
from backend.services.staff.drop_second_factor import drop_second_factor
from backend.services.staff.end_own_log_in import end_own_log_in
from backend.services.staff.renew_backup_codes import renew_backup_codes
from backend.services.views.desk.list_log_ins import LogIns, list_log_ins

# A code has six digits; who is logged in may be somebody who found an open desk.
PROOF: Final = Limit("own_proof", times=10, per_s=60, per="actor")


class PasswordRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`password` is the present one."""

    password: Password
    new_password: Password


class EnrolmentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    password: Password


class ConfirmationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code` is what the app shows."""

    code: Code


class ProofRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code` is the app's, or a backup code."""

    password: Password
    code: Code


class EnrolmentView(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` to type into the app; `qr` to scan: a row of the picture each, 1 is dark."""

    secret: str
    qr: tuple[str, ...]


class BackupCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Told this once; each is good once."""

    codes: tuple[str, ...]


async def change_password(call: Call[PasswordRequest, None]) -> None:
    """Other log-ins of the caller end; this one stays."""
    await call.parts.lanes.slow.run(
        change_own_password,
        actor=call.actor,
        token=call.token,
        password=call.body.password,
        new_password=call.body.new_password,
        caller=find_caller(call),
        now=call.now,
    )
    call.parts.authenticator.forget(call.token)


async def begin_factor(call: Call[EnrolmentRequest, None]) -> EnrolmentView:
    """A secret for the authenticator app. It counts once a code of it was confirmed."""
    begun = await call.parts.lanes.slow.run(
        begin_second_factor,
        actor=call.actor,
        password=call.body.password,
        caller=find_caller(call),
        now=call.now,
    )
    return EnrolmentView(secret=begun.secret, qr=qr_rows(begun.uri))


async def confirm_factor(call: Call[ConfirmationRequest, None]) -> BackupCodes:
    """The app's code proves it; from now on log-ins ask for one."""
    codes = await call.transact(
        confirm_second_factor,
        actor=call.actor,
        code=call.body.code,
        caller=find_caller(call),
        now=call.now,
    )
    call.parts.authenticator.forget(call.token)
    return BackupCodes(codes=codes)


async def drop_factor(call: Call[ProofRequest, None]) -> None:
    """Give it up; where the role asks for one, nothing else may be done before there is another."""
    await call.parts.lanes.slow.run(
        drop_second_factor,
        actor=call.actor,
        password=call.body.password,
        code=call.body.code,
        caller=find_caller(call),
        now=call.now,
    )
    call.parts.authenticator.forget(call.token)


async def renew_codes(call: Call[ProofRequest, None]) -> BackupCodes:
    """New backup codes in the place of all before."""
    codes = await call.parts.lanes.slow.run(
        renew_backup_codes,
        actor=call.actor,
        password=call.body.password,
        code=call.body.code,
        caller=find_caller(call),
        now=call.now,
    )
    return BackupCodes(codes=codes)


async def list_own_log_ins(call: Call[None, None]) -> LogIns:
    """Where the caller is logged in."""
    return await call.transact(list_log_ins, actor=call.actor, staff_id=None, token=call.token, now=call.now)


async def end_own(call: Call[None, None]) -> None:
    """End one of the caller's log-ins."""
    await call.transact(
        end_own_log_in,
        actor=call.actor,
        log_in_id=row_id(call.path["log_in_id"]),
        caller=find_caller(call),
        now=call.now,
    )


_PROOF_ERRORS: Final = (
    errors.WrongCurrentPassword,
    errors.WrongSecondFactor,
    errors.SecondFactorUnavailable,
)

ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/admin/account/password",
        scope=Scope.STAFF,
        handle=change_password,
        summary="修改自己的密码",
        errors=(errors.WrongCurrentPassword, errors.WeakPassword),
        limit=PROOF,
        tag="admin_account",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/account/second-factor",
        scope=Scope.STAFF,
        handle=begin_factor,
        summary="开始绑定二次验证",
        errors=(
            errors.WrongCurrentPassword,
            errors.SecondFactorExists,
            errors.SecondFactorUnavailable,
        ),
        limit=PROOF,
        tag="admin_account",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/account/second-factor/confirm",
        scope=Scope.STAFF,
        handle=confirm_factor,
        summary="确认绑定二次验证",
        errors=(errors.WrongSecondFactor, errors.SecondFactorExists, errors.SecondFactorUnavailable),
        limit=PROOF,
        tag="admin_account",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/account/second-factor/drop",
        scope=Scope.STAFF,
        handle=drop_factor,
        summary="关闭自己的二次验证",
        errors=_PROOF_ERRORS,
        limit=PROOF,
        tag="admin_account",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/account/backup-codes",
        scope=Scope.STAFF,
        handle=renew_codes,
        summary="重新生成备用码",
        errors=_PROOF_ERRORS,
        limit=PROOF,
        tag="admin_account",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/account/log-ins",
        scope=Scope.STAFF,
        handle=list_own_log_ins,
        summary="自己的登录",
        tag="admin_account",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/account/log-ins/{log_in_id}/end",
        scope=Scope.STAFF,
        handle=end_own,
        summary="结束自己的一次登录",
        errors=(errors.LogInNotFound,),
        tag="admin_account",
    ),
)
