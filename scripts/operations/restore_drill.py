"""`scripts/restore_drill DUMP`: proves that a backup can be restored, on a MariaDB of its own in a temporary folder.

Ledger rows are only ever appended, so every row that the backup holds must be the same in the running platform:
that is compared row by row. Rows that came later, or were committed while the dump was taken, are no difference.
Every file that the backup names must be in the store with its digest.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import peewee

from backend.config import ConfigError, Settings, load
from backend.connect_gateways import make_files
from backend.domain.errors import NotFound, ServiceUnavailable
from backend.domain.stored_file import FileState
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.store import FileStore, digest_of
from backend.log import configure_log
from backend.models import StoredFile
from backend.models.engine import database
from backend.models.ledger import LedgerEntry, LedgerPosting
from backend.services.ledger.check_ledger import LedgerCheck, check_ledger
from scripts.embedded.mariadb_server import MariaDbServer, find_server_program, start_mariadb
from scripts.processes.child import StartError
from scripts.processes.loopback import LOOPBACK

SCHEMA = "restored"
USER = "drill"
LOAD_LIMIT_S = 6 * 3600
ROWS_AT_ONCE = 10_000
# Nobody reads this server's data after a crash.
FAST = ("--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--max-statement-time=0")
COMPARED: tuple[type[LedgerEntry | LedgerPosting], ...] = (LedgerEntry, LedgerPosting)


class DrillError(Exception):
    """Why the drill could not be held; one sentence."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`compared` rows of the ledger are in the backup; `differing` of them are otherwise, or not, in the platform.

    `files` that the backup names were looked at; `damaged` of them are not there, or have another content.
    """

    ledger: LedgerCheck
    compared: int
    differing: int
    files: int
    damaged: int
    seconds: float

    @property
    def is_sound(self) -> bool:
        return self.ledger.is_sound and not self.differing and not self.damaged


def main() -> int:
    """Exit status for the shell: 0 sound, 1 the backup is not what it should be, 2 it could not be tried."""
    parser = argparse.ArgumentParser(
        prog="scripts/restore_drill",
        description="恢复演练：把备份装进临时数据库，核对账本，并与运行中的平台逐行比较",
    )
    parser.add_argument("dump", type=Path, metavar="DUMP", help="mariadb-dump 的输出，可以是 .gz")
    parser.add_argument("--alone", action="store_true", help="只核对备份自身，不与运行中的平台比较")
    parser.add_argument(
        "--files", type=Path, metavar="FOLDER", help="文件备份所在的目录；不写则核对运行中的文件存储"
    )
    options = parser.parse_args()
    configure_log(level="error", style="text")
    try:
        settings = None if options.alone else load()
        live_url = None if settings is None else settings.database_url
        outcome = hold_drill(options.dump, live_url, _find_store(options.files, settings))
    except (ConfigError, DrillError, StartError, OSError, ValueError) as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 2
    except (ServiceUnavailable, peewee.PeeweeException) as problem:
        print(f"✗ 数据库不可用，或备份里没有账本：{problem.__cause__ or problem}", file=sys.stderr)
        return 2
    print("✓ 备份可以恢复" if outcome.is_sound else "✗ 备份与账本或文件不符，请立即查明原因")
    print(msgspec.json.encode(outcome).decode())
    return 0 if outcome.is_sound else 1


def hold_drill(dump: Path, live_url: str | None, store: FileStore | None = None) -> Outcome:
    """Restore `dump`, prove its ledger, compare it with the platform at `live_url` and its files with `store` where given."""
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="restore-drill-") as folder, _restored(Path(folder), dump) as url:
        print(f"已装入 {dump.name}，用时 {time.monotonic() - began_s:.0f} 秒")
        database.connect(url)
        try:
            ledger = check_ledger()
            files, damaged = (0, 0) if store is None else _check_files(store)
        finally:
            database.close()
        compared, differing = _compare(url, live_url) if live_url else (0, 0)
    return Outcome(
        ledger=ledger,
        compared=compared,
        differing=differing,
        files=files,
        damaged=damaged,
        seconds=round(time.monotonic() - began_s, 1),
    )


@contextlib.contextmanager
def _restored(folder: Path, dump: Path) -> Iterator[str]:
    """The URL of a database with the dump's rows, on a server that lives as long as this context."""
    with _opened(dump) as text:
        server = start_mariadb(
            folder, user=USER, password=secrets.token_hex(16), databases=[SCHEMA], options=FAST
        )
        try:
            _load(server, text, folder)
            yield server.url(SCHEMA)
        finally:
            server.child.stop()


def _opened(dump: Path) -> gzip.GzipFile | BinaryIO:
    return gzip.open(dump) if dump.suffix == ".gz" else dump.open("rb")


def _load(server: MariaDbServer, text: gzip.GzipFile | BinaryIO, folder: Path) -> None:
    client = find_server_program("mariadb")
    if client is None:
        raise DrillError("没有 mariadb 命令行客户端 (mariadb-client is not installed)。")
    secret = folder / "client.cnf"
    secret.write_text(f"[client]\npassword={server.password}\n", encoding="ascii")
    command = [f"--defaults-file={secret}", f"--host={LOOPBACK}", f"--port={server.port}", f"--user={USER}"]
    with (folder / "load.log").open("w+b") as log:
        loading = subprocess.Popen(
            [str(client), *command, SCHEMA], stdin=subprocess.PIPE, stdout=log, stderr=log
        )
        try:
            if loading.stdin is not None:
                with contextlib.suppress(BrokenPipeError), loading.stdin as sink:
                    shutil.copyfileobj(text, sink)
            status = loading.wait(LOAD_LIMIT_S)
        except (EOFError, gzip.BadGzipFile) as error:
            raise DrillError(f"备份文件损坏 (the file is damaged)：{error}") from None
        finally:
            loading.kill()
        log.seek(0)
        if status:
            raise DrillError(
                f"备份装不进去 (it cannot be loaded)：{log.read().decode(errors='replace').strip()}"
            )


def _find_store(folder: Path | None, settings: Settings | None) -> FileStore | None:
    """The backup's files in `folder`, else those of the running platform, if any."""
    if folder is not None:
        if not folder.is_dir():
            raise DrillError(f"没有这个目录：{folder}")
        return LocalFolder(folder)
    files = None if settings is None else make_files(settings.files, allow_insecure=settings.mode == "demo")
    return None if files is None else files.store


def _check_files(store: FileStore) -> tuple[int, int]:
    """Files that the restored database names, and how many of them are not what it says."""
    if "stored_file" not in database.database.get_tables():  # a backup of an older release
        return 0, 0
    files = damaged = 0
    for row in StoredFile.select().where(StoredFile.state == FileState.STORED).iterator():
        files += 1
        try:
            is_sound = digest_of(store.read(row.sha256)) == row.sha256
        except NotFound:
            is_sound = False
        if not is_sound:
            damaged += 1
            print(f"文件不在或内容不符：{row.sha256}")
    return files, damaged


def _compare(backup_url: str, live_url: str) -> tuple[int, int]:
    """Rows of the backup's ledger, and how many of them the platform does not hold just so."""
    compared = differing = 0
    backup, live = database.open_database(backup_url), database.open_database(live_url)
    try:
        for table in COMPARED:
            last = 0
            while rows := _rows(backup, table, table.id > last):
                first, last = rows[0][0], rows[-1][0]
                known = {row[0]: row for row in _rows(live, table, table.id.between(first, last), cap=None)}
                compared += len(rows)
                differing += sum(known.get(row[0]) != row for row in rows)
    finally:
        backup.close()
        live.close()
    return compared, differing


def _rows(
    source: peewee.Database,
    table: type[LedgerEntry | LedgerPosting],
    condition: peewee.Expression,
    cap: int | None = ROWS_AT_ONCE,
) -> list[tuple[Any, ...]]:
    """In order of id, which is their first column."""
    with source.bind_ctx([table]):
        found: Any = table.select().where(condition).order_by(table.id).limit(cap).tuples()
        return list(found)
