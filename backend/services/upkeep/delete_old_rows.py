"""Retention: rows that have done their work are deleted in bounded batches, oldest first.

Harmless to run twice at once; orders, ledger and audit rows are never deleted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from backend.models import AuthToken, IdempotencyKey, LoginRecord, PileMessage
from backend.models.engine.database import Row, transactional

ROWS_PER_CALL: Final = 500


@dataclass(frozen=True, slots=True)
class Retention:
    """Rows of `table` whose `column` is older than `kept` go."""

    name: str
    table: type[Row]
    column: str
    kept: timedelta


RETENTIONS: Final = (
    Retention("tokens", AuthToken, "expires_at", timedelta()),
    Retention("idempotency_keys", IdempotencyKey, "created_at", timedelta(days=30)),
    Retention("login_records", LoginRecord, "at", timedelta(days=400)),
    Retention("pile_messages", PileMessage, "received_at", timedelta(days=30)),
)


@transactional
def delete_old_rows(*, retention: Retention, now: datetime) -> int:
    """Delete at most `ROWS_PER_CALL` rows and return how many went; fewer than that means: no more to do.

    The rows are named by their oldest times, because SQLite's DELETE has no LIMIT; of rows that share the last
    of those times some more may go.
    """
    column: Any = getattr(retention.table, retention.column)
    is_old = column < now - retention.kept
    oldest: list[Any] = list(
        retention.table.select(column).where(is_old).order_by(column).limit(ROWS_PER_CALL).tuples()
    )
    if not oldest:
        return 0
    return int(retention.table.delete().where(is_old & (column <= oldest[-1][0])).execute())
