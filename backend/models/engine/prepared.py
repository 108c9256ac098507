"""Queries of one shape, compiled once: for those a settlement runs, peewee's compiling took longer than MariaDB.

_find = Prepared(Session, lambda session_no: locked(Session.select().where(Session.session_no == session_no)))
session = _find.first("S…")
"""

import inspect
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Generic, TypeAlias, TypeVar

from peewee import SQL, CharField, Field, IntegerField, TextField

from backend.models.engine.database import Row, database, is_sqlite
from backend.models.engine.fields import to_database_time

_M = TypeVar("_M", bound=Row)
Value: TypeAlias = int | str | bool | datetime | None


class Prepared(Generic[_M]):
    """A SELECT, UPDATE or DELETE that `build` makes of a stand-in for each value; values come in its order.

    Values go to the driver as they are (an enum as its text), a datetime as the column's text.
    """

    def __init__(self, model: type[_M], build: Callable[..., Any]) -> None:
        self._model = model
        self._build = build
        self._count: Final = len(inspect.signature(build).parameters)
        # by whether it is SQLite: marks and locks differ
        self._compiled: dict[bool, tuple[str, list[Any]]] = {}
        self._columns: _Columns | None = None

    def all(self, *values: Value) -> list[_M]:
        """The rows of a SELECT as models with the selected columns, each a column of the table."""
        cursor = database.execute_sql(*self._bind(values))
        rows = cursor.fetchall()
        if rows and self._columns is None:
            self._columns = _Columns(self._model, [column[0] for column in cursor.description])
        return [self._columns.read(self._model, row) for row in rows] if self._columns else []

    def first(self, *values: Value) -> _M | None:
        """The first row of a SELECT."""
        rows = self.all(*values)
        return rows[0] if rows else None

    def tuples(self, *values: Value) -> list[tuple[Any, ...]]:
        """The rows of a SELECT as the driver gives them: for many rows, of which models would cost more than the query."""
        sql, parameters = self._bind(values)
        return list(database.execute_sql(sql, parameters).fetchall())

    def execute(self, *values: Value) -> int:
        """Run an UPDATE or DELETE; how many rows it changed."""
        sql, parameters = self._bind(values)
        return int(database.execute_sql(sql, parameters).rowcount)

    def _bind(self, values: tuple[Value, ...]) -> tuple[str, list[Any]]:
        if len(values) != self._count:
            raise TypeError(f"{self._count} values expected, not {len(values)}")
        sql, parameters = self._compiled.get(is_sqlite()) or self._compile()
        bound = [to_database_time(value) if isinstance(value, datetime) else value for value in values]
        return sql, [bound[one.index] if isinstance(one, _Place) else one for one in parameters]

    def _compile(self) -> tuple[str, list[Any]]:
        # SQL() keeps the field's conversion away from the stand-in
        places = [SQL(database.param, (_Place(index),)) for index in range(self._count)]
        compiled = self._build(*places).sql()
        self._compiled[is_sqlite()] = compiled
        return compiled  # type: ignore[no-any-return]  # peewee's


class _Columns:
    """How rows of these columns become models; peewee would find it out anew for each query."""

    def __init__(self, model: type[Row], columns: Sequence[str]) -> None:
        fields: list[Field[Any]] = [model._meta.combined[column] for column in columns]  # noqa: SLF001 - peewee's documented place for a model's structure
        self._names = [field.name for field in fields]
        self._conversions: list[tuple[str, Callable[[Any], Any]]] = [
            (field.name, field.python_value) for field in fields if not _is_plain(field)
        ]

    def read(self, model: type[_M], values: Sequence[Any]) -> _M:
        """A model as one that was selected: nothing of it is to be saved."""
        data = dict(zip(self._names, values, strict=True))
        for name, convert in self._conversions:
            data[name] = convert(data[name])
        row: Any = model(__no_default__=1)
        row.__data__ = data
        return row  # type: ignore[no-any-return]  # peewee's


def _is_plain(field: "Field[Any]") -> bool:
    """Whether both drivers give the column's values as they are to be."""
    return isinstance(field, IntegerField) or type(field) in {CharField, TextField}


class _Place:
    """Where a value goes among a compiled query's parameters."""

    def __init__(self, index: int) -> None:
        self.index = index
