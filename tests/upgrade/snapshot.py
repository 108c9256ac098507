"""A landing's database as text: the migrations it had, its rows table by table, and the names tests know them by.

Dialect-neutral: values are what both databases take and give back as text, numbers and bytes. Taken from SQLite,
loaded into any.
"""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

from peewee import Table
from playhouse.migrations import Runner

from backend.models.engine.database import database
from backend.models.engine.migrations import FOLDER, HISTORY_TABLE, apply_migrations

Value: TypeAlias = str | int | dict[str, str] | None
"""As JSON has it; bytes are {"base64": "…"}."""

OF_ITS_TIME: Final = frozenset({"I28"})
"""Invariants that the previous landing did not keep yet: its starts counted on the cheapest price. Empty with the next."""
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}")
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Rows:
    columns: list[str]
    rows: list[list[Value]]


@dataclass(frozen=True)
class Snapshot:
    """`migrations` are names with the digest of their scripts; `names` is what `life.py` tells of what it lived."""

    landing: str
    migrations: dict[str, str]
    names: dict[str, str]
    tables: dict[str, Rows]

    @property
    def taken_at(self) -> datetime:
        return datetime.fromisoformat(self.names["taken_at"])


def take(landing: str, names: Mapping[str, str]) -> Snapshot:
    """The bound SQLite database, each table by its primary key."""
    bound = database.obj
    tables = {}
    for name in sorted(set(bound.get_tables()) - {HISTORY_TABLE, "sqlite_sequence"}):
        order = ", ".join(f'"{column}"' for column in bound.get_primary_keys(name))
        cursor = bound.execute_sql(f'SELECT * FROM "{name}" ORDER BY {order}')
        columns = [column[0] for column in cursor.description]
        tables[name] = Rows(columns, [[_to_text(value) for value in row] for row in cursor.fetchall()])
    digests = {path.stem: digest_of(path) for path in sorted(FOLDER.glob("[0-9]*.py"))}
    return Snapshot(landing, digests, dict(sorted(names.items())), tables)


def digest_of(script: Path) -> str:
    return hashlib.sha256(script.read_bytes()).hexdigest()


def write(snapshot: Snapshot, path: Path) -> None:
    """One row a line, so that a refreshed snapshot reads as a difference."""
    head = {"landing": snapshot.landing, "migrations": snapshot.migrations, "names": snapshot.names}
    lines = [json.dumps(head, indent=1, ensure_ascii=False)[:-2] + ","]
    tables = [
        f' "{name}": {{\n  "columns": {json.dumps(table.columns)},\n  "rows": ['
        + ",".join(f"\n   {json.dumps(row, ensure_ascii=False)}" for row in table.rows)
        + "]\n }"
        for name, table in snapshot.tables.items()
    ]
    lines.append(' "tables": {\n' + ",\n".join(tables) + "\n }\n}\n")
    path.write_text("\n".join(lines), encoding="utf-8")


def read(path: Path) -> Snapshot:
    whole = json.loads(path.read_text(encoding="utf-8"))
    tables = {name: Rows(table["columns"], table["rows"]) for name, table in whole["tables"].items()}
    return Snapshot(whole["landing"], whole["migrations"], whole["names"], tables)


def upgrade(snapshot: Snapshot, folder: Path, later: timedelta = timedelta(0)) -> None:
    """Make the bound, empty database one that has lived through the upgrade; `later` as `load` has it."""
    scratch = folder / "migrations"
    scratch.mkdir()
    make_schema(snapshot, scratch)
    load(snapshot, later)
    apply_migrations()


def make_schema(snapshot: Snapshot, scratch: Path) -> None:
    """Bring the bound, empty database to the schema of the snapshot's landing, and no further."""
    for name in snapshot.migrations:
        shutil.copy(FOLDER / f"{name}.py", scratch)
    if database.is_closed():
        database.connect()
    applied = Runner(database.obj, str(scratch), table_name=HISTORY_TABLE).up()
    assert applied == list(snapshot.migrations), f"the previous schema needs its migrations, ran {applied}"


def load(snapshot: Snapshot, later: timedelta = timedelta(0)) -> None:
    """Insert the rows with the columns they had, every instant and day `later`, which is whole days."""
    with database.atomic():
        for name, table in snapshot.tables.items():
            if not table.rows:
                continue
            target = Table(name, table.columns).bind(database.obj)
            columns = [getattr(target, column) for column in table.columns]
            rows = [tuple(_from_text(value, later) for value in row) for row in table.rows]
            target.insert(rows, columns=columns).execute()


def find_values(snapshot: Snapshot, table: str, column: str) -> Iterator[Value]:
    """A column's values, row by row."""
    rows = snapshot.tables[table]
    place = rows.columns.index(column)
    return (row[place] for row in rows.rows)


def _to_text(value: Any) -> Value:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    assert value is None or isinstance(value, str | int), value
    return value


def _from_text(value: Value, later: timedelta) -> str | int | bytes | None:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"])
    if isinstance(value, str) and later:
        if INSTANT.fullmatch(value):
            return (datetime.fromisoformat(value) + later).isoformat(sep=" ", timespec="milliseconds")
        if DAY.fullmatch(value):
            return (date.fromisoformat(value) + later).isoformat()
    return value
