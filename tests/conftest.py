"""Fixtures and settings shared by all tests: deterministic property tests, a database of each kind, real servers.

The product is imported inside the fixtures, so that a test of one part runs when another part is broken.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.longest_first import longest_first
from tests.real_parts import MariaDb, Redis, running_mariadb, running_redis

# Examples are derived from the test's code alone, so a failure here is a failure everywhere. To search wider:
# HYPOTHESIS_PROFILE=explore with --hypothesis-seed=N.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long files begin first."""
    items[:] = longest_first(items)


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """A program that a test ran in this process sent the log to that test's standard error: gone when the test is."""
    root = logging.getLogger()
    level, handlers = root.level, set(root.handlers)
    yield
    for handler in root.handlers[:]:
        if type(handler) is logging.StreamHandler and handler not in handlers:
            root.removeHandler(handler)
            root.setLevel(level)


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    """This worker's MariaDB with the settings of conf/mariadb.cnf, but for the syncs, which would be much of the suite.

    A test that kills it starts its own instead.
    """
    with running_mariadb(tmp_path_factory.mktemp("mariadb")) as server:
        server.sync_commits(each=False)
        yield server


@pytest.fixture
def mariadb_url(mariadb: MariaDb) -> str:
    """URL of a new, empty MariaDB database."""
    return mariadb.fresh_database()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """This worker's Redis with the settings of conf/redis.conf."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def live_redis(redis_server: Redis) -> Iterator[str]:
    """The live view on an empty Redis; the value is its URL."""
    from backend import live

    redis_server.flush()
    live.connect(redis_server.url)
    yield redis_server.url
    live.close()


@pytest.fixture(params=["sqlite", "mariadb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The models bound to a database with every table and no row, once per kind; the value is its URL."""
    from backend.models.engine import database as db
    from tests.table_contents import delete_all_rows

    if request.param == "sqlite":
        path = tmp_path / "test.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
        db.connect(url)
    else:
        url = request.getfixturevalue("mariadb_tables")
        db.connect(url)
        delete_all_rows()
    try:
        yield url
    finally:
        db.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def mariadb_tables(mariadb: MariaDb) -> str:
    """URL of one MariaDB database with every table; the next test to use it deletes its rows."""
    url = mariadb.fresh_database()
    _create_tables(url)
    return url


def _create_tables(url: str) -> None:
    from backend.models.engine import database as db
    from backend.models.engine.migrations import apply_migrations

    db.connect(url)
    apply_migrations()
    db.close()
