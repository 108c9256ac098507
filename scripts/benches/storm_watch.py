"""How soon readings are committed while a storm lasts, seen on sessions that are looked at again and again.

A pile that reports every 15 s has the row of its progress written with each reading, in the same transaction.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

from backend.models.engine import database
from backend.models.engine.database import reading
from backend.models.engine.fields import from_database_time

POLL_S = 0.1


class Watch:
    """Looks at these sessions' progress from `begin` to `end`, in a thread of its own."""

    def __init__(self, session_ids: Iterable[int]) -> None:
        ids = ",".join(str(int(session_id)) for session_id in session_ids)
        self._query = f"SELECT session_id, meter_at FROM session_progress WHERE session_id IN ({ids})"  # noqa: S608 - numbers
        self._seen: dict[int, object] = {}
        self._delays: list[tuple[float, float]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def begin(self) -> None:
        """What is there now is no news."""
        self._look()
        self._delays.clear()
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def delays_ms(self, from_ms: float, to_ms: float) -> list[float]:
        """From when a reading was due until it was seen committed, for those due between two times since 1970."""
        return [delay_ms for due_ms, delay_ms in self._delays if from_ms <= due_ms <= to_ms]

    def _run(self) -> None:
        while not self._ended.wait(POLL_S):
            self._look()
        database.close()

    def _look(self) -> None:
        rows = _ask(self._query)
        now_ms = time.time_ns() / 1e6
        for session_id, meter_at in rows:
            if self._seen.get(session_id) != meter_at:
                self._seen[session_id] = meter_at
                due_at = from_database_time(meter_at)
                due_ms = 1e3 * due_at.timestamp() if due_at else now_ms
                self._delays.append((due_ms, now_ms - due_ms))


@reading
def _ask(query: str) -> Any:
    """Plain SQL: this is asked ten times a second beside what is measured."""
    return database.database.execute_sql(query).fetchall()
