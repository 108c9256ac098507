"""A session that contradicts itself while it runs: the contradiction is kept, its bill is decided at the end."""

from datetime import datetime
from typing import Final

import structlog

from backend.domain.meter import Doubt
from backend.models import SessionDoubt
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import transactional

_DETAIL_LENGTH: Final = 100
_insert = BulkWrite(SessionDoubt, ("session_id", "doubt", "found_at", "detail"))
_log = structlog.get_logger(__name__)


@transactional
def note_doubt(*, session_id: int, doubt: Doubt, detail: str, now: datetime) -> None:
    """Keep a contradiction; the first of its kind in a session stays."""
    if _insert.execute([(session_id, doubt.value, now, detail[:_DETAIL_LENGTH])]):
        _log.warning("session_doubt", session_id=session_id, doubt=doubt.value, detail=detail)
