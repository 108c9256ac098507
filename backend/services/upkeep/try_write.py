"""Whether the database takes a write: one row, written and made durable."""

from datetime import datetime

from backend.models import WriteProbe
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import transactional

_write = BulkWrite(WriteProbe, ("id", "written_at"), updates=("written_at",), guard=("written_at",))


@transactional
def try_write(*, now: datetime) -> bool:
    """True once it is durable. Raises ServiceUnavailable, and the database's own error where it refuses."""
    _write.execute([(1, now)])
    return True
