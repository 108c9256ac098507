"""Operators' own accounts at payment channels: what is entered of secrets is never told again."""

from datetime import date
from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number, Reason, RowVersion, line
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.channel_account import AccountMode
from backend.domain.payment import Channel
from backend.domain.permission import Permission
from backend.services.channel_accounts.account_terms import AccountPlace, AccountTerms, NewKeys
from backend.services.channel_accounts.check_channel_account import (
    CheckedChannelAccount,
    check_channel_account,
)
from backend.services.channel_accounts.create_channel_account import create_channel_account
from backend.services.channel_accounts.edit_channel_account import edit_channel_account
from backend.services.channel_accounts.replace_account_keys import replace_account_keys
from backend.services.channel_accounts.switch_channel_account import switch_channel_account
from backend.services.views.desk.channel_account_views import StaffChannelAccount
from backend.services.views.desk.list_channel_accounts_for_staff import (
    StaffChannelAccountPage,
    get_channel_account_for_staff,
    list_channel_accounts_for_staff,
)

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=line())]
MerchantNo = Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=r"^[0-9A-Za-z]+$")]
OtherNo = Annotated[str, msgspec.Meta(max_length=32, pattern=r"^[0-9A-Za-z]*$")]
KeyNo = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[0-9A-Za-z_]*$")]
Pem = Annotated[
    str, msgspec.Meta(max_length=8_192, pattern=r"^[0-9A-Za-z+/=\s-]*$", description="PEM or bare base64.")
]
ApiKey = Annotated[str, msgspec.Meta(max_length=32, pattern=r"^[!-~]*$")]


class ChannelAccountsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator_no: Number | None = None
    channel: Channel | None = None
    is_enabled: bool | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class ChannelAccountKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is empty is not there, or stays as it is. `proof_key` is the channel's public key, under its number there."""

    key_serial: KeyNo = ""
    private_key: Pem = ""
    api_key: ApiKey = ""
    proof_key_no: KeyNo = ""
    proof_key: Pem = ""


class ChannelAccountCreation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`merchant_no` is who is paid; `application_no` an application of Alipay's; `sub_merchant_no` for whom a 服务商 collects."""

    operator_no: Number
    channel: Channel
    mode: AccountMode
    name: Name
    merchant_no: MerchantNo
    keys: ChannelAccountKeys
    application_no: OtherNo = ""
    sub_merchant_no: OtherNo = ""
    uses_certificates: bool = False
    expires_on: date | None = None


class ChannelAccountEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`row_version` is what the view showed. Who is paid stays once money was asked for there."""

    name: Name
    merchant_no: MerchantNo
    application_no: OtherNo
    sub_merchant_no: OtherNo
    uses_certificates: bool
    expires_on: date | None
    row_version: RowVersion


class ChannelAccountKeysReplaced(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys before still prove and open what comes for some days."""

    keys: ChannelAccountKeys
    row_version: RowVersion


class ChannelAccountSwitch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    is_enabled: bool
    reason: Reason
    row_version: RowVersion


async def list_all(call: Call[None, ChannelAccountsQuery]) -> StaffChannelAccountPage:
    """Those of all operators for the platform's staff, one's own for others."""
    query = call.query
    return await call.read_slowly(
        list_channel_accounts_for_staff,
        staff=call.actor,
        operator_no=query.operator_no,
        channel=query.channel,
        is_enabled=query.is_enabled,
        cursor=query.cursor,
        limit=query.limit,
        now=call.now,
    )


async def show(call: Call[None, None]) -> StaffChannelAccount:
    """One account."""
    return await _shown(call, call.path["account_no"])


async def create(call: Call[ChannelAccountCreation, None]) -> StaffChannelAccount:
    """A new account, not enabled yet."""
    body = call.body
    made = await call.transact(
        create_channel_account,
        staff=call.actor,
        place=AccountPlace(body.operator_no, body.channel, body.mode),
        terms=_terms(body),
        keys=_keys(body.keys),
        idempotency_key=call.key,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _shown(call, made.account_no)


async def edit(call: Call[ChannelAccountEdit, None]) -> StaffChannelAccount:
    """Name, numbers and date of expiry."""
    await call.transact(
        edit_channel_account,
        staff=call.actor,
        account_no=call.path["account_no"],
        terms=_terms(call.body),
        row_version=call.body.row_version,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _shown(call, call.path["account_no"])


async def replace_keys(call: Call[ChannelAccountKeysReplaced, None]) -> StaffChannelAccount:
    """New keys in place of those that are named."""
    await call.transact(
        replace_account_keys,
        staff=call.actor,
        account_no=call.path["account_no"],
        keys=_keys(call.body.keys),
        row_version=call.body.row_version,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _shown(call, call.path["account_no"])


async def switch(call: Call[ChannelAccountSwitch, None]) -> StaffChannelAccount:
    """Take prepaid money there from now on, or no more."""
    body = call.body
    await call.transact(
        switch_channel_account,
        staff=call.actor,
        account_no=call.path["account_no"],
        is_enabled=body.is_enabled,
        reason=body.reason,
        row_version=body.row_version,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _shown(call, call.path["account_no"])


async def check(call: Call[None, None]) -> CheckedChannelAccount:
    """Ask the channel whether it knows the account by its keys; nothing is changed there or here."""
    return await call.parts.lanes.outside.run(
        check_channel_account, staff=call.actor, account_no=call.path["account_no"], now=call.now
    )


def _terms(body: ChannelAccountCreation | ChannelAccountEdit) -> AccountTerms:
    return AccountTerms(
        name=body.name.strip(),
        merchant_no=body.merchant_no,
        application_no=body.application_no,
        sub_merchant_no=body.sub_merchant_no,
        uses_certificates=body.uses_certificates,
        expires_on=body.expires_on,
    )


def _keys(keys: ChannelAccountKeys) -> NewKeys:
    return NewKeys(
        key_serial=keys.key_serial,
        private_key=keys.private_key.strip(),
        api_key=keys.api_key,
        proof_key_no=keys.proof_key_no,
        proof_key=keys.proof_key.strip(),
    )


async def _shown(
    call: Call[None, None]
    | Call[ChannelAccountCreation, None]
    | Call[ChannelAccountEdit, None]
    | Call[ChannelAccountKeysReplaced, None]
    | Call[ChannelAccountSwitch, None],
    account_no: str,
) -> StaffChannelAccount:
    return await call.transact(
        get_channel_account_for_staff, staff=call.actor, account_no=account_no, now=call.now
    )


_PATH = "/api/v1/admin/channel-accounts"
_EDIT_ERRORS = (
    errors.ChannelAccountNotFound,
    errors.RowChanged,
    errors.UnfitInput,
    errors.AccountKeyMissing,
    errors.ChannelUnavailable,
)

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=_PATH,
        scope=Permission.CHANNEL_ACCOUNT_READ,
        handle=list_all,
        summary="收款账户列表",
        errors=(errors.InvalidCursor,),
        tag="admin_channel_accounts",
    ),
    Route(
        method="POST",
        path=_PATH,
        scope=Permission.CHANNEL_ACCOUNT_EDIT,
        handle=create,
        summary="新建收款账户",
        errors=(
            errors.OperatorNotFound,
            errors.OperatorIsPlatform,
            errors.UnfitInput,
            errors.AccountKeyMissing,
            errors.ChannelUnavailable,
        ),
        status=201,
        needs_key=True,
        tag="admin_channel_accounts",
    ),
    Route(
        method="GET",
        path=_PATH + "/{account_no}",
        scope=Permission.CHANNEL_ACCOUNT_READ,
        handle=show,
        summary="收款账户详情",
        errors=(errors.ChannelAccountNotFound,),
        tag="admin_channel_accounts",
    ),
    Route(
        method="PUT",
        path=_PATH + "/{account_no}",
        scope=Permission.CHANNEL_ACCOUNT_EDIT,
        handle=edit,
        summary="修改收款账户",
        errors=_EDIT_ERRORS,
        tag="admin_channel_accounts",
    ),
    Route(
        method="POST",
        path=_PATH + "/{account_no}/keys",
        scope=Permission.CHANNEL_ACCOUNT_EDIT,
        handle=replace_keys,
        summary="更换收款账户的密钥",
        errors=_EDIT_ERRORS,
        tag="admin_channel_accounts",
    ),
    Route(
        method="POST",
        path=_PATH + "/{account_no}/switch",
        scope=Permission.CHANNEL_ACCOUNT_EDIT,
        handle=switch,
        summary="启用或停用收款账户",
        errors=(*_EDIT_ERRORS, errors.ChannelAccountTaken),
        tag="admin_channel_accounts",
    ),
    Route(
        method="POST",
        path=_PATH + "/{account_no}/check",
        scope=Permission.CHANNEL_ACCOUNT_EDIT,
        handle=check,
        summary="测试收款账户",
        errors=(
            errors.ChannelAccountNotFound,
            errors.UnfitInput,
            errors.AccountKeyMissing,
            errors.ChannelUnavailable,
        ),
        tag="admin_channel_accounts",
    ),
)
