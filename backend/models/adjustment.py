"""Adjustments (余额调整) of drivers' balances by staff: who asked, who decided, and what the driver reads."""

from peewee import BigAutoField, BooleanField, CharField

from backend.domain.adjustment import AdjustmentState
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


class Adjustment(Row):
    id = BigAutoField()
    adjustment_no = number(unique=True)
    driver_id = row_ref()
    # positive gives, negative takes back
    amount_fen = big_int()
    reason = CharField(max_length=200)
    # what the driver reads beside it
    told = CharField(max_length=60)
    state = enum(AdjustmentState)
    # done at once by who asked, within what their role allows on a day
    is_alone = BooleanField()
    asked_by_id = row_ref()
    asked_at = utc_time()
    decided_by_id = row_ref_or_none()
    decided_at = utc_time_or_none()
    decision_note = CharField(max_length=200, default="")

    class Meta:
        indexes = (
            (("driver_id", "id"), False),
            (("state", "id"), False),
            (("asked_by_id", "asked_at"), False),
        )
