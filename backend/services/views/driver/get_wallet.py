"""A driver's wallet (钱包): what the ledger says the driver has, holds and owes."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.payment import LARGEST_TOP_UP_FEN, SMALLEST_TOP_UP_FEN
from backend.models.engine.database import reading
from backend.services.ledger.wallets import find_balances


class WalletView(msgspec.Struct, frozen=True, kw_only=True):
    """None of the amounts is negative; a top-up pays `debt_fen` first."""

    available_fen: int
    held_fen: int
    debt_fen: int
    smallest_top_up_fen: int
    largest_top_up_fen: int
    as_of: datetime


@reading
def get_wallet(*, driver: Actor, now: datetime) -> WalletView:
    """The driver's own wallet."""
    balances = find_balances(driver_no=driver.no)
    return WalletView(
        available_fen=balances.available_fen,
        held_fen=balances.held_fen,
        debt_fen=balances.debt_fen,
        smallest_top_up_fen=SMALLEST_TOP_UP_FEN,
        largest_top_up_fen=LARGEST_TOP_UP_FEN,
        as_of=now,
    )
