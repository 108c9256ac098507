"""What the database holds of a bench's meter messages, read over a plain connection of its own."""

from __future__ import annotations

import contextlib
import time
from typing import Any, Self
from urllib.parse import urlsplit

import pymysql
from typing_extensions import override

from scripts.benches.publisher import FIRST_SEQ
from scripts.benches.waiting import wait_until

POLL_S = 0.003
SHOWN_LIMIT_S = 5.0


class MeterRows(contextlib.AbstractContextManager["MeterRows"]):
    """The table of meter values, emptied at the beginning."""

    def __init__(self, database_url: str) -> None:
        url = urlsplit(database_url)
        self._connection = pymysql.connect(
            host=url.hostname or "",
            port=url.port or 0,
            user=url.username or "",
            password=url.password or "",
            database=url.path[1:],
            autocommit=True,
        )

    @override
    def __enter__(self) -> Self:
        self._ask("TRUNCATE TABLE meter_value")
        self._ask("TRUNCATE TABLE quarantine")
        return self

    @override
    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def wait_for(self, pile_id: int, boot: int, seq: int, limit_s: float, poll_s: float = POLL_S) -> float:
        """When (monotonic clock) this row could first be read, asked each `poll_s`. Raises TimeoutError."""
        deadline_s = time.monotonic() + limit_s
        query = "SELECT 1 FROM meter_value WHERE pile_id = %s AND boot = %s AND seq = %s"
        while not self._ask(query, pile_id, boot, seq):
            if time.monotonic() > deadline_s:
                stored = self._ask("SELECT COUNT(*) FROM meter_value")[0][0]
                refused = self._ask("SELECT reason, COUNT(*) FROM quarantine GROUP BY reason")
                raise TimeoutError(f"the last row is missing: {stored} stored, refused: {refused}")
            time.sleep(poll_s)
        return time.monotonic()

    def check(self, boot: int, count: int, piles: int) -> dict[str, float]:
        """Of `count` messages: those `lost`, rows that are there twice (`duplicate`), messages `refused`.

        `stuck` are sessions whose progress is not at their last message after the time that it may lag.
        """
        ((stored, distinct),) = self._ask("SELECT COUNT(*), COUNT(DISTINCT seq) FROM meter_value")
        ((refused,),) = self._ask("SELECT COUNT(*) FROM quarantine")
        last_round = FIRST_SEQ + count - piles
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: self._moved(boot, last_round) == piles, "all rows are shown", SHOWN_LIMIT_S)
        return {
            "lost": count - distinct,
            "duplicate": stored - distinct,
            "refused": refused,
            "stuck": piles - self._moved(boot, last_round),
        }

    def _moved(self, boot: int, seq: int) -> int:
        """Sessions whose progress has come to this message or a later one."""
        ((moved,),) = self._ask(
            "SELECT COUNT(*) FROM session_progress WHERE boot = %s AND seq >= %s AND energy_wh > 0 "
            "AND electricity_fen_e6 > 0",
            boot,
            seq,
        )
        return int(moved)

    def _ask(self, query: str, *values: object) -> tuple[tuple[Any, ...], ...]:
        with self._connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()
