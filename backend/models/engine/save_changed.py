"""Saving a row that was read: what its `save` does, compiled once for each set of changed columns."""

import functools
from collections.abc import Callable
from typing import Any, Final

from backend.models.engine.database import Row, database
from backend.models.engine.row_statement import quoted

SHAPES_KEPT: Final = 256
_Convert = Callable[[Any], Any]


def save_changed(row: Row) -> None:
    """Write the changed columns of a row with a number of its own, inside the running transaction."""
    read: Any = row
    names = tuple(sorted(read._dirty))  # noqa: SLF001 - what peewee's own `save` writes
    if not names:
        return
    sql, conversions = _compile(type(row), names, database.param)
    values = [convert(read.__data__[name]) for name, convert in zip(names, conversions, strict=True)]
    database.execute_sql(sql, [*values, read.id])
    read._dirty.clear()  # noqa: SLF001 - as peewee's own `save` does


@functools.lru_cache(maxsize=SHAPES_KEPT)
def _compile(model: type[Row], names: tuple[str, ...], mark: str) -> tuple[str, list[_Convert]]:
    meta: Any = model._meta  # noqa: SLF001 - peewee's documented place for a model's structure
    fields = [meta.fields[name] for name in names]
    changes = ", ".join(f"{quoted(field.column_name)} = {mark}" for field in fields)
    key = quoted(meta.fields["id"].column_name)
    sql = f"UPDATE {quoted(meta.table_name)} SET {changes} WHERE {key} = {mark}"  # noqa: S608 - names from our own models
    return sql, [field.db_value for field in fields]
