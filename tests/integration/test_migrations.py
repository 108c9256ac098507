"""Migrations make the tables the models use, on SQLite and on MariaDB."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from peewee import Table
from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models

from backend.models import TABLES, Driver, DriverIdentity, Payment, RolePermission, Staff, schema_dump
from backend.models.engine import database, migrations

ROOT = Path(__file__).resolve().parents[2]
AT: Final = "2026-11-23 02:00:00.000"
BEFORE_0012: Final = (
    "connector.release",
    "dashboard.read",
    "order.read",
    "pile.read",
    "quarantine.close",
    "quarantine.read",
    "session.decide",
    "session.stop",
    "station.read",
)
LEFT = {("driver", "wechat_unionid"), ("payment", "prepay_id")}
"""Columns that only the version before reads and writes; a migration of a later version drops them."""


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
    columns = {
        (column.name, column.data_type.upper(), column.null)
        for column in bound.get_columns(table)
        if (table, column.name) not in LEFT
    }
    indexes = {(tuple(index.columns), index.unique) for index in bound.get_indexes(table)}
    return columns, indexes, tuple(bound.get_primary_keys(table))


@pytest.mark.usefixtures("empty_database")
def test_migrations_make_exactly_the_tables_of_the_models() -> None:
    assert migrations.pending_migrations()
    migrations.apply_migrations()
    assert not migrations.pending_migrations()
    difference = diff_models(database.database.obj, list(TABLES))
    assert set(difference.drop_columns) == LEFT
    difference.drop_columns.clear()
    assert not difference
    names = [table._meta.table_name for table in TABLES]
    by_migrations = {name: _shape(name) for name in names}
    database.database.drop_tables(TABLES)
    database.database.create_tables(TABLES)
    assert {name: _shape(name) for name in names} == by_migrations


@pytest.mark.usefixtures("empty_database")
def test_applying_twice_changes_nothing() -> None:
    assert migrations.apply_migrations()
    assert migrations.apply_migrations() == []


@pytest.mark.usefixtures("empty_database")
def test_drivers_and_open_payments_keep_what_their_channel_knows_them_by(tmp_path: Path) -> None:
    """0004, from rows as the version before wrote them, which writes on afterwards."""
    for name in ("0001_first_tables", "0002_station_total", "0003_lists_by_time"):
        shutil.copy(migrations.FOLDER / f"{name}.py", tmp_path)
    bound = database.database
    bound.connect(reuse_if_open=True)
    Runner(bound.obj, str(tmp_path), table_name=migrations.HISTORY_TABLE).up()
    for number, (openid, unionid) in enumerate([("o-1", "u-1"), ("o-2", "u-1"), ("o-3", None), (None, None)]):
        _write_driver_before(number, openid, unionid)
    for number, (prepay_id, state) in enumerate([("wx1", "unknown"), ("", "created"), ("wx2", "paid")]):
        _write_payment_before(number, prepay_id, state)
    assert migrations.apply_migrations()[0] == "0004_driver_identities"
    known = {(row.kind, row.key): row.driver_id for row in DriverIdentity.select()}
    assert known == {
        ("wechat_mini_program", "o-1"): 1,
        ("wechat_mini_program", "o-2"): 2,
        ("wechat_mini_program", "o-3"): 3,
        ("wechat_union", "u-1"): 1,
    }
    _write_driver_before(4, "o-5", "u-5")
    _write_payment_before(3, "wx3", "awaiting")
    handles = [payment.pay_handle for payment in Payment.select().order_by(Payment.id)]
    assert handles == ["wx1", None, None, None]
    assert Driver.get_by_id(5).mini_program_key == "o-5"


@pytest.mark.usefixtures("empty_database")
def test_roles_that_could_do_everything_may_enter_staff_too_and_the_others_keep_theirs(
    tmp_path: Path,
) -> None:
    """0012, from rows as the version before wrote them, which writes on afterwards."""
    for script in sorted(migrations.FOLDER.glob("*.py")):
        if script.name < "0009":
            shutil.copy(script, tmp_path)
    bound = database.database
    bound.connect(reuse_if_open=True)
    Runner(bound.obj, str(tmp_path), table_name=migrations.HISTORY_TABLE).up()
    own = {1: BEFORE_0012, 2: BEFORE_0012[1:], 3: ()}
    for role_id, permissions in own.items():
        _insert("role", ("id", "operator_id", "name", "created_at"), (role_id, 1, "角色", AT))
        for permission in permissions:
            _insert("role_permission", ("role_id", "permission"), (role_id, permission))
    migrations.apply_migrations()
    held: dict[int, set[str]] = {1: set(), 2: set(), 3: set()}
    for row in RolePermission.select():
        held[row.role_id].add(row.permission)
    assert held[1] >= {*BEFORE_0012, "staff.read", "staff.edit", "role.edit"}
    assert (held[2], held[3]) == (set(BEFORE_0012[1:]), set())
    names = ("operator_id", "account", "name", "password_hash", "is_enabled", "sees_all_stations")
    values = (1, "old", "旧", "!", True, True)
    _insert("staff", (*names, "failed_logins", "created_at"), (*values, 0, AT))
    staff = Staff.get()
    assert (staff.must_change_password, staff.deleted_at, staff.row_version) == (False, None, 0)


def _write_driver_before(number: int, openid: str | None, unionid: str | None) -> None:
    names = ("driver_no", "wechat_openid", "wechat_unionid", "nickname", "is_enabled", "created_at")
    _insert("driver", names, (f"D{number}", openid, unionid, "", True, AT))


def _write_payment_before(number: int, prepay_id: str, state: str) -> None:
    names = (
        "payment_no",
        "driver_id",
        "operator_id",
        "purpose",
        "channel",
        "amount_fen",
        "state",
        "prepay_id",
    )
    times = ("created_at", "expires_at", "queries", "last_error")
    values = (f"P{number}", 1, 1, "top_up", "wechat", 5_000, state, prepay_id, AT, AT, 0, "")
    _insert("payment", (*names, *times), values)


def _insert(table: str, names: tuple[str, ...], values: tuple[object, ...]) -> None:
    target = Table(table, names).bind(database.database.obj)
    target.insert(dict(zip(names, values, strict=True))).execute()


def test_every_migration_opens_with_its_why() -> None:
    for script in sorted(migrations.FOLDER.glob("*.py")):
        assert script.read_text(encoding="utf-8").startswith('"""'), script.name


def test_the_schema_dump_is_present() -> None:
    committed = (ROOT / "sql" / "schema.mysql.sql").read_text(encoding="utf-8")
    assert committed == schema_dump.dump_schema(), (
        "run: python -m backend.models.schema_dump > sql/schema.mysql.sql"
    )
