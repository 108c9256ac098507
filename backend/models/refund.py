"""Refunds (退款) of a driver's balance, in parts: each goes back to one payment, or is paid out by a person."""

from peewee import BigAutoField, CharField, IntegerField

from backend.domain.payment import Channel
from backend.domain.refund import PartState, RefundState
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    big_int,
    enum,
    enum_or_none,
    number,
    row_ref,
    row_ref_or_none,
    utc_time,
    utc_time_or_none,
)


class Refund(Row):
    id = BigAutoField()
    refund_no = number(unique=True)
    driver_id = row_ref()
    amount_fen = big_int()
    # from its parts, under this row's lock
    state = enum(RefundState)
    asked_at = utc_time()
    # when its last part ended; None again where a part goes on
    done_at = utc_time_or_none()

    class Meta:
        indexes = (
            (("driver_id", "id"), False),
            (("state", "id"), False),
            (("state", "done_at"), False),
            (("asked_at",), False),
        )


class RefundPart(Row):
    id = BigAutoField()
    # what the channel knows it by, however often it is sent
    part_no = number(unique=True)
    refund_id = row_ref(index=True)
    # None: for a person to pay out
    payment_id = row_ref_or_none()
    channel = enum_or_none(Channel)
    amount_fen = big_int()
    state = enum(PartState)
    # of this state, for the growing gaps between them
    steps = IntegerField(default=0)
    # None once it ended, or while it waits for a person; moved on by whoever claims the step
    next_step_at = utc_time_or_none(index=True)
    sent_at = utc_time_or_none()
    ended_at = utc_time_or_none()
    channel_refund_no = CharField(max_length=64, default="")
    last_error = CharField(max_length=200, default="")
    # what a person paid it out by, and why
    payout_reference = CharField(max_length=64, default="")
    payout_reason = CharField(max_length=200, default="")
    payout_by_id = row_ref_or_none()

    class Meta:
        indexes = ((("payment_id", "sent_at"), False),)
