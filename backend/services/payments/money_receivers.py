"""Whose money a payment is while it is away from its driver: the platform's at the channel, or the operator's own."""

from backend.domain.ledger import Account, AccountKind, account_of
from backend.models import Payment
from backend.services.ground.public_numbers import get_operator_no


def receiver_of(payment: Payment) -> Account:
    """The ledger's account that it came to, and that a refund of it goes out of."""
    if payment.channel_account_id is None:
        return account_of(AccountKind.CLEARING, payment.channel.value)
    return account_of(AccountKind.OPERATOR_CLEARING, get_operator_no(payment.operator_id))
