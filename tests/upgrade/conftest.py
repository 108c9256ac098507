"""The databases of these tests: empty ones of each kind, and the previous landing's brought to the present schema."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.gateways.clock import utc_now
from backend.models.engine import database
from tests.upgrade import snapshot
from tests.upgrade.keep_landing import DATABASE
from tests.upgrade.snapshot import Snapshot


@pytest.fixture(params=["sqlite", "mariadb"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """A database without any table, once per kind."""
    is_sqlite = request.param == "sqlite"
    database.connect(
        f"sqlite:///{tmp_path / 'empty.sqlite'}" if is_sqlite else request.getfixturevalue("mariadb_url")
    )
    yield
    database.close()


@pytest.fixture
def previous() -> Snapshot:
    """The landing before this one."""
    return snapshot.read(DATABASE)


@pytest.fixture
def upgraded(previous: Snapshot, empty_database: None, tmp_path: Path) -> Snapshot:
    """Its database, with every newer migration run on it."""
    snapshot.upgrade(previous, tmp_path)
    return previous


@pytest.fixture
def landed(previous: Snapshot, tmp_path: Path) -> Iterator[Snapshot]:
    """As `upgraded`, on SQLite, and at most a day ago."""
    database.connect(f"sqlite:///{tmp_path / 'landed.sqlite'}")
    snapshot.upgrade(previous, tmp_path, timedelta(days=(utc_now() - previous.taken_at).days))
    yield previous
    database.close()
