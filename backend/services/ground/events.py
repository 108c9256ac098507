"""Telling a fact: an `event` row in the transaction that makes it true, for consumers this room knows nothing of.

What is rolled back is told to nobody. Consumers hear of it from the jobs (`event_queue`), within seconds.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from backend.domain.event import SHAPES, Detail, kind_of
from backend.models import Event
from backend.models.engine.bulk import ROWS_PER_STATEMENT
from backend.models.engine.database import transactional
from backend.models.engine.row_statement import RowStatement

# not `Event.create`: it is in every settlement, and a fleet that comes back writes thousands at once
_insert: Final = RowStatement(
    Event, ("batch", "at", "kind", "operator_id", "object_kind", "object_no", "detail")
)
_NOT_HANDED_OUT: Final = 0


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to the session, order, payment or pile of this number."""

    detail: Detail
    object_no: str
    operator_id: int


@transactional
def write_events(facts: Sequence[Fact], *, now: datetime) -> None:
    """Tell these facts, in this order, once this transaction commits: one statement for up to a thousand."""
    for start in range(0, len(facts), ROWS_PER_STATEMENT):
        _insert.run(list(_rows(facts[start : start + ROWS_PER_STATEMENT], now)))


@transactional
def write_event(*, detail: Detail, object_no: str, operator_id: int, now: datetime) -> None:
    """Tell one fact once this transaction commits."""
    write_events([Fact(detail=detail, object_no=object_no, operator_id=operator_id)], now=now)


def _rows(facts: Iterable[Fact], now: datetime) -> Iterable[tuple[int | str | datetime, ...]]:
    for fact in facts:
        kind = kind_of(fact.detail)
        yield (
            _NOT_HANDED_OUT,
            now,
            kind.value,
            fact.operator_id,
            SHAPES[kind][0].value,
            fact.object_no,
            msgspec.json.encode(fact.detail).decode(),
        )
