"""An account takes prepaid money from now on, or no more; what was paid there is still told and given back there."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import ChannelAccountTaken
from backend.models import ChannelAccount, Operator
from backend.models.engine.database import locked, transactional
from backend.services.channel_accounts.account_terms import check_keys, lock_account
from backend.services.ground.audit import write_audit
from backend.services.ground.row_version import take_edit
from backend.services.payments.account_gateways import find_account


@transactional
def switch_channel_account(
    *,
    staff: Actor,
    account_no: str,
    is_enabled: bool,
    reason: str,
    row_version: int,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """What is so already stays so. Raises Forbidden, ChannelAccountNotFound, RowChanged, ChannelAccountTaken, UnfitInput,
    AccountKeyMissing.
    """
    row = lock_account(staff, account_no)
    if row.is_enabled is is_enabled:
        return
    take_edit(row, seen=row_version)
    if is_enabled:
        _check_free(row)
        check_keys(row)
    row.is_enabled = is_enabled
    row.save()
    write_audit(
        actor=staff,
        action="channel_account.enable" if is_enabled else "channel_account.disable",
        object_kind="channel_account",
        object_no=account_no,
        operator_id=row.operator_id,
        detail={
            "before": {"is_enabled": not is_enabled},
            "after": {"is_enabled": is_enabled},
            "reason": reason,
        },
        now=now,
        request_id=request_id,
        ip=ip,
    )


def _check_free(row: ChannelAccount) -> None:
    """One account of an operator takes a channel's money; its row is locked, so that two cannot be enabled at once."""
    locked(Operator.select().where(Operator.id == row.operator_id)).get()
    if find_account(operator_id=row.operator_id, channel=row.channel) is not None:
        raise ChannelAccountTaken
