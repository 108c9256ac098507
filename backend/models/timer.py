"""Timers as rows: what must happen later, set in the transaction that makes it necessary.

Any number of job processes may run: a timer is claimed by a guarded UPDATE and its row count.
"""

from peewee import BigAutoField, CharField, IntegerField

from backend.domain.timer import TimerKind
from backend.models.engine.database import Row
from backend.models.engine.fields import NUMBER_LENGTH, enum, utc_time, utc_time_or_none


class Timer(Row):
    id = BigAutoField()
    kind = enum(TimerKind)
    # session_no, payment_no, command_no, …: one timer of a kind per subject
    subject_no = CharField(max_length=NUMBER_LENGTH)
    due_at = utc_time()
    claimed_until = utc_time_or_none()
    attempts = IntegerField(default=0)
    last_error = CharField(max_length=200, default="")

    class Meta:
        indexes = ((("kind", "subject_no"), True), (("due_at",), False))
