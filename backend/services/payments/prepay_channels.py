"""The channels by which a charge at an operator's piles can be prepaid: the platform's, and those of its own accounts."""

from backend.domain.errors import ChannelUnavailable
from backend.domain.payment import Channel
from backend.services.payments.account_gateways import find_account, get_gateway


def list_prepay_channels(*, operator_id: int, is_guest: bool) -> tuple[Channel, ...]:
    """In the order in which people are offered them; a guest is offered only what takes money of anybody."""
    return tuple(one for one in Channel if _takes(one, operator_id, is_guest=is_guest))


def _takes(channel: Channel, operator_id: int, *, is_guest: bool) -> bool:
    account = find_account(operator_id=operator_id, channel=channel)
    try:
        gateway = get_gateway(channel, None if account is None else account.id)
    except ChannelUnavailable:
        return False
    return not is_guest or gateway.payer_kind is None
