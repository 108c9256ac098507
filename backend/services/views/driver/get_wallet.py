"""A driver's wallet (钱包): what the ledger says the driver has, holds and owes."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.payment import Channel
from backend.domain.refund import refundable_fen
from backend.gateways import list_payment_channels
from backend.models.engine.database import reading
from backend.services.ground.operator_book import read_operators
from backend.services.ledger.wallets import find_balances


class WalletView(msgspec.Struct, frozen=True, kw_only=True):
    """None of the amounts is negative; a top-up pays `debt_fen` first.

    `refundable_fen` may go back at once, `refund_pending_fen` is on its way.
    """

    available_fen: int
    held_fen: int
    debt_fen: int
    refundable_fen: int
    refund_pending_fen: int
    smallest_top_up_fen: int
    largest_top_up_fen: int
    top_up_channels: tuple[Channel, ...]
    as_of: datetime


@reading
def get_wallet(*, driver: Actor, now: datetime) -> WalletView:
    """The driver's own wallet."""
    policy = read_operators().platform_policy
    balances = find_balances(driver_no=driver.no)
    return WalletView(
        available_fen=balances.available_fen,
        held_fen=balances.held_fen,
        debt_fen=balances.debt_fen,
        refundable_fen=refundable_fen(balances.available_fen, balances.debt_fen),
        refund_pending_fen=balances.refund_pending_fen,
        smallest_top_up_fen=policy.smallest_top_up_fen,
        largest_top_up_fen=policy.largest_top_up_fen,
        top_up_channels=list_payment_channels(),
        as_of=now,
    )
