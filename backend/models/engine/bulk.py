"""Multi-row statements compiled once from a peewee model: the bridge's way around peewee's slow INSERT compiler.

An insert does nothing on a repeated key (`ON DUPLICATE KEY UPDATE pk = pk` / `ON CONFLICT DO NOTHING`, never
INSERT IGNORE, which clips bad values silently); an upsert changes a row only when the guard columns are newer, or
adds to it.
"""

import operator
from collections.abc import Collection, Sequence
from typing import Any, Final

from peewee import CompositeKey

from backend.models.engine.database import Row, database
from backend.models.engine.row_statement import RowStatement, Value, quoted, quoted_list

ROWS_PER_STATEMENT: Final = 1_000
"""1 000 rows of the widest table here are about 300 KB: far below any `max_allowed_packet`."""
KEYS_PER_QUERY: Final = 200


class BulkWrite:
    """One statement for any number of rows; `execute` takes tuples in the order of `columns`.

    `updates`: an upsert of those columns for rows whose `guard` columns, compared in order, are greater than the
    stored ones (or equal, with `allow_equal`). `adds`: an upsert that adds those columns to the stored ones.
    Neither: insert, do nothing on a repeated key.
    """

    def __init__(
        self,
        model: type[Row],
        columns: Sequence[str],
        *,
        updates: Sequence[str] = (),
        guard: Sequence[str] = (),
        allow_equal: bool = False,
        adds: Sequence[str] = (),
    ) -> None:
        self._statement = RowStatement(model, columns)
        key = _key_columns(model)
        self._key_of = operator.itemgetter(*[self._statement.columns.index(name) for name in key])
        if adds:
            self._mysql_tail, self._sqlite_tail = _add_tails(key, adds)
        elif updates:
            self._mysql_tail = _mysql_upsert(updates, guard, allow_equal=allow_equal)
            self._sqlite_tail = _sqlite_upsert(key, updates, guard, allow_equal=allow_equal)
        else:
            first = quoted(key[0])
            self._mysql_tail = f" ON DUPLICATE KEY UPDATE {first} = {first}"
            self._sqlite_tail = f" ON CONFLICT ({quoted_list(key)}) DO NOTHING"

    def execute(self, rows: Sequence[tuple[Value, ...]]) -> int:
        """Write the rows in key order inside the running transaction.

        Returns the rows inserted for an insert (a repeated key is not counted); for an upsert the number says
        nothing portable. Raises peewee's DataError or IntegrityError for a value the table refuses.
        """
        ordered = sorted(rows, key=self._key_of)
        changed = 0
        for start in range(0, len(ordered), ROWS_PER_STATEMENT):
            chunk = ordered[start : start + ROWS_PER_STATEMENT]
            cursor = self._statement.run(chunk, mysql_tail=self._mysql_tail, sqlite_tail=self._sqlite_tail)
            changed += int(cursor.rowcount)
        return changed


def find_existing(
    model: type[Row], keys: Collection[tuple[int, str]], *, value: str
) -> dict[tuple[int, str], Any]:
    """Which of these (integer, text) primary keys have a row, with the value of one of its columns.

    Written as `(a AND b) OR …`, which every database here answers from the key; a row constructor is not.
    """
    number, text = (quoted(name) for name in _key_columns(model))
    head = f"SELECT {number}, {text}, {quoted(value)} FROM {quoted(model._meta.table_name)} WHERE "  # noqa: S608, SLF001 - names from our own models
    condition = f"({number} = ? AND {text} = ?)".replace("?", database.param)
    found: dict[tuple[int, str], Any] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS_PER_QUERY):
        chunk = ordered[start : start + KEYS_PER_QUERY]
        values = [value for key in chunk for value in key]
        rows = database.execute_sql(head + " OR ".join([condition] * len(chunk)), values).fetchall()
        found.update({(key, name): kept for key, name, kept in rows})
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
        f"{quoted(name)} = IF({condition}, VALUES({quoted(name)}), {quoted(name)})" for name in ordered
    )
    return f" ON DUPLICATE KEY UPDATE {', '.join(assignments)}"


def _sqlite_upsert(
    key: Sequence[str], updates: Sequence[str], guard: Sequence[str], *, allow_equal: bool
) -> str:
    ordered = [*(name for name in updates if name not in guard), *guard]
    assignments = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in ordered)
    condition = _newer(guard, "excluded.{0}", "{0}", allow_equal=allow_equal)
    return f" ON CONFLICT ({quoted_list(key)}) DO UPDATE SET {assignments} WHERE {condition}"


def _add_tails(key: Sequence[str], adds: Sequence[str]) -> tuple[str, str]:
    """For MariaDB and for SQLite: the new row's amounts are added to the stored row's."""
    mysql = ", ".join(f"{name} = {name} + VALUES({name})" for name in map(quoted, adds))
    sqlite = ", ".join(f"{name} = {name} + excluded.{name}" for name in map(quoted, adds))
    return (
        f" ON DUPLICATE KEY UPDATE {mysql}",
        f" ON CONFLICT ({quoted_list(key)}) DO UPDATE SET {sqlite}",
    )


def _newer(guard: Sequence[str], new: str, stored: str, *, allow_equal: bool) -> str:
    """Whether the new guard columns, as a tuple, come after the stored ones."""
    terms = []
    for index, name in enumerate(guard):
        is_last = index == len(guard) - 1
        equals = [f"{new.format(quoted(n))} = {stored.format(quoted(n))}" for n in guard[:index]]
        sign = ">=" if is_last and allow_equal else ">"
        greater = f"{new.format(quoted(name))} {sign} {stored.format(quoted(name))}"
        terms.append(" AND ".join([*equals, greater]))
    return " OR ".join(f"({term})" for term in terms)
