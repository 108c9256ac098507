"""Whether the bridge could hear piles, and since when: what it did not hear while it was away proves nothing."""

from peewee import CharField

from backend.models.engine.database import Row
from backend.models.engine.fields import utc_time


class BridgeHearing(Row):
    """One row for each bridge; its present unbroken spell of listening."""

    name = CharField(max_length=64, primary_key=True)
    heard_since = utc_time()
    heard_until = utc_time()
