"""The driver's wallet, its movements, and the top-ups it came from."""

from typing import Annotated

import msgspec

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.services.payments.pay_debt import pay_debt
from backend.services.views.driver.get_wallet import WalletView, get_wallet
from backend.services.views.driver.list_top_ups import TopUpPage, list_top_ups
from backend.services.views.list_wallet_postings import (
    LARGEST_PAGE,
    MovementPage,
    list_wallet_postings,
)


class MovementQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`cursor` is the `next_cursor` of the page before."""

    cursor: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAGE)] = 20


async def show(call: Call[None, None]) -> WalletView:
    """What is available, held for a running charge, and owed."""
    wallet = await call.parts.reads.wallets.load(call.actor)
    if wallet is None:
        raise errors.NotFound
    return wallet


async def list_movements(call: Call[None, MovementQuery]) -> MovementPage:
    """Every ledger entry that changed the wallet, newest first."""
    return await call.transact(
        list_wallet_postings, driver=call.actor, cursor=call.query.cursor, limit=call.query.limit
    )


async def list_all_top_ups(call: Call[None, MovementQuery]) -> TopUpPage:
    """The driver's own top-ups, newest first, with what of each went back."""
    return await call.transact(
        list_top_ups, driver=call.actor, cursor=call.query.cursor, limit=call.query.limit
    )


async def pay_own_debt(call: Call[None, None]) -> WalletView:
    """What is owed is paid from what is available, as far as it goes; the same Idempotency-Key pays once."""
    await call.transact(pay_debt, driver=call.actor, idempotency_key=call.key, now=call.now)
    return await call.transact(get_wallet, driver=call.actor, now=call.now)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/driver/wallet",
        scope=Scope.DRIVER,
        handle=show,
        summary="钱包",
        tag="wallet",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/wallet/debt",
        scope=Scope.DRIVER,
        handle=pay_own_debt,
        summary="用余额补缴欠费",
        errors=(errors.NoDebt,),
        limit=limits.PAY_DEBT,
        needs_key=True,
        tag="wallet",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/wallet/postings",
        scope=Scope.DRIVER,
        handle=list_movements,
        summary="钱包明细",
        errors=(errors.InvalidCursor,),
        tag="wallet",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/top-ups",
        scope=Scope.DRIVER,
        handle=list_all_top_ups,
        summary="充值记录",
        errors=(errors.InvalidCursor,),
        tag="wallet",
    ),
)
