"""Finds a MariaDB server and starts it with conf/mariadb.cnf in a folder of its own, for tests and benches.

Only listening address, folders and the user it runs as differ from what ships.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.environment import ROOT
from scripts.processes.child import Child
from scripts.processes.loopback import LOOPBACK, accepts_connections, free_port

SHIPPED_CONF = ROOT / "conf" / "mariadb.cnf"
INSTALL_LIMIT_S = 600
# apt installs servers where the path of plain users does not look.
SYSTEM_FOLDERS = "/usr/sbin:/sbin"


@dataclass(frozen=True, slots=True)
class MariaDbServer:
    """A running server whose one user may do everything."""

    port: int
    user: str
    password: str
    child: Child

    def url(self, name: str) -> str:
        """The product's URL of the database `name` on this server."""
        return f"mysql://{self.user}:{self.password}@{LOOPBACK}:{self.port}/{name}"


def find_server_program(name: str) -> Path | None:
    """Full path of a server program of this machine, None when it is not installed."""
    path = os.pathsep.join([os.environ.get("PATH", ""), SYSTEM_FOLDERS])
    found = shutil.which(name, path=path)
    return Path(found) if found else None


def make_data_folder(data: Path, options: Sequence[str] = ()) -> None:
    """Make an empty data folder; its parent exists. Raises FileNotFoundError without MariaDB here."""
    data.mkdir()
    command = [str(_require("mariadb-install-db")), "--no-defaults", f"--datadir={data}", "--skip-test-db"]
    command += ["--auth-root-authentication-method=normal", *options, *_as_root()]
    subprocess.run(command, capture_output=True, check=True, timeout=INSTALL_LIMIT_S)


def mariadb_command(
    folder: Path, data: Path, *, port: int, user: str, password: str, options: Sequence[str] = ()
) -> list[str]:
    """The command of a server on LOOPBACK:port with these data; writes folder/grants.sql with its one user."""
    grants = folder / "grants.sql"
    grants.write_text(
        f"CREATE USER IF NOT EXISTS '{user}'@'{LOOPBACK}' IDENTIFIED BY '{password}';\n"
        f"GRANT ALL ON *.* TO '{user}'@'{LOOPBACK}' WITH GRANT OPTION;\n",
        encoding="utf-8",
    )
    return [
        str(_require("mariadbd")),
        f"--defaults-file={SHIPPED_CONF}",
        f"--datadir={data}",
        f"--socket={folder / 'db.sock'}",
        f"--pid-file={folder / 'db.pid'}",
        f"--tmpdir={folder}",
        f"--init-file={grants}",
        f"--port={port}",
        f"--bind-address={LOOPBACK}",
        *options,
        *_as_root(),
    ]


def start_mariadb(
    folder: Path, *, user: str, password: str, databases: Sequence[str], options: Sequence[str] = ()
) -> MariaDbServer:
    """Start a new server with these empty databases, its data in `folder`; `child.stop` ends it.

    Raises FileNotFoundError without MariaDB on this machine, StartError when it does not start.
    """
    data, port = folder / "data", free_port()
    make_data_folder(data)
    command = mariadb_command(folder, data, port=port, user=user, password=password, options=options)
    with (folder / "grants.sql").open("a", encoding="utf-8") as grants:
        grants.writelines(f"CREATE DATABASE IF NOT EXISTS {name};\n" for name in databases)
    child = Child("mariadbd", command, folder / "mariadb.log", lambda _: accepts_connections(port))
    child.start()
    return MariaDbServer(port, user, password, child)


def _require(name: str) -> Path:
    program = find_server_program(name)
    if program is None:
        raise FileNotFoundError(f"{name} is not installed on this machine")
    return program


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []
