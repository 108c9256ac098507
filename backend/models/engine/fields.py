"""Column types that read the same on MariaDB, MySQL 8 and SQLite.

The small functions give each column its Python type, so that `row.created_at` is a `datetime` to mypy.
"""

from __future__ import annotations  # peewee's fields are generic in its stubs only

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar, cast

from peewee import BigIntegerField, CharField, DateTimeField, Field
from typing_extensions import override

_E = TypeVar("_E", bound=StrEnum)
if TYPE_CHECKING:
    _DateTime = DateTimeField[Any]
    _Char = CharField[Any]
else:  # peewee's fields are generic in its stubs only
    _DateTime = DateTimeField
    _Char = CharField

ENUM_LENGTH = 24
NUMBER_LENGTH = 32


def to_database_time(value: datetime) -> str:
    """An aware datetime as `YYYY-MM-DD HH:MM:SS.mmm` in UTC: sorts as text, parses as DATETIME(3)."""
    if value.tzinfo is None:
        msg = f"naive datetime {value!r}: times are aware UTC everywhere"
        raise ValueError(msg)
    try:
        utc = value.astimezone(UTC).replace(tzinfo=None)
    except (
        OverflowError
    ):  # midnight of the first day somewhere east of us, or the last one west: as near as there is
        utc = datetime.min if value.year == datetime.min.year else datetime.max  # noqa: DTZ901 - stored without a zone
    return utc.isoformat(sep=" ", timespec="milliseconds")


def from_database_time(value: str | datetime | None) -> datetime | None:
    """The aware UTC datetime behind a column value of either driver (SQLite gives text)."""
    if value is None:
        return None
    naive = datetime.fromisoformat(value) if isinstance(value, str) else value
    return naive.replace(tzinfo=UTC)


class UtcDateTimeField(_DateTime):
    """DATETIME(3) in UTC; takes and gives aware datetimes, refuses naive ones."""

    field_type = "DATETIME(3)"

    @override
    def db_value(self, value: datetime | str | None) -> str | None:
        return to_database_time(value) if isinstance(value, datetime) else value

    @override
    def python_value(self, value: str | datetime | None) -> datetime | None:
        return from_database_time(value)


class EnumField(_Char):
    """A StrEnum of the domain, stored as its value."""

    def __init__(self, kind: type[StrEnum], **options: Any) -> None:
        super().__init__(max_length=ENUM_LENGTH, **options)
        self.kind = kind

    @override
    def db_value(self, value: str | None) -> str | None:
        return None if value is None else self.kind(value).value

    @override
    def python_value(self, value: str | None) -> StrEnum | None:
        return None if value is None else self.kind(value)


def utc_time(**options: Any) -> Field[datetime]:
    """An instant that is always known."""
    return cast("Field[datetime]", UtcDateTimeField(**options))


def utc_time_or_none(**options: Any) -> Field[datetime | None]:
    """An instant that may be unknown."""
    return cast("Field[datetime | None]", UtcDateTimeField(null=True, **options))


def enum(kind: type[_E], **options: Any) -> Field[_E]:
    """A domain enum that is always set."""
    return cast("Field[_E]", EnumField(kind, **options))


def enum_or_none(kind: type[_E], **options: Any) -> Field[_E | None]:
    """A domain enum that may be unset."""
    return cast("Field[_E | None]", EnumField(kind, null=True, **options))


def number(**options: Any) -> CharField[str]:
    """A public number (`session_no`, `order_no`, …): at most 32 characters."""
    return cast("CharField[str]", CharField(max_length=NUMBER_LENGTH, **options))


def number_or_none(**options: Any) -> CharField[str | None]:
    """A public number that may be unset."""
    return CharField(max_length=NUMBER_LENGTH, null=True, **options)


def row_ref(**options: Any) -> BigIntegerField[int]:
    """The row id of a parent. No constraint in the database: see docs/adr/0004."""
    return cast("BigIntegerField[int]", BigIntegerField(**options))


def row_ref_or_none(**options: Any) -> BigIntegerField[int | None]:
    """The row id of a parent that may be unset."""
    return BigIntegerField(null=True, **options)


def big_int(default: int | None = None, **options: Any) -> BigIntegerField[int]:
    """Money in fen or energy in Wh."""
    return cast("BigIntegerField[int]", BigIntegerField(default=default, **options))


def big_int_or_none(**options: Any) -> BigIntegerField[int | None]:
    """Money in fen or energy in Wh that may be unknown."""
    return BigIntegerField(null=True, **options)
