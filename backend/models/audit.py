"""Audit rows (操作日志): who did what to what, written in the transaction of the change. Never updated."""

from peewee import BigAutoField, CharField, TextField

from backend.domain.permission import ActorKind
from backend.models.engine.database import Row
from backend.models.engine.fields import enum, row_ref_or_none, utc_time


class AuditRow(Row):
    id = BigAutoField()
    at = utc_time(index=True)
    actor_kind = enum(ActorKind)
    actor_id = row_ref_or_none()
    operator_id = row_ref_or_none()
    action = CharField(max_length=50)
    object_kind = CharField(max_length=30)
    object_no = CharField(max_length=64)
    # JSON of what changed; never a secret, a token or a whole phone number
    detail = TextField(default="")
    request_id = CharField(max_length=40, default="")
    ip = CharField(max_length=45, default="")

    class Meta:
        indexes = ((("object_kind", "object_no"), False), (("operator_id", "id"), False))
