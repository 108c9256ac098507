"""New rows of a table in one statement: what `create` does for each, without compiling each."""

from collections.abc import Sequence
from typing import Any

from peewee import AutoField, BigAutoField

from backend.models.engine.database import Row
from backend.models.engine.row_statement import RowStatement


class NewRows:
    """`insert` writes unsaved rows of `model` at once; a row that is there already is an error."""

    def __init__(self, model: type[Row]) -> None:
        meta: Any = model._meta  # noqa: SLF001 - peewee's documented place for a model's structure
        self._is_numbered = isinstance(meta.primary_key, AutoField | BigAutoField)
        id_name = meta.primary_key.name if self._is_numbered else None
        self._names = [name for name in meta.sorted_field_names if name != id_name]
        self._statement = RowStatement(model, self._names)

    def insert(self, rows: Sequence[Row]) -> None:
        """Write them inside the running transaction. Raises peewee's IntegrityError for a repeated key.

        Numbers that the database gives stay unknown: `insert_one` reads it.
        """
        if rows:
            self._run(rows)

    def insert_one(self, row: Row) -> int:
        """Write the row and return the number the database gave it, which `row.id` then is.

        Raises peewee's IntegrityError for a repeated key.
        """
        number = int(self._run([row]).lastrowid)
        written: Any = row
        written._pk = number  # noqa: SLF001 - as peewee's own `save` does
        written._dirty.clear()  # noqa: SLF001 - nothing of it is to be saved again
        return number

    def _run(self, rows: Sequence[Row]) -> Any:
        names = self._names
        return self._statement.run([tuple([row.__data__.get(name) for name in names]) for row in rows])
