"""Messages to drivers (订阅消息) on their way out, and how many of each kind a driver has allowed."""

from peewee import BigAutoField, CharField, CompositeKey, IntegerField

from backend.domain.driver_message import MessageKind, MessageState
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    NUMBER_LENGTH,
    enum,
    number,
    row_ref,
    utc_time,
    utc_time_or_none,
)


class DriverMessage(Row):
    """Written with its fact; its words are made of the fact's rows when it is sent."""

    id = BigAutoField()
    message_no = number(unique=True)
    kind = enum(MessageKind)
    # the order, session or part of a refund that it tells of: one message of a kind for each
    subject_no = CharField(max_length=NUMBER_LENGTH)
    driver_id = row_ref(index=True)
    state = enum(MessageState)
    attempts = IntegerField(default=0)
    # NULL once it has ended
    due_at = utc_time_or_none(index=True)
    deadline_at = utc_time()
    last_error = CharField(max_length=100, default="")
    created_at = utc_time(index=True)
    ended_at = utc_time_or_none()

    class Meta:
        indexes = ((("kind", "subject_no"), True),)


class MessageCredit(Row):
    """Each time a driver allows it, one message of a kind may be sent."""

    driver_id = row_ref()
    kind = enum(MessageKind)
    credits = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("driver_id", "kind")
