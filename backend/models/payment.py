"""Payments (支付单): money asked from a driver through a channel."""

from peewee import BigAutoField, CharField, IntegerField

from backend.domain.payment import HANDLE_CHARS, Channel, PaymentPurpose, PaymentState
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    big_int,
    enum,
    number,
    row_ref,
    row_ref_or_none,
    utc_time,
    utc_time_or_none,
)


class Payment(Row):
    id = BigAutoField()
    payment_no = number(unique=True)
    driver_id = row_ref()
    # the platform's owner for wallet money
    operator_id = row_ref()
    purpose = enum(PaymentPurpose)
    channel = enum(Channel)
    session_id = row_ref_or_none()
    # the operator's own account it went to, and goes back from; None: the platform's
    channel_account_id = row_ref_or_none()
    amount_fen = big_int()
    state = enum(PaymentState)
    # what the channel gave us to pay by, None until it holds the payment; only its gateway can read it
    pay_handle = CharField(max_length=HANDLE_CHARS, null=True)
    # the channel's own number of the trade: credited once, whatever arrives twice
    channel_transaction_no = CharField(max_length=64, null=True)
    created_at = utc_time()
    expires_at = utc_time()
    paid_at = utc_time_or_none()
    closed_at = utc_time_or_none()
    # what went back of it: the sum of its parts of refunds that succeeded
    refunded_fen = big_int(default=0)
    # who paid, as the channel names them: a fact of this payment and nobody's log-in
    payer_key = CharField(max_length=128, null=True)
    # of a prepaid session without its final record: when what is left goes back all the same
    rest_due_at = utc_time_or_none(index=True)
    queries = IntegerField(default=0)
    last_error = CharField(max_length=200, default="")

    class Meta:
        indexes = (
            (("channel", "channel_transaction_no"), True),
            (("driver_id", "id"), False),
            (("state", "id"), False),
            # the desk's list of movements
            (("paid_at",), False),
            (("purpose", "paid_at"), False),
        )
