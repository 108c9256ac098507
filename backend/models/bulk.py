"""Multi-row statements compiled once from a peewee model: the bridge's way around peewee's slow INSERT compiler.

An insert does nothing on a repeated key (`ON DUPLICATE KEY UPDATE pk = pk` / `ON CONFLICT DO NOTHING`, never
INSERT IGNORE, which clips bad values silently); an upsert changes a row only when the guard columns are newer.
"""

import functools
import operator
import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from peewee import BigIntegerField, BlobField, BooleanField, CompositeKey, Field, IntegerField

from backend.models.database import Row, database, is_sqlite
from backend.models.fields import UtcDateTimeField, to_database_time

Value: TypeAlias = int | str | bool | bytes | datetime | None
Render: TypeAlias = Callable[[Any], str]

ROWS_PER_STATEMENT: Final = 1_000
"""1 000 rows of the widest table here are about 300 KB: far below any `max_allowed_packet`."""
KEYS_PER_QUERY: Final = 200
TIMES_KEPT: Final = 8_192

_PLAIN: Final = re.compile(r"[0-9A-Za-z_.:,-]*", re.ASCII).fullmatch


class BulkWrite:
    """One statement for any number of rows; `execute` takes tuples in the order of `columns`.

    `updates` empty: insert, do nothing on a repeated key. Otherwise an upsert of those columns for rows whose
    `guard` columns, compared in order, are greater than the stored ones (or equal, with `allow_equal`).
    """

    def __init__(
        self,
        model: type[Row],
        columns: Sequence[str],
        *,
        updates: Sequence[str] = (),
        guard: Sequence[str] = (),
        allow_equal: bool = False,
    ) -> None:
        fields = model._meta.fields  # noqa: SLF001 - peewee's documented place for a model's structure
        renders = [_render_of(fields[name]) for name in columns]
        # plain integers go through one %-format per row, which is several times faster than a call for each
        self._texts = [(index, render) for index, render in enumerate(renders) if render is not None]
        self._template = f"({','.join('%d' if render is None else '%s' for render in renders)})"
        names = [fields[name].column_name for name in columns]
        self._key = _key_columns(model)
        self._key_of = operator.itemgetter(*[names.index(name) for name in self._key])
        self._head = f"INSERT INTO {_quoted(model._meta.table_name)} ({_list(names)}) VALUES "  # noqa: S608, SLF001 - names from our own models
        self._marks = f"({', '.join('?' * len(names))})"
        if updates:
            self._mysql_tail = _mysql_upsert(updates, guard, allow_equal=allow_equal)
            self._sqlite_tail = _sqlite_upsert(self._key, updates, guard, allow_equal=allow_equal)
        else:
            first = _quoted(self._key[0])
            self._mysql_tail = f" ON DUPLICATE KEY UPDATE {first} = {first}"
            self._sqlite_tail = f" ON CONFLICT ({_list(self._key)}) DO NOTHING"

    def execute(self, rows: Sequence[tuple[Value, ...]]) -> int:
        """Write the rows in key order inside the running transaction.

        Returns the rows inserted for an insert (a repeated key is not counted); for an upsert the number says
        nothing portable. Raises peewee's DataError or IntegrityError for a value the table refuses.
        """
        ordered = sorted(rows, key=self._key_of)
        changed = 0
        for start in range(0, len(ordered), ROWS_PER_STATEMENT):
            chunk = ordered[start : start + ROWS_PER_STATEMENT]
            changed += self._execute_sqlite(chunk) if is_sqlite() else self._execute_mysql(chunk)
        return changed

    def _execute_mysql(self, rows: Sequence[tuple[Value, ...]]) -> int:
        template, texts = self._template, self._texts
        literals = []
        for row in rows:
            values = list(row)
            for index, render in texts:
                values[index] = render(values[index])
            literals.append(template % tuple(values))
        return int(database.execute_sql(f"{self._head}{','.join(literals)}{self._mysql_tail}").rowcount)

    def _execute_sqlite(self, rows: Sequence[tuple[Value, ...]]) -> int:
        marks = ", ".join([self._marks] * len(rows))
        values = [_bound(value) for row in rows for value in row]
        return int(database.execute_sql(f"{self._head}{marks}{self._sqlite_tail}", values).rowcount)


def find_existing(model: type[Row], keys: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these (integer, text) primary keys have a row.

    Written as `(a AND b) OR …`, which every database here answers from the key; a row constructor is not.
    """
    number, text = (_quoted(name) for name in _key_columns(model))
    head = f"SELECT {number}, {text} FROM {_quoted(model._meta.table_name)} WHERE "  # noqa: S608, SLF001 - names from our own models
    condition = f"({number} = ? AND {text} = ?)".replace("?", database.param)
    found: set[tuple[int, str]] = set()
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS_PER_QUERY):
        chunk = ordered[start : start + KEYS_PER_QUERY]
        values = [value for key in chunk for value in key]
        found.update(database.execute_sql(head + " OR ".join([condition] * len(chunk)), values).fetchall())
    return found


def _key_columns(model: type[Row]) -> tuple[str, ...]:
    key: Any = model._meta.primary_key  # noqa: SLF001 - peewee's documented place for a model's structure
    return tuple(key.field_names) if isinstance(key, CompositeKey) else (key.column_name,)


def _mysql_upsert(updates: Sequence[str], guard: Sequence[str], *, allow_equal: bool) -> str:
    """Assignments run left to right and see one another, so the guard columns come last, least first.

    By then the condition can still be told: a lesser guard column matters only where the greater ones are equal.
    """
    condition = _newer(guard, "VALUES({0})", "{0}", allow_equal=allow_equal)
    ordered = [*(name for name in updates if name not in guard), *reversed(guard)]
    assignments = (
        f"{_quoted(name)} = IF({condition}, VALUES({_quoted(name)}), {_quoted(name)})" for name in ordered
    )
    return f" ON DUPLICATE KEY UPDATE {', '.join(assignments)}"


def _sqlite_upsert(
    key: Sequence[str], updates: Sequence[str], guard: Sequence[str], *, allow_equal: bool
) -> str:
    ordered = [*(name for name in updates if name not in guard), *guard]
    assignments = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in ordered)
    condition = _newer(guard, "excluded.{0}", "{0}", allow_equal=allow_equal)
    return f" ON CONFLICT ({_list(key)}) DO UPDATE SET {assignments} WHERE {condition}"


def _newer(guard: Sequence[str], new: str, stored: str, *, allow_equal: bool) -> str:
    """Whether the new guard columns, as a tuple, come after the stored ones."""
    terms = []
    for index, name in enumerate(guard):
        is_last = index == len(guard) - 1
        equals = [f"{new.format(_quoted(n))} = {stored.format(_quoted(n))}" for n in guard[:index]]
        sign = ">=" if is_last and allow_equal else ">"
        greater = f"{new.format(_quoted(name))} {sign} {stored.format(_quoted(name))}"
        terms.append(" AND ".join([*equals, greater]))
    return " OR ".join(f"({term})" for term in terms)


def _quoted(name: str) -> str:
    return f"`{name}`"


def _list(names: Sequence[str]) -> str:
    return ", ".join(_quoted(name) for name in names)


def _render_of(field: "Field[Any]") -> Render | None:
    """How a column's values become SQL; None for integers that are always there."""
    if isinstance(field, UtcDateTimeField):
        return _time_literal
    if isinstance(field, IntegerField | BigIntegerField | BooleanField):
        return _int_literal if field.null else None
    if isinstance(field, BlobField):
        return _bytes_literal
    return _text_literal


def _int_literal(value: int | None) -> str:
    return "NULL" if value is None else f"{value:d}"


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
