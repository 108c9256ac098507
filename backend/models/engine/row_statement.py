"""One INSERT of any number of rows, rendered without peewee's slow compiler.

MariaDB gets literals, SQLite bound values. What follows the rows (what to do about a repeated key) is the caller's.
"""

import functools
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, TypeAlias

from peewee import BigIntegerField, BlobField, BooleanField, DateField, Field, IntegerField

from backend.models.engine.database import Row, database, is_sqlite
from backend.models.engine.fields import UtcDateTimeField, to_database_time

Value: TypeAlias = int | str | bool | bytes | datetime | date | None
Render: TypeAlias = Callable[[Any], str]

TIMES_KEPT: Final = 8_192

_PLAIN: Final = re.compile(r"[0-9A-Za-z_.:,-]*", re.ASCII).fullmatch


class RowStatement:
    """`INSERT INTO table (columns) VALUES (…), (…)`; rows are tuples in the order of `columns`."""

    def __init__(self, model: type[Row], columns: Sequence[str]) -> None:
        fields = model._meta.fields  # noqa: SLF001 - peewee's documented place for a model's structure
        renders = [_render_of(fields[name]) for name in columns]
        # plain integers go through one %-format per row, which is several times faster than a call for each
        self._texts = [(index, render) for index, render in enumerate(renders) if render is not None]
        self._template = f"({','.join('%d' if render is None else '%s' for render in renders)})"
        self.columns = [fields[name].column_name for name in columns]
        self._head = f"INSERT INTO {quoted(model._meta.table_name)} ({quoted_list(self.columns)}) VALUES "  # noqa: S608, SLF001 - names from our own models
        self._marks = f"({', '.join('?' * len(self.columns))})"

    def run(self, rows: Sequence[tuple[Value, ...]], *, mysql_tail: str = "", sqlite_tail: str = "") -> Any:
        """Insert the rows inside the running transaction; the driver's cursor.

        Raises peewee's DataError or IntegrityError for a value the table refuses.
        """
        if is_sqlite():
            marks = ", ".join([self._marks] * len(rows))
            values = [_bound(value) for row in rows for value in row]
            return database.execute_sql(f"{self._head}{marks}{sqlite_tail}", values)
        literals = ",".join([self._literals(row) for row in rows])
        return database.execute_sql(f"{self._head}{literals}{mysql_tail}")

    def _literals(self, row: tuple[Value, ...]) -> str:
        values = list(row)
        for index, render in self._texts:
            values[index] = render(values[index])
        return self._template % tuple(values)


def quoted(name: str) -> str:
    """A column's or table's name in SQL."""
    return f"`{name}`"


def quoted_list(names: Sequence[str]) -> str:
    """Names in SQL, separated by commas."""
    return ", ".join(quoted(name) for name in names)


def _render_of(field: "Field[Any]") -> Render | None:
    """How a column's values become SQL; None for integers that are always there."""
    if isinstance(field, UtcDateTimeField):
        return _time_literal
    if isinstance(field, IntegerField | BigIntegerField | BooleanField):
        return _int_literal if field.null else None
    if isinstance(field, BlobField):
        return _bytes_literal
    if isinstance(field, DateField):
        return _date_literal
    return _text_literal


def _int_literal(value: int | None) -> str:
    return "NULL" if value is None else f"{value:d}"


def _date_literal(value: date | None) -> str:
    return "NULL" if value is None else f"'{value.isoformat()}'"


def _time_literal(value: datetime | None) -> str:
    return "NULL" if value is None else f"'{_time_text(value)}'"


@functools.lru_cache(maxsize=TIMES_KEPT)
def _time_text(value: datetime) -> str:
    """The column's text; one message's time goes into several rows."""
    if value.tzinfo is UTC:
        # what `to_database_time` gives, without its conversions
        return value.isoformat(" ", "milliseconds")[:-6]
    return to_database_time(value)


def _text_literal(value: str | None) -> str:
    """Plain characters quoted, anything else as hex: nothing to escape, whatever the server's SQL mode."""
    if value is None:
        return "NULL"
    if _PLAIN(value):
        return f"'{value}'"
    return f"_utf8mb4 X'{value.encode().hex()}'"


def _bytes_literal(value: bytes | None) -> str:
    return "NULL" if value is None else f"X'{value.hex()}'"


def _bound(value: Value) -> Value:
    return _time_text(value) if isinstance(value, datetime) else value
