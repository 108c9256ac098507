"""The driver's bill: all movements of money, month by month."""

from typing import Annotated

import msgspec

from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.domain.bill import BillKind
from backend.services.views.driver.list_bills import LARGEST_PAGE, BillPage, list_bills
from backend.services.views.driver.local_months import month_of


class BillQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`month` as in `2026-11`, the present one where none is named; `cursor` is the `next_cursor` of the page before."""

    month: Annotated[str, msgspec.Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", max_length=7)] | None = None
    kind: BillKind | None = None
    cursor: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAGE)] = 20


async def list_own(call: Call[None, BillQuery]) -> BillPage:
    """A month of the driver's own bill, newest first; its totals come with the first page."""
    query = call.query
    return await call.transact(
        list_bills,
        driver=call.actor,
        month=query.month or month_of(call.now),
        kind=query.kind,
        cursor=query.cursor,
        limit=query.limit,
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/driver/bills",
        scope=Scope.DRIVER,
        handle=list_own,
        summary="月账单",
        errors=(errors.InvalidCursor,),
        tag="wallet",
    ),
)
