"""M28 and M30: the database is full, read-only, locked or has no connection left. Nothing is half done or acked."""

import contextlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pymysql
import pytest

from backend.gateways.clock import utc_now
from backend.models import Quarantine, Session
from backend.models.engine import database
from backend.models.engine.migrations import apply_migrations
from mqtt_bridge.batch import Incoming, StoppedError, Writer
from tests.api_server import running_api
from tests.faults.two_phones import TwoPhones
from tests.invariants import check_invariants
from tests.pile_voice import PileVoice
from tests.real_parts import PASSWORD, USER, MariaDb, running_mariadb

PLAIN_USER: Final = "plain"
FEWEST_CONNECTIONS: Final = 10
TABLE_FULL: Final = 1_114
SMALLEST_HEAP: Final = 16_384
# what a start writes, and what a record of a pile writes
RUBBISH: Final = {
    "live_session": "(connector_id, session_id) SELECT -seq, -seq",
    "pile_message": "(pile_id, message_id, received_at) SELECT -seq, seq, NOW()",
}


@contextlib.contextmanager
def read_only(server: MariaDb) -> Iterator[None]:
    server.run("SET GLOBAL read_only = ON")
    try:
        yield
    finally:
        server.run("SET GLOBAL read_only = OFF")


@contextlib.contextmanager
def no_connection_left(server: MariaDb) -> Iterator[None]:
    """Others have them all; what was connected before is cut off."""
    server.run(f"SET GLOBAL max_connections = {FEWEST_CONNECTIONS}")
    with contextlib.ExitStack() as held:
        cut_off(server)
        for _ in range(FEWEST_CONNECTIONS):
            held.enter_context(_connect(server))
        yield
    server.run("SET GLOBAL max_connections = 300")


@contextlib.contextmanager
def gone_away(server: MariaDb) -> Iterator[None]:
    server.kill()
    yield
    server.start()


@contextlib.contextmanager
def full(server: MariaDb) -> Iterator[None]:
    """Error 1114 as on a full disk, without one: two tables live in memory that is used up."""
    use = f"USE {database.database.database}"
    for table, rows in RUBBISH.items():
        heap = f"SET SESSION max_heap_table_size = {SMALLEST_HEAP}"
        server.run(use, heap, f"ALTER TABLE {table} ENGINE = MEMORY")
        with pytest.raises(pymysql.OperationalError) as refused:
            server.run(use, f"INSERT INTO {table} {rows} FROM seq_1_to_100000")
        assert refused.value.args[0] == TABLE_FULL
    yield
    for table in RUBBISH:
        server.run(use, f"DELETE FROM {table}", f"ALTER TABLE {table} ENGINE = InnoDB")


REFUSALS: Final = {
    "full": full,
    "read only": read_only,
    "no connection left": no_connection_left,
    "gone away": gone_away,
}


def cut_off(server: MariaDb) -> None:
    """End every connection of the product, as an idle time-out does."""
    for (number,) in server.run(f"SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '{PLAIN_USER}'"):
        with contextlib.suppress(pymysql.MySQLError):  # it has ended by itself
            server.run(f"KILL {number}")
    database.close()  # this thread's own was one of them


def _connect(server: MariaDb) -> "pymysql.Connection[pymysql.cursors.Cursor]":
    return pymysql.connect(host="127.0.0.1", port=server.port, user=USER, password=PASSWORD)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with running_mariadb(tmp_path_factory.mktemp("refusing")) as server:
        server.run(f"CREATE USER {PLAIN_USER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
        yield server


@pytest.fixture
def phones(server: MariaDb) -> Iterator[TwoPhones]:
    """The product connects as a user without privileges over the whole server."""
    url = server.fresh_database()
    name = url.rpartition("/")[2]
    server.run(f"GRANT ALL ON {name}.* TO {PLAIN_USER}@'127.0.0.1'")
    with bound(url.replace(f"//{USER}:", f"//{PLAIN_USER}:")), running_api() as api:
        yield TwoPhones(api)
        check_invariants()


@contextlib.contextmanager
def bound(url: str) -> Iterator[None]:
    """The models on a new database with every table."""
    database.connect(url)
    apply_migrations()
    try:
        yield
    finally:
        database.close()


class Bridge:
    """A writer that tries once where the database refuses, then stops as a bridge does that is told to."""

    def __init__(self, phones: TwoPhones) -> None:
        self.voice = PileVoice(phones.pile_no, utc_now(), boot=2)
        self.acknowledged: list[int] = []
        self._stopping = threading.Event()
        self._writer = Writer(
            acknowledge=self.acknowledged.extend,
            publish=lambda *_: None,
            clock=utc_now,
            stopping=self._stopping,
        )

    def record(self) -> Incoming:
        return self.voice.ended("S404", utc_now() - timedelta(minutes=3), 1_000)

    def expect_refusal(self, *batch: Incoming) -> None:
        self._stopping.set()
        with pytest.raises(StoppedError):
            self._writer.write(batch)
        assert self.acknowledged == []
        self._stopping.clear()

    def write(self, *batch: Incoming) -> None:
        self._writer.write(batch)
        assert self.acknowledged == [token for _, _, token in batch]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusing_database_is_one_clear_answer_and_no_acknowledgement(
    server: MariaDb, phones: TwoPhones, refusal: str
) -> None:
    bridge = Bridge(phones)
    record = bridge.record()
    with REFUSALS[refusal](server):
        assert phones.start() == (503, "service_unavailable")
        bridge.expect_refusal(record)
    assert (Session.select().count(), Quarantine.select().count()) == (0, 0)
    bridge.write(record)
    status, number = phones.start()
    assert (status, phones.start(phone=1)) == (201, (201, number))
    assert Session.select().count() == 2, "the driver's, and the record of a session that nobody knew"


def test_connections_that_were_cut_off_cost_nobody_anything(server: MariaDb, phones: TwoPhones) -> None:
    bridge = Bridge(phones)
    bridge.write(*(first := [bridge.voice.heartbeat()]))
    cut_off(server)
    status, number = phones.start()
    cut_off(server)
    assert (status, phones.start(phone=1)) == (201, (201, number))
    bridge.acknowledged.clear()
    bridge.write(bridge.record())
    assert first


def test_a_lock_that_others_hold_too_long_undoes_the_whole_start_and_a_repeat_makes_one(
    server: MariaDb, phones: TwoPhones
) -> None:
    """Error 1205 once undid one statement and left the rest to be committed."""
    server.run("SET GLOBAL innodb_lock_wait_timeout = 1")
    cut_off(server)  # the setting is for new connections
    name = str(database.database.database)
    with _connect(server) as holder, holder.cursor() as cursor:
        holder.begin()
        cursor.execute(f"SELECT id FROM {name}.ledger_account FOR UPDATE")
        assert phones.start() == (503, "service_unavailable")
        assert Session.select().count() == 0
        holder.rollback()
    server.run("SET GLOBAL innodb_lock_wait_timeout = 5")
    status, number = phones.start()
    assert (status, phones.start()) == (201, (201, number))
