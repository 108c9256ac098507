"""Migrations make the tables the models use, on SQLite and on MariaDB."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playhouse.schema_diff import diff_models

from backend.models import TABLES, schema_dump
from backend.models.engine import database, migrations

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "mariadb"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    url = (
        f"sqlite:///{tmp_path / 'empty.sqlite'}"
        if request.param == "sqlite"
        else request.getfixturevalue("mariadb_url")
    )
    database.connect(url)
    yield url
    database.close()


def _shape(table: str) -> tuple[object, ...]:
    """Columns with type and nullability, and indexes, as the database itself tells them."""
    bound = database.database.obj
    columns = {(column.name, column.data_type.upper(), column.null) for column in bound.get_columns(table)}
    indexes = {(tuple(index.columns), index.unique) for index in bound.get_indexes(table)}
    return columns, indexes, tuple(bound.get_primary_keys(table))


@pytest.mark.usefixtures("empty_database")
def test_migrations_make_exactly_the_tables_of_the_models() -> None:
    assert migrations.pending_migrations()
    migrations.apply_migrations()
    assert not migrations.pending_migrations()
    assert not diff_models(database.database.obj, list(TABLES))
    names = [table._meta.table_name for table in TABLES]
    by_migrations = {name: _shape(name) for name in names}
    database.database.drop_tables(TABLES)
    database.database.create_tables(TABLES)
    assert {name: _shape(name) for name in names} == by_migrations


@pytest.mark.usefixtures("empty_database")
def test_applying_twice_changes_nothing() -> None:
    assert migrations.apply_migrations()
    assert migrations.apply_migrations() == []


def test_every_migration_opens_with_its_why() -> None:
    for script in sorted(migrations.FOLDER.glob("*.py")):
        assert script.read_text(encoding="utf-8").startswith('"""'), script.name


def test_the_schema_dump_is_present() -> None:
    committed = (ROOT / "sql" / "schema.mysql.sql").read_text(encoding="utf-8")
    assert committed == schema_dump.dump_schema(), (
        "run: python -m backend.models.schema_dump > sql/schema.mysql.sql"
    )
