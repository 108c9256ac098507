"""Audit rows (操作日志): who did what to what, written in the transaction of the change. Never updated.

A job links them into a chain of hashes afterwards (services/ground/audit_chain.py).
"""

from peewee import BigAutoField, CharField, SmallIntegerField, TextField

from backend.domain.permission import ActorKind
from backend.models.engine.database import Row
from backend.models.engine.fields import big_int, enum, row_ref, row_ref_or_none, utc_time


class AuditRow(Row):
    id = BigAutoField()
    at = utc_time()
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
        # the desk's list goes by time, whatever it is filtered by
        indexes = (
            (("at",), False),
            (("object_kind", "object_no", "at"), False),
            (("operator_id", "actor_kind", "at"), False),
            (("actor_kind", "actor_id", "at"), False),
            (("action", "at"), False),
            (("object_no", "at"), False),
            (("actor_kind", "at"), False),
            (("actor_kind", "action", "at"), False),
            (("operator_id", "action", "at"), False),
        )


class AuditLink(Row):
    """A link of the chain: `hash` covers the audit row, this number and the hash of the link before."""

    # counts from 1 without a gap, in the order in which rows were found
    number = big_int(primary_key=True)
    audit_id = row_ref(unique=True)
    hash = CharField(max_length=64)
    linked_at = utc_time()


class AuditChain(Row):
    """One row: the newest link, locked by who makes the next, and the audit row up to which all were looked at."""

    id = SmallIntegerField(primary_key=True)
    number = big_int(0)
    hash = CharField(max_length=64, default="")
    # every audit row up to this id is linked; nobody can still be writing one
    settled_id = big_int(0)
    # rows up to this id were there before the chain: the order of their times proves nothing
    before_id = big_int(0)
