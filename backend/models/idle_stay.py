"""Cars that stay plugged in after their charge (占位): one row a session, the spells in which they were heard, their fee."""

from peewee import BooleanField, CharField, CompositeKey, DateField, IntegerField, SmallIntegerField

from backend.domain.idle_fee import StayEnd, StayState
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    big_int,
    enum,
    enum_or_none,
    row_ref,
    row_ref_or_none,
    utc_time,
    utc_time_or_none,
)


class IdleStay(Row):
    """Only of a charge that a driver's wallet pays, by a tariff version with an idle fee."""

    session_id = row_ref(primary_key=True)
    connector_id = row_ref()
    driver_id = row_ref(index=True)
    state = enum(StayState)
    # when we knew that the charge had ended; nothing before counts
    began_at = utc_time()
    # the terms of the session's tariff version
    free_minutes = IntegerField()
    minute_fen = big_int()
    day_cap_fen = big_int()
    # the spell that goes on, and when the car was last heard plugged; NULL: none does, never
    spell_from_at = utc_time_or_none()
    heard_at = utc_time_or_none()
    # when the driver was told that the fee begins soon
    warned_at = utc_time_or_none()
    # set by whoever hears of the end; the job bills it
    ended_at = utc_time_or_none()
    end_reason = enum_or_none(StayEnd)
    # when the job looks at it again; NULL: never, it is concluded
    due_at = utc_time_or_none(index=True)
    order_id = row_ref_or_none(unique=True)
    waived_at = utc_time_or_none()
    waive_reason = CharField(max_length=200, null=True)

    class Meta:
        indexes = ((("connector_id", "state"), False),)


class IdleSpell(Row):
    """From the first to the last of statuses that said plugged, none further apart than the rule allows."""

    session_id = row_ref()
    from_at = utc_time()
    to_at = utc_time()

    class Meta:
        primary_key = CompositeKey("session_id", "from_at")


class IdleFeeLine(Row):
    """The minutes to pay of one local date, or those of a waived one taken back."""

    order_id = row_ref()
    line_no = SmallIntegerField()
    local_date = DateField()
    minutes = IntegerField()
    minute_fen = big_int()
    # the day's cap was less than its minutes
    is_capped = BooleanField()
    fee_fen = big_int()

    class Meta:
        primary_key = CompositeKey("order_id", "line_no")


class PlugSense(Row):
    """A connector that was heard to tell a pulled plug from one that is in: only such a one is billed for."""

    connector_id = row_ref(primary_key=True)
    proven_at = utc_time()
