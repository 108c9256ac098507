"""Whether the channel knows an account by its keys: a signed question about a payment that nobody asked for."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.channel_account import CheckResult
from backend.domain.errors import ChannelAccountNotFound
from backend.domain.permission import Permission
from backend.gateways.ids import new_number
from backend.gateways.payment_channel import PaymentChannel
from backend.models import ChannelAccount
from backend.models.engine.database import reading
from backend.services.access.operator_scope import check_may
from backend.services.channel_accounts.account_terms import check_keys, visible_accounts
from backend.services.payments.account_gateways import make_gateway


class CheckedChannelAccount(msgspec.Struct, frozen=True, kw_only=True):
    """`reason` is the channel's own code of a refusal, empty otherwise."""

    result: CheckResult
    reason: str


def check_channel_account(*, staff: Actor, account_no: str, now: datetime) -> CheckedChannelAccount:
    """Calls the channel: not for a transaction. Raises Forbidden, ChannelAccountNotFound, UnfitInput, AccountKeyMissing."""
    checked = _make(staff, account_no).check(new_number("T", now))
    return CheckedChannelAccount(result=checked.result, reason=checked.reason)


@reading
def _make(staff: Actor, account_no: str) -> PaymentChannel:
    check_may(staff, Permission.CHANNEL_ACCOUNT_EDIT)
    row = visible_accounts(staff).where(ChannelAccount.account_no == account_no).first()
    if row is None:
        raise ChannelAccountNotFound
    check_keys(row)
    return make_gateway(row)
