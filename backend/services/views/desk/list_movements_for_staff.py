"""The desk's list of movements: charges, idle fees, top-ups, prepayments and refunds in one, the newest first."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import msgspec

from backend.domain.actor import Actor
from backend.domain.movement import OF_ORDERS, OF_REFUNDS, MovementKind, MovementState
from backend.domain.order import OrderKind
from backend.domain.payment import Channel, PaymentPurpose
from backend.models import RefundPart
from backend.models.engine.database import reading
from backend.services.views.desk import staff_page
from backend.services.views.desk.merged_page import load_merged_page
from backend.services.views.desk.movement_walks import ORDERS, PAYMENTS, MovementFilter, walks_of
from backend.services.views.desk.staff_page import Total, count_capped


class StaffMovementRow(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is of the order, payment or refund. `energy_wh` is None but for charges, a place None for money of a wallet.

    `channel` is None for what the wallet paid, and for a refund that goes back through more than one, or through none.
    `amount_fen` of a refund is what was asked for.
    """

    kind: MovementKind
    number: str
    at: datetime
    state: MovementState
    driver_no: str | None
    station_no: str | None
    station_name: str | None
    pile_no: str | None
    connector_no: str | None
    channel: Channel | None
    energy_wh: int | None
    amount_fen: int
    is_test: bool


class StaffMovementPage(msgspec.Struct, frozen=True, kw_only=True):
    movements: tuple[StaffMovementRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_movements_for_staff(
    *, staff: Actor, wanted: MovementFilter, cursor: str | None, limit: int
) -> StaffMovementPage:
    """One page. Raises InvalidCursor, and UnfitInput for a filter that would look through too much."""
    walks = walks_of(staff, wanted)
    page = load_merged_page(walks, cursor=cursor, limit=limit)
    totals = [count_capped(walk.listing.wanted) for walk in walks]
    count = sum(total.count for total in totals)
    return StaffMovementPage(
        movements=view_movements(page.rows),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=Total(
            count=min(count, staff_page.COUNT_CAP),
            is_capped=count > staff_page.COUNT_CAP or any(total.is_capped for total in totals),
        ),
    )


def view_movements(rows: list[tuple[str, Any]]) -> tuple[StaffMovementRow, ...]:
    """Rows of the merged list, in their order."""
    channels = _channels([row.id for letter, row in rows if letter not in {ORDERS, PAYMENTS}])
    return tuple(
        _of_order(row)
        if letter == ORDERS
        else _of_payment(row)
        if letter == PAYMENTS
        else _of_refund(row, channels[row.id])
        for letter, row in rows
    )


def _of_order(row: Any) -> StaffMovementRow:
    is_charge = row.kind is OrderKind.CHARGING
    return StaffMovementRow(
        kind=MovementKind.CHARGE if is_charge else MovementKind.IDLE,
        number=row.order_no,
        at=row.ended_at,
        state=OF_ORDERS[row.state],
        driver_no=row.driver_no,
        station_no=row.station_no,
        station_name=row.station_name,
        pile_no=row.pile_no,
        connector_no=row.connector_no,
        channel=None,
        energy_wh=row.energy_wh if is_charge else None,
        amount_fen=row.total_fen,
        is_test=bool(row.is_test),
    )


def _of_payment(row: Any) -> StaffMovementRow:
    is_top_up = row.purpose is PaymentPurpose.TOP_UP
    return _of_money(
        row,
        kind=MovementKind.TOP_UP if is_top_up else MovementKind.PREPAY,
        number=row.payment_no,
        at=row.paid_at,
        state=MovementState.DONE,
        channel=row.channel,
    )


def _of_refund(row: Any, channels: set[Channel | None]) -> StaffMovementRow:
    return _of_money(
        row,
        kind=MovementKind.REFUND,
        number=row.refund_no,
        at=row.asked_at,
        state=OF_REFUNDS[row.state],
        channel=next(iter(channels)) if len(channels) == 1 else None,
    )


def _of_money(
    row: Any, *, kind: MovementKind, number: str, at: datetime, state: MovementState, channel: Channel | None
) -> StaffMovementRow:
    return StaffMovementRow(
        kind=kind,
        number=number,
        at=at,
        state=state,
        driver_no=row.driver_no,
        station_no=None,
        station_name=None,
        pile_no=None,
        connector_no=None,
        channel=channel,
        energy_wh=None,
        amount_fen=row.amount_fen,
        is_test=False,
    )


def _channels(refund_ids: list[int]) -> dict[int, set[Channel | None]]:
    found: dict[int, set[Channel | None]] = defaultdict(set)
    if refund_ids:
        for part in RefundPart.select().where(RefundPart.refund_id.in_(refund_ids)):
            found[part.refund_id].add(part.channel)
    return found
