"""Copies of the rows that one pile brought into the database: ten thousand piles in seconds, not minutes.

The original is what the product's own services wrote. A copy is the same rows under other row ids and other
random names; what all piles share (station, tariff, accounts of the channel) is referred to, not copied. Only the
digest of a start request stays the original's: a start that is repeated with a copy's key is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from peewee import fn

from backend.gateways.ids import new_number, new_qr_token, new_ulid
from backend.models import TABLES, Command, Connector, Driver, Pile, PileMessage, Session, Station
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import Row, transact
from backend.models.ledger import LedgerAccount, LedgerEntry

COPIES_PER_TRANSACTION = 500
REFERENCES: Mapping[str, type[Row]] = {
    "station_id": Station,
    "pile_id": Pile,
    "connector_id": Connector,
    "driver_id": Driver,
    "actor_id": Driver,
    "session_id": Session,
    "account_id": LedgerAccount,
    "entry_id": LedgerEntry,
}
RANDOM_NAMES: Sequence[tuple[type[Row], str, Callable[[datetime], str]]] = (
    (Driver, "driver_no", lambda now: new_number("D", now)),
    (Session, "session_no", lambda now: new_number("S", now)),
    (Connector, "qr_token", lambda _: new_qr_token()),
    (Command, "command_no", lambda _: new_ulid()),
    (LedgerEntry, "entry_no", lambda _: new_ulid()),
    (PileMessage, "message_id", lambda _: new_ulid()),
)
Key: TypeAlias = tuple[type[Row], int]
Place: TypeAlias = dict[type[Row], Any]


@dataclass(frozen=True, slots=True)
class Copy:
    """What the original's names and row ids are in this copy."""

    names: Mapping[str, str]
    ids: Mapping[Key, int]

    def text(self, value: str, names: Sequence[str]) -> str:
        """`value` with these of the original's names replaced."""
        for name in names:
            value = value.replace(name, self.names[name])
        return value


def newest_rows() -> Place:
    """How far each table is filled, by the first column of its key; None for an empty one."""
    return {table: table.select(fn.MAX(_first_key(table))).scalar() for table in TABLES}


class Original:
    """The rows that were added since `before`, all of them about one pile."""

    def __init__(self, before: Place) -> None:
        self._rows = {table: _added(table, before[table]) for table in TABLES}
        self._strides = {
            table: rows[-1]["id"] - rows[0]["id"] + 1
            for table, rows in self._rows.items()
            if rows and "id" in rows[0]
        }
        self._random = [
            (row[column], make) for table, column, make in RANDOM_NAMES for row in self._rows[table]
        ]

    def write_copies(self, given: Sequence[Copy], now: datetime) -> list[Copy]:
        """Write a copy for each of `given`, which tells the names and ids that the caller chose; all it is under."""
        copies = [self._complete(one, number, now) for number, one in enumerate(given, start=1)]
        known = list(copies[0].names) if copies else []
        shapes = [
            (BulkWrite(table, list(rows[0])), [_Shape(row, table, known) for row in rows])
            for table, rows in self._rows.items()
            if rows
        ]
        for start in range(0, len(copies), COPIES_PER_TRANSACTION):
            part = copies[start : start + COPIES_PER_TRANSACTION]
            transact(lambda part=part: _write(shapes, part))  # type: ignore[misc]
        return copies

    def _complete(self, given: Copy, number: int, now: datetime) -> Copy:
        ids = {
            (table, row["id"]): row["id"] + number * stride
            for table, stride in self._strides.items()
            for row in self._rows[table]
        }
        names = {name: make(now) for name, make in self._random}
        return Copy(names | dict(given.names), ids | dict(given.ids))


class _Shape:
    """One row of the original and which of its columns are others in a copy."""

    def __init__(self, row: Mapping[str, Any], table: type[Row], known: Sequence[str]) -> None:
        self._values = list(row.values())
        self._ids: list[tuple[int, Key]] = []
        self._texts: list[tuple[int, str, list[str]]] = []
        for at, (column, value) in enumerate(row.items()):
            if column == "id" or column in REFERENCES:
                self._ids.append((at, (REFERENCES.get(column, table), value)))
            elif isinstance(value, str) and (found := [name for name in known if name in value]):
                self._texts.append((at, value, found))

    def row_of(self, copy: Copy) -> tuple[Any, ...]:
        values = self._values.copy()
        for at, key in self._ids:
            values[at] = copy.ids.get(key, key[1])
        for at, text, names in self._texts:
            values[at] = copy.text(text, names)
        return tuple(values)


def _write(shapes: Sequence[tuple[BulkWrite, Sequence[_Shape]]], copies: Sequence[Copy]) -> None:
    for statement, rows in shapes:
        written = statement.execute([shape.row_of(copy) for copy in copies for shape in rows])
        if written != len(copies) * len(rows):
            raise AssertionError(f"{written} of {len(copies) * len(rows)} copied rows were new")


def _added(table: type[Row], newest: Any) -> list[dict[str, Any]]:
    key = _first_key(table)
    rows = table.select().order_by(key)
    found: Any = rows if newest is None else rows.where(key > newest)
    return list(found.dicts())


def _first_key(table: type[Row]) -> Any:
    meta: Any = table._meta  # noqa: SLF001 - peewee's documented place for a model's structure
    return meta.get_primary_keys()[0]
