"""Answers already given: a repeated POST that moves money or starts a command gets the first answer again."""

from peewee import BigAutoField, CharField, TextField

from backend.domain.permission import ActorKind
from backend.models.engine.database import Row
from backend.models.engine.fields import enum, row_ref, utc_time


class IdempotencyKey(Row):
    id = BigAutoField()
    actor_kind = enum(ActorKind)
    actor_id = row_ref()
    route = CharField(max_length=80)
    key = CharField(max_length=80)
    input_hash = CharField(max_length=64)
    # JSON of the service's result; empty while a two-step use case is between its commits
    answer = TextField()
    created_at = utc_time(index=True)

    class Meta:
        indexes = ((("actor_kind", "actor_id", "route", "key"), True),)
