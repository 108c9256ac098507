"""Bringing a database to the present schema: the numbered scripts of sql/migrations, forward only."""

import contextlib
from pathlib import Path
from typing import Final, cast

import peewee
from playhouse.migrations import Runner

from backend.models.engine.database import database, is_sqlite

FOLDER: Final = Path(__file__).resolve().parents[3] / "sql" / "migrations"
HISTORY_TABLE: Final = "schema_migration"


def pending_migrations() -> list[str]:
    """Names of the migrations the bound database lacks, in their order."""
    return [row.name for row in _runner().status() if row.path is not None and not row.applied]


def unknown_migrations() -> list[str]:
    """Names of migrations that the bound database has and this version of the program does not know."""
    return [row.name for row in _runner().status() if row.path is None]


def apply_migrations() -> list[str]:
    """Apply what is pending to the bound database and return the names."""
    runner = _runner()
    if not is_sqlite():
        _lift_time_limit()
    return cast("list[str]", runner.up())


def _lift_time_limit() -> None:
    """conf/mariadb.cnf ends a statement after 10 s; a big table's new column takes longer. MySQL has no such limit."""
    with contextlib.suppress(peewee.OperationalError):
        database.execute_sql("SET SESSION max_statement_time = 0")


def _runner() -> Runner:
    if database.is_closed():
        database.connect()
    return Runner(database.obj, str(FOLDER), table_name=HISTORY_TABLE)
