"""One row that is written to see whether the database takes writes; nothing reads it."""

from peewee import SmallIntegerField

from backend.models.engine.database import Row
from backend.models.engine.fields import utc_time


class WriteProbe(Row):
    id = SmallIntegerField(primary_key=True)
    written_at = utc_time()
