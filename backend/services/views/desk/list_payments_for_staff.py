"""The desk's list of payments: what drivers were asked for, through which channel, and what of it went back."""

from datetime import datetime
from typing import Any

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.models import Driver, Payment
from backend.models.engine.database import reading
from backend.services.access.scope import sees_platform
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class StaffPaymentRow(msgspec.Struct, frozen=True, kw_only=True):
    """`transaction_no` is the channel's own number of it, once it was paid."""

    payment_no: str
    driver_no: str
    purpose: PaymentPurpose
    channel: Channel
    transaction_no: str | None
    amount_fen: int
    refunded_fen: int
    state: PaymentState
    created_at: datetime
    paid_at: datetime | None
    last_error: str


class StaffPaymentPage(msgspec.Struct, frozen=True, kw_only=True):
    payments: tuple[StaffPaymentRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_payments_for_staff(
    *,
    staff: Actor,
    state: PaymentState | None,
    driver_no: str | None,
    number: str | None,
    cursor: str | None,
    limit: int,
) -> StaffPaymentPage:
    """One page, newest first; nothing for staff who do not see the platform's money. Raises InvalidCursor.

    `number` is ours or the channel's.
    """
    listing = listing_of_payments(staff, state, driver_no, number)
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffPaymentPage(
        payments=tuple(view_payment(row) for row in page.rows),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(listing.wanted),
    )


def listing_of_payments(
    staff: Actor, state: PaymentState | None, driver_no: str | None, number: str | None
) -> Listing:
    """The payments that `staff` may see and the filter finds."""
    anchors = Payment.select()
    if not sees_platform(staff):
        anchors = anchors.where(Payment.id.is_null())
    return Listing(
        wanted=_filter(anchors, state, driver_no, number),
        anchors=anchors,
        shown=Payment.select(Payment, Driver.driver_no).join(Driver, on=(Driver.id == Payment.driver_id)),
        number=Payment.payment_no,
        is_newest_first=True,
    )


def _filter(
    query: "ModelSelect[Any]", state: PaymentState | None, driver_no: str | None, number: str | None
) -> "ModelSelect[Any]":
    if state is not None:
        query = query.where(Payment.state == state)
    if driver_no is not None:
        driver = Driver.get_or_none(Driver.driver_no == driver_no.strip())
        query = query.where(Payment.driver_id == (0 if driver is None else driver.id))
    if number is not None:
        sought = number.strip()
        of_channels = [
            (Payment.channel == channel) & (Payment.channel_transaction_no == sought) for channel in Channel
        ]
        found = next((row for one in of_channels for row in Payment.select().where(one).limit(1)), None)
        is_it = Payment.payment_no == sought.upper() if found is None else Payment.id == found.id
        query = query.where(is_it)
    return query


def view_payment(row: Any) -> StaffPaymentRow:
    return StaffPaymentRow(
        payment_no=row.payment_no,
        driver_no=row.driver_no,
        purpose=row.purpose,
        channel=row.channel,
        transaction_no=row.channel_transaction_no,
        amount_fen=row.amount_fen,
        refunded_fen=row.refunded_fen,
        state=row.state,
        created_at=row.created_at,
        paid_at=row.paid_at,
        last_error=row.last_error,
    )
