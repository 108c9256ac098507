"""The gateway of the account that a payment is asked for, paid and given back at: an operator's own, else the platform's.

The platform's account is the configuration's and has no row (None). A disabled account takes no new payment; what was paid
there is still notified, asked about and given back there.
"""

from contextlib import suppress

import structlog

from backend.domain.errors import AccountKeyMissing, ChannelUnavailable, NotifyRejected
from backend.domain.payment import Channel
from backend.gateways import get_account_factory, get_account_ring, get_payment_channel
from backend.gateways.channel_account import AccountKeys, ProofKey, UnfitKeysError
from backend.gateways.payment_channel import PaymentChannel
from backend.models import ChannelAccount, Payment
from backend.models.engine.database import forget_with_database, reading
from backend.services.payments.account_secrets import unseal

_log = structlog.get_logger(__name__)
# by row id, with what it was made of: it holds loaded keys, and other keys make another one
_gateways: dict[int, tuple[tuple[object, ...], PaymentChannel]] = {}
forget_with_database(_gateways.clear)


def find_account(*, operator_id: int, channel: Channel) -> ChannelAccount | None:
    """Where money prepaid at this operator's piles goes; None: to the platform."""
    return ChannelAccount.get_or_none(
        (ChannelAccount.operator_id == operator_id)
        & (ChannelAccount.channel == channel)
        & (ChannelAccount.is_enabled == True)  # noqa: E712 - SQL
    )


def get_gateway(channel: Channel, account_id: int | None) -> PaymentChannel:
    """The gateway of an account by its row id. Raises ChannelUnavailable where its keys cannot be used here."""
    if account_id is None:
        return get_payment_channel(channel)
    return gateway_of(ChannelAccount.get_by_id(account_id))


def get_gateway_of(payment: Payment) -> PaymentChannel:
    """The gateway that a payment was asked for at. Raises ChannelUnavailable."""
    return get_gateway(payment.channel, payment.channel_account_id)


@reading
def list_certified_gateways() -> list[PaymentChannel]:
    """Of enabled accounts that are proven by certificates; those whose keys cannot be used here are left out."""
    found = []
    uses = (ChannelAccount.is_enabled == True) & (ChannelAccount.uses_certificates == True)  # noqa: E712 - SQL
    for account in ChannelAccount.select().where(uses):
        with suppress(ChannelUnavailable):  # told of where it was made
            found.append(gateway_of(account))
    return found


def find_notified(channel: Channel, account_no: str) -> ChannelAccount:
    """The account whose notifies come to this address. Raises NotifyRejected."""
    account: ChannelAccount | None = ChannelAccount.get_or_none(ChannelAccount.account_no == account_no)
    if account is None or account.channel is not channel:
        raise NotifyRejected(reason="account_unknown")
    return account


def gateway_of(account: ChannelAccount) -> PaymentChannel:
    """The gateway of an account as its row says. Raises ChannelUnavailable where its keys cannot be opened or used."""
    made_of = (
        account.row_version,
        account.private_key,
        account.api_key,
        account.earlier_api_key,
        account.earlier_proof_key,
    )
    kept = _gateways.get(account.id)
    if kept is not None and kept[0] == made_of:
        return kept[1]
    try:
        gateway = make_gateway(account)
    except (UnfitKeysError, AccountKeyMissing) as error:
        _log.warning("channel_account_unusable", account_no=account.account_no, error=str(error))
        raise ChannelUnavailable from None
    _gateways[account.id] = (made_of, gateway)
    return gateway


def make_gateway(account: ChannelAccount) -> PaymentChannel:
    """A new one, with the secrets opened. UnfitKeysError; AccountKeyMissing, ChannelUnavailable."""
    get_account_ring()
    earlier_api_key = unseal(account, "earlier_api_key")
    proof_keys = [(account.proof_key_no, account.proof_key)]
    proof_keys += [(account.earlier_proof_key_no, account.earlier_proof_key)]
    return get_account_factory()(
        AccountKeys(
            account_no=account.account_no,
            channel=account.channel,
            mode=account.mode,
            merchant_no=account.merchant_no,
            application_no=account.application_no,
            sub_merchant_no=account.sub_merchant_no,
            key_serial=account.key_serial,
            private_key=unseal(account, "private_key"),
            api_keys=tuple(key for key in (unseal(account, "api_key"), earlier_api_key) if key),
            proof_keys=tuple(ProofKey(number, text) for number, text in proof_keys if text),
            uses_certificates=account.uses_certificates,
        )
    )
