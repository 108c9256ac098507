"""Exports: what was asked for, how far it is, and the parts written so far, from which the file is put together."""

from peewee import BigAutoField, CharField, CompositeKey, IntegerField, TextField

from backend.domain.export import ExportFault, ExportFormat, ExportKind, ExportState
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


class ExportJob(Row):
    id = BigAutoField()
    export_no = number(unique=True)
    staff_id = row_ref()
    kind = enum(ExportKind)
    format = enum(ExportFormat)
    # JSON of the list's filter as its address has it
    wanted = TextField(default="")
    state = enum(ExportState)
    # after which row the next part begins; "" at the beginning
    place = CharField(max_length=64, default="")
    parts_done = IntegerField(default=0)
    rows_done = IntegerField(default=0)
    # who may write is who has this number: it grows with each claim, cancelling and retrying
    claims = IntegerField(default=0)
    claimed_until = utc_time_or_none()
    tries = IntegerField(default=0)
    fault = enum_or_none(ExportFault)
    file_id = row_ref_or_none()
    size_bytes = big_int(0)
    created_at = utc_time()
    ended_at = utc_time_or_none()
    expires_at = utc_time_or_none()

    class Meta:
        indexes = (
            (("staff_id", "id"), False),
            (("state", "id"), False),
            (("state", "expires_at"), False),
            (("created_at",), False),
        )


class ExportPart(Row):
    """Rows of an export as lines of JSON in a file of the store; they go with the whole one's end."""

    export_id = row_ref()
    number = IntegerField()
    file_id = row_ref()

    class Meta:
        primary_key = CompositeKey("export_id", "number")
