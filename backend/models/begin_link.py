"""The link on which the first administrator of an empty system is made; kept only as a hash, one at a time."""

from peewee import CharField, SmallIntegerField

from backend.models.engine.database import Row
from backend.models.engine.fields import utc_time


class BeginLink(Row):
    """The only row has id 1: a new link takes the place of the one before."""

    id = SmallIntegerField(primary_key=True)
    token_hash = CharField(max_length=64)
    created_at = utc_time()
    expires_at = utc_time()
