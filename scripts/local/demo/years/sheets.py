"""Rows of many tables on their way into the database: kept together, written in large parts, numbered from the newest.

A row is a tuple of whole numbers, plain texts (no quotes, no backslashes, no percent signs) and None, as the columns
hold them: Python's own way to show such a tuple is a row of SQL, on every database, at a fraction of the usual cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

from peewee import fn

from backend.models.engine.bulk import ROWS_PER_STATEMENT
from backend.models.engine.database import Row, database, is_sqlite, transact
from backend.models.engine.row_statement import quoted, quoted_list
from scripts.local.demo.years.prices import DAY_S, ZONE_S, date_of

Plain: TypeAlias = int | str | None
ROWS_PER_COMMIT: Final = 40_000
_SCATTERED_BITS: Final = 40
_SCATTER: Final = 0x9E3779B97F
"""Odd, so that it maps every count below 2^40 to another number: public numbers do not tell how many there are."""


class Sheet:
    """One table: `add` takes a row in the order of `columns`, the id of a numbered table first."""

    def __init__(self, model: type[Row], columns: Sequence[str]) -> None:
        fields = model._meta.fields  # noqa: SLF001 - peewee's documented place for a model's structure
        names = quoted_list([fields[name].column_name for name in columns])
        self._head = f"INSERT INTO {quoted(model._meta.table_name)} ({names}) VALUES "  # noqa: S608, SLF001 - names from our own models
        self.rows: list[tuple[Plain, ...]] = []
        self.add = self.rows.append
        self._next_id = _newest(model) + 1 if columns[0] == "id" else 0

    def new_id(self) -> int:
        """The id of the next row."""
        self._next_id += 1
        return self._next_id - 1

    def write(self) -> None:
        """Write what is kept, inside a transaction."""
        for start in range(0, len(self.rows), ROWS_PER_STATEMENT):
            shown = repr(self.rows[start : start + ROWS_PER_STATEMENT])[1:-1]
            database.execute_sql(self._head + shown.replace("None", "NULL"))
        self.rows.clear()


class Sheets:
    """All of them, and what is to be done `after` their rows are written, in the same transaction."""

    def __init__(self, sheets: Sequence[Sheet], after: Callable[[], None]) -> None:
        self._sheets = sheets
        self._after = after

    def flush(self, *, least: int = ROWS_PER_COMMIT) -> None:
        """Commit what is kept, once it is `least` rows."""
        if sum(len(sheet.rows) for sheet in self._sheets) >= least:
            transact(self._write)

    def _write(self) -> None:
        for sheet in self._sheets:
            sheet.write()
        self._after()


class Numbers:
    """Public numbers in the product's shape, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._count = seed << 32
        self._ulids = seed << 48

    def new(self, prefix: str, at_s: int) -> str:
        """`prefix`, the local time as 14 digits, and ten characters that no other number has."""
        day, second = divmod(at_s + ZONE_S, DAY_S)
        return f"{prefix}{_date_digits(day)}{_clock_digits(second)}{self._scattered():010X}"

    def ulid(self) -> str:
        """26 characters where the product writes a ULID."""
        self._ulids += 1
        return f"01{self._ulids:024X}"

    def _scattered(self) -> int:
        self._count += 1
        return self._count * _SCATTER % (1 << _SCATTERED_BITS)


def moment(at_s: int) -> str:
    """A second as a column of times holds it."""
    day, second = divmod(at_s, DAY_S)
    return f"{_date_text(day)} {_clock_text(second)}"


def hurry() -> None:
    """Let this connection write fast: a history that was interrupted is made anew, not repaired."""
    if is_sqlite():
        database.execute_sql("PRAGMA synchronous = OFF")
        database.execute_sql("PRAGMA cache_size = -200000")
    else:
        database.execute_sql("SET SESSION max_statement_time = 0, unique_checks = 0")


@cache
def _date_text(day: int) -> str:
    return date_of(day).isoformat()


@cache
def _date_digits(day: int) -> str:
    return f"{date_of(day):%Y%m%d}"


@cache
def _clock_text(second: int) -> str:
    return f"{second // 3_600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000"


@cache
def _clock_digits(second: int) -> str:
    return f"{second // 3_600:02d}{second // 60 % 60:02d}{second % 60:02d}"


def _newest(model: type[Row]) -> int:
    key: Any = model._meta.primary_key  # noqa: SLF001 - peewee's documented place for a model's structure
    return int(model.select(fn.MAX(key)).scalar() or 0)
