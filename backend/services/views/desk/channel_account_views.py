"""Channel accounts as the desk shows them: of secrets, whether they are there and no more."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from backend.domain.channel_account import AccountMode, is_expiring
from backend.domain.payment import Channel
from backend.models import ChannelAccount, Operator


class StaffChannelAccount(msgspec.Struct, frozen=True, kw_only=True):
    """`both_until`: what only the keys before prove is still taken until then. `notify_path` ends the address of its notifies."""

    account_no: str
    operator_no: str
    operator_name: str
    channel: Channel
    mode: AccountMode
    name: str
    is_enabled: bool
    merchant_no: str
    application_no: str
    sub_merchant_no: str
    key_serial: str
    proof_key_no: str
    has_private_key: bool
    has_api_key: bool
    has_proof_key: bool
    uses_certificates: bool
    both_until: datetime | None
    expires_on: date | None
    is_expiring: bool
    notify_path: str
    created_at: datetime
    row_version: int


def view_accounts(rows: Iterable[ChannelAccount], now: datetime) -> tuple[StaffChannelAccount, ...]:
    """Their views, with one query for the names of all."""
    rows = list(rows)
    ids = {row.operator_id for row in rows}
    operators = {one.id: one for one in Operator.select().where(Operator.id.in_(ids))} if ids else {}
    return tuple(_view(row, operators[row.operator_id], now) for row in rows)


def _view(row: ChannelAccount, operator: Operator, now: datetime) -> StaffChannelAccount:
    return StaffChannelAccount(
        account_no=row.account_no,
        operator_no=operator.operator_no,
        operator_name=operator.name,
        channel=row.channel,
        mode=row.mode,
        name=row.name,
        is_enabled=row.is_enabled,
        merchant_no=row.merchant_no,
        application_no=row.application_no,
        sub_merchant_no=row.sub_merchant_no,
        key_serial=row.key_serial,
        proof_key_no=row.proof_key_no,
        has_private_key=bool(row.private_key),
        has_api_key=bool(row.api_key),
        has_proof_key=bool(row.proof_key),
        uses_certificates=row.uses_certificates,
        both_until=row.both_until,
        expires_on=row.expires_on,
        is_expiring=is_expiring(row.expires_on, now),
        notify_path=f"/notify/{row.channel.value}/{row.account_no}",
        created_at=row.created_at,
        row_version=row.row_version,
    )
