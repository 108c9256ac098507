"""Named views (常用筛选) of the list of movements: a filter that a member of staff kept under a name."""

from peewee import BigAutoField, CharField, IntegerField, TextField

from backend.models.engine.database import Row
from backend.models.engine.fields import row_ref, utc_time


class MovementView(Row):
    id = BigAutoField()
    staff_id = row_ref()
    name = CharField(max_length=50)
    # JSON of the list's filter as its address has it
    wanted = TextField(default="")
    row_version = IntegerField(default=0)
    created_at = utc_time()

    class Meta:
        indexes = ((("staff_id", "name"), True),)
