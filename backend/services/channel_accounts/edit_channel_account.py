"""An account's name, numbers and date of expiry; who is paid stays once money was asked for there."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

from backend.domain.actor import Actor
from backend.domain.errors import UnfitInput
from backend.models import ChannelAccount, Payment
from backend.models.engine.database import transactional
from backend.services.channel_accounts.account_terms import AccountTerms, check_keys, lock_account, put_terms
from backend.services.ground.audit import write_audit
from backend.services.ground.row_version import take_edit

FIXED: Final = ("merchant_no", "application_no", "sub_merchant_no")
"""A payment that was asked for is compared with them when it is paid, maybe much later."""


@transactional
def edit_channel_account(
    *,
    staff: Actor,
    account_no: str,
    terms: AccountTerms,
    row_version: int,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Raises Forbidden, ChannelAccountNotFound, RowChanged, UnfitInput, AccountKeyMissing."""
    row = lock_account(staff, account_no)
    before = put_terms(row, terms)
    take_edit(row, seen=row_version)
    if not before:
        return
    _check_unused(row, before)
    check_keys(row)
    row.save()
    after = {name: value for name, value in asdict(terms).items() if name in before}
    write_audit(
        actor=staff,
        action="channel_account.edit",
        object_kind="channel_account",
        object_no=account_no,
        operator_id=row.operator_id,
        detail={"before": before, "after": after},
        now=now,
        request_id=request_id,
        ip=ip,
    )


def _check_unused(row: ChannelAccount, before: dict[str, object]) -> None:
    changed = next((name for name in FIXED if name in before), None)
    if changed and Payment.select().where(Payment.channel_account_id == row.id).exists():
        raise UnfitInput(field=changed, reason="已经收过款，不能再改；换商户请新建一个账户，再停用这个")
