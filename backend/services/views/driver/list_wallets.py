"""Many drivers' wallets in one query, for the API's coalesced reads; `get_wallet` is the same for one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from backend.domain.actor import Actor
from backend.domain.ledger import AccountKind, OwnerKind
from backend.domain.policy import Policy
from backend.domain.refund import refundable_fen
from backend.gateways import list_payment_channels
from backend.models.engine.database import reading
from backend.models.ledger import LedgerAccount
from backend.services.ground.operator_book import read_operators
from backend.services.views.driver.get_wallet import WalletView

_SHOWN = (AccountKind.AVAILABLE, AccountKind.HELD, AccountKind.DEBT, AccountKind.REFUND_PENDING)


@reading
def list_wallets(*, drivers: Sequence[Actor], now: datetime) -> dict[Actor, WalletView]:
    """Each driver's own wallet; one without accounts has zeros."""
    rows = (
        LedgerAccount.select(LedgerAccount.owner_key, LedgerAccount.kind, LedgerAccount.balance_fen)
        .where(
            (LedgerAccount.owner_kind == OwnerKind.DRIVER)
            & LedgerAccount.owner_key.in_([driver.no for driver in drivers])
            & LedgerAccount.kind.in_(_SHOWN)
        )
        .tuples()
    )
    balances = {
        (owner_key, kind): balance_fen or 0
        for owner_key, kind, balance_fen in cast("Iterable[tuple[str, AccountKind, int | None]]", rows)
    }
    policy = read_operators().platform_policy
    return {driver: _view(driver, balances, policy, now) for driver in drivers}


def _view(
    driver: Actor, balances: Mapping[tuple[str, AccountKind], int], policy: Policy, now: datetime
) -> WalletView:
    available_fen = balances.get((driver.no, AccountKind.AVAILABLE), 0)
    # on the ledger debt is negative
    debt_fen = -balances.get((driver.no, AccountKind.DEBT), 0)
    return WalletView(
        available_fen=available_fen,
        held_fen=balances.get((driver.no, AccountKind.HELD), 0),
        debt_fen=debt_fen,
        refundable_fen=refundable_fen(available_fen, debt_fen),
        refund_pending_fen=balances.get((driver.no, AccountKind.REFUND_PENDING), 0),
        smallest_top_up_fen=policy.smallest_top_up_fen,
        largest_top_up_fen=policy.largest_top_up_fen,
        top_up_channels=list_payment_channels(),
        as_of=now,
    )
