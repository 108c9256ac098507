"""Commands (指令) to piles: rows first, sent after the commit, swept until they are answered or dead."""

from peewee import BigAutoField, CharField, IntegerField, TextField

from backend.domain.command import CommandKind, CommandState
from backend.models.engine.database import Row
from backend.models.engine.fields import enum, number, row_ref, row_ref_or_none, utc_time, utc_time_or_none


class Command(Row):
    id = BigAutoField()
    command_no = number(unique=True)
    operator_id = row_ref()
    pile_id = row_ref()
    session_id = row_ref_or_none(index=True)
    kind = enum(CommandKind)
    # the `params` document exactly as it goes over the wire
    params = TextField()
    state = enum(CommandState)
    created_at = utc_time()
    # NULL: a stop has no time to live
    expires_at = utc_time_or_none()
    next_send_at = utc_time()
    sent_at = utc_time_or_none()
    sends = IntegerField(default=0)
    answered_at = utc_time_or_none()
    reason = CharField(max_length=200, default="")

    class Meta:
        indexes = ((("state", "next_send_at"), False), (("pile_id", "state"), False))
