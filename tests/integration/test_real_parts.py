from datetime import UTC, datetime
from pathlib import Path

import pymysql
import pytest
import redis

from scripts.processes.loopback import accepts_connections
from tests.real_parts import PASSWORD, USER, MariaDb, Redis, running_mariadb, running_redis


def test_mariadb_keeps_committed_rows_when_it_is_killed(tmp_path: Path) -> None:
    with running_mariadb(tmp_path) as server:
        server.run("CREATE DATABASE kept", "CREATE TABLE kept.t (n INT)", "INSERT INTO kept.t VALUES (7)")
        server.kill()
        with pytest.raises(pymysql.OperationalError):
            server.run("SELECT 1")
        server.start()

        assert server.run("SELECT n FROM kept.t") == ((7,),)
    assert not accepts_connections(server.port)


def test_mariadb_runs_with_the_settings_that_we_ship(tmp_path: Path) -> None:
    with running_mariadb(tmp_path) as server:
        rows = dict(server.run("SHOW VARIABLES"))

    assert rows["innodb_snapshot_isolation"] == "ON"
    assert rows["innodb_rollback_on_timeout"] == "ON"
    assert rows["innodb_flush_log_at_trx_commit"] == "1"
    assert rows["bind_address"] == "127.0.0.1"


def test_each_fresh_database_is_empty_and_its_own(mariadb: MariaDb) -> None:
    first, second = mariadb.fresh_database(), mariadb.fresh_database()

    assert first != second
    assert first.startswith(f"mysql://{USER}:{PASSWORD}@127.0.0.1:{mariadb.port}/")
    for url in (first, second):
        assert mariadb.run(f"SHOW TABLES FROM {url.rsplit('/', 1)[1]}") == ()


def test_redis_starts_empty_after_it_was_killed(tmp_path: Path) -> None:
    with running_redis(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        client.set("pile", "online")
        server.kill()
        server.start()

        assert client.get("pile") is None
    assert not accepts_connections(server.port)


def test_redis_is_shared_by_the_tests_of_a_worker(redis_server: Redis) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.ping()


@pytest.mark.parametrize("turn", [1, 2])
def test_database_has_every_table_and_no_row_whatever_ran_before(database: str, turn: int) -> None:
    from backend.models import TABLES
    from backend.models.operator import Operator

    assert [table for table in TABLES if table.select().exists()] == []
    Operator.create(
        operator_no="same-number", name=f"turn {turn}", created_at=datetime(2026, 11, 1, tzinfo=UTC)
    )
