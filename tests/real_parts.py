"""Private MariaDB and Redis servers for tests, on free ports of 127.0.0.1, with the settings that we ship.

Only listening addresses and folders differ from conf/mariadb.cnf and conf/redis.conf.
"""

import contextlib
import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
import redis

from scripts.embedded.mariadb_server import find_server_program, make_data_folder, mariadb_command
from scripts.processes.child import Child
from scripts.processes.loopback import free_port
from tests.waiting import LIMIT_S

ROOT = Path(__file__).resolve().parent.parent
REDIS_CONF = ROOT / "conf" / "redis.conf"
TEMPLATES = ROOT / "var" / "test-template"
USER = "tester"
PASSWORD = "tester"
# Small files make a copy of the template cheap; they bear on speed, not on behaviour.
SMALL = ("--innodb-log-file-size=8M", "--innodb-buffer-pool-size=64M")


class MariaDb:
    """A MariaDB server of its own; `start`, `stop` and `kill` may be used in any order, the data stays."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._numbers = itertools.count(1)
        data = folder / "data"
        _copy_template(data)
        command = mariadb_command(folder, data, port=self.port, user=USER, password=PASSWORD, options=SMALL)
        self.process = Child("mariadbd", command, folder / "mariadb.log", lambda _: self._answers())

    def start(self) -> None:
        """Start and wait until it answers a query."""
        self.process.start()

    def stop(self) -> None:
        """Shut it down cleanly."""
        self.process.stop()

    def kill(self) -> None:
        """Kill it as a power cut would; the next start recovers."""
        self.process.kill()

    def sync_commits(self, *, each: bool) -> None:
        """Whether each commit waits for the disk, as ours do. A killed server loses nothing without, a machine would."""
        self.run(
            f"SET GLOBAL innodb_flush_log_at_trx_commit = {1 if each else 2}",
            f"SET GLOBAL sync_binlog = {1 if each else 0}",
        )

    def url(self, name: str) -> str:
        """The product's URL of the database `name` on this server."""
        return f"mysql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{name}"

    def fresh_database(self) -> str:
        """Create an empty database and return its URL."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def run(self, *statements: str) -> tuple[tuple[Any, ...], ...]:
        """Run statements, commit, and return the rows of the last one."""
        connection = pymysql.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, autocommit=True
        )
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall()

    def _answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except pymysql.MySQLError:
            return False
        return True


class Redis:
    """A Redis server of its own; it keeps nothing over a restart, as ours does not."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = [
            find_program("redis-server"),
            str(REDIS_CONF),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
        ]
        command += ["--unixsocket", "", "--dir", str(folder), "--logfile", "", "--daemonize", "no"]
        command += ["--pidfile", str(folder / "redis.pid")]
        self.process = Child("redis-server", command, folder / "redis.log", lambda _: self._answers())

    def start(self) -> None:
        """Start and wait until it answers PING."""
        self.process.start()

    def stop(self) -> None:
        """Shut it down."""
        self.process.stop()

    def kill(self) -> None:
        """Kill it."""
        self.process.kill()

    def flush(self) -> None:
        """Forget everything, as FLUSHALL does."""
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def _answers(self) -> bool:
        with redis.Redis(port=self.port) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False


@contextlib.contextmanager
def running_mariadb(folder: Path) -> Iterator[MariaDb]:
    """A started MariaDB with its data in `folder`, stopped at the end."""
    server = MariaDb(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()  # nobody reads the data again


@contextlib.contextmanager
def running_redis(folder: Path) -> Iterator[Redis]:
    """A started Redis, stopped at the end."""
    server = Redis(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def find_program(name: str) -> str:
    """Full path of a server program; AssertionError naming scripts/test when it is not installed."""
    found = find_server_program(name)
    assert found is not None, (
        f"{name} is not installed; `sudo python3 scripts/test` installs what the tests need"
    )
    return str(found)


def _copy_template(data: Path) -> None:
    """An empty data folder takes a second to make, so it is made once per version and copied."""
    program = find_program("mariadbd")
    told = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True, timeout=LIMIT_S
    ).stdout
    found = re.search(r"Ver (\S+)", told)
    template = TEMPLATES / f"mariadb-{found.group(1) if found else 'unknown'}"
    if not template.exists():
        _make_template(template)
    shutil.copytree(template, data)


def _make_template(template: Path) -> None:
    half = template.with_name(f"{template.name}.{os.getpid()}")
    shutil.rmtree(half, ignore_errors=True)
    template.parent.mkdir(parents=True, exist_ok=True)
    make_data_folder(half, SMALL[:1])
    try:
        half.rename(template)
    except OSError:  # another worker was first
        shutil.rmtree(half)
