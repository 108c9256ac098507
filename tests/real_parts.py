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

from tests.child_process import ChildProcess, free_port

ROOT = Path(__file__).resolve().parent.parent
MARIADB_CONF = ROOT / "conf" / "mariadb.cnf"
REDIS_CONF = ROOT / "conf" / "redis.conf"
TEMPLATES = ROOT / "var" / "test-template"
USER = "tester"
PASSWORD = "tester"
INSTALL_LIMIT_S = 120
# Small files make a copy of the template cheap; they bear on speed, not on behaviour.
SMALL = ("--innodb-log-file-size=8M", "--innodb-buffer-pool-size=64M")


class MariaDb:
    """A MariaDB server of its own; `start`, `stop` and `kill` may be used in any order, the data stays."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._numbers = itertools.count(1)
        self._socket = folder / "db.sock"
        self._data = folder / "data"
        _copy_template(self._data)
        grants = folder / "grants.sql"
        grants.write_text(
            f"CREATE USER IF NOT EXISTS '{USER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
            f"GRANT ALL ON *.* TO '{USER}'@'127.0.0.1';\n"
        )
        self.process = ChildProcess(
            "mariadbd", self._command(folder, grants), folder / "mariadb.log", self._answers
        )

    def start(self) -> None:
        """Start and wait until it answers a query."""
        self.process.start()

    def stop(self) -> None:
        """Shut it down cleanly."""
        self.process.stop()

    def kill(self) -> None:
        """Kill it as a power cut would; the next start recovers."""
        self.process.kill()

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

    def _command(self, folder: Path, grants: Path) -> list[str]:
        return [
            find_program("mariadbd"),
            f"--defaults-file={MARIADB_CONF}",
            f"--datadir={self._data}",
            f"--socket={self._socket}",
            f"--pid-file={folder / 'db.pid'}",
            f"--tmpdir={folder}",
            f"--init-file={grants}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            *SMALL,
            *_as_root(),
        ]


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
        self.process = ChildProcess("redis-server", command, folder / "redis.log", self._answers)

    def start(self) -> None:
        """Start and wait until it answers PING."""
        self.process.start()

    def stop(self) -> None:
        """Shut it down."""
        self.process.stop()

    def kill(self) -> None:
        """Kill it."""
        self.process.kill()

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
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    found = shutil.which(name, path=path)
    assert found is not None, (
        f"{name} is not installed; `sudo python3 scripts/test` installs what the tests need"
    )
    return found


def _copy_template(data: Path) -> None:
    """An empty data folder takes a second to make, so it is made once per version and copied."""
    program = find_program("mariadbd")
    told = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    found = re.search(r"Ver (\S+)", told)
    template = TEMPLATES / f"mariadb-{found.group(1) if found else 'unknown'}"
    if not template.exists():
        _make_template(template)
    shutil.copytree(template, data)


def _make_template(template: Path) -> None:
    half = template.with_name(f"{template.name}.{os.getpid()}")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    command = [find_program("mariadb-install-db"), "--no-defaults", f"--datadir={half}", "--skip-test-db"]
    command += ["--auth-root-authentication-method=normal", *SMALL[:1], *_as_root()]
    subprocess.run(command, capture_output=True, check=True, timeout=INSTALL_LIMIT_S)
    try:
        half.rename(template)
    except OSError:  # another worker was first
        shutil.rmtree(half)


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []
