"""Bringing a database to the present schema: the numbered scripts of sql/migrations, forward only."""

from pathlib import Path
from typing import Final, cast

from playhouse.migrations import Runner

from backend.models.database import database

FOLDER: Final = Path(__file__).resolve().parents[2] / "sql" / "migrations"


def pending_migrations() -> list[str]:
    """Names of the migrations the bound database lacks, in their order."""
    return [row.name for row in _runner().status() if row.path is not None and not row.applied]


def apply_migrations() -> list[str]:
    """Apply what is pending to the bound database and return the names."""
    return cast("list[str]", _runner().up())


def _runner() -> Runner:
    if database.is_closed():
        database.connect()
    return Runner(database.obj, str(FOLDER))
