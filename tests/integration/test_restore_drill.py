"""The restore drill with real dumps of a database that has a charge in its ledger."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend import gateways
from backend.domain.stored_file import OCTETS, FilePurpose
from backend.gateways.clock import utc_now
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.store import INCOMING, Files
from backend.models.engine import database as db
from backend.models.engine.migrations import apply_migrations
from backend.models.ledger import LedgerPosting
from backend.services.ground.stored_files import store_file
from tests.real_parts import PASSWORD, ROOT, USER, MariaDb, find_program
from tests.scenario import Scenario
from tests.waiting import LIMIT_S


@pytest.fixture
def platform(mariadb: MariaDb, tmp_path: Path) -> Iterator[str]:
    """URL of a database with one settled charge, and the name of a file in the folder `files`."""
    url = mariadb.fresh_database()
    db.connect(url)
    apply_migrations()
    _charge(Scenario())
    _store(tmp_path / "files")
    yield url
    db.close()


def _charge(world: Scenario) -> None:
    session_no = world.start(world.driver(10_000)).session_no
    world.after(seconds=5).say_started(session_no)
    world.after(minutes=25).say_ended(session_no, 20_000, started_at=world.now - timedelta(minutes=25))


def _store(folder: Path) -> None:
    files = Files(store=LocalFolder(folder), incoming=folder / INCOMING, max_bytes=99)
    gateways.configure_files(files)
    with files.receive(max_bytes=99) as file:
        file.write(b"a photo")
        file.close()
        store_file(file=file, media_type=OCTETS, purpose=FilePurpose.PHOTO, now=utc_now())
    gateways.configure_files(None)


def _dump(mariadb: MariaDb, url: str, target: Path) -> Path:
    command = [find_program("mariadb-dump"), "--no-defaults", "--host=127.0.0.1", f"--port={mariadb.port}"]
    command += [f"--user={USER}", f"--password={PASSWORD}", "--single-transaction", "--hex-blob"]
    with target.open("wb") as sink:
        subprocess.run([*command, url.rpartition("/")[2]], stdout=sink, check=True, timeout=LIMIT_S)
    return target


def _drill(dump: Path, live_url: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "restore_drill"), str(dump), *options],
        env={**os.environ, "XINXIANG_MODE": "demo", "XINXIANG_DATABASE_URL": live_url},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def test_a_good_backup_is_restored_and_found_equal_and_a_changed_ledger_is_noticed(
    mariadb: MariaDb, platform: str, tmp_path: Path
) -> None:
    dump = _dump(mariadb, platform, tmp_path / "backup.sql")
    rows = LedgerPosting.select().count()
    files = ["--files", str(tmp_path / "files")]
    good = _drill(dump, platform, *files)
    assert good.returncode == 0, good.stderr
    told = json.loads(good.stdout.splitlines()[-1])
    assert (told["ledger"]["ledger_sum_fen"], told["differing"]) == (0, 0)
    assert told["compared"] > rows > 0
    assert (told["files"], told["damaged"]) == (1, 0)

    LedgerPosting.update(amount_fen=LedgerPosting.amount_fen + 1).where(LedgerPosting.id == 1).execute()
    (path,) = (tmp_path / "files").glob("*/*/*")
    path.write_bytes(b"b photo")
    changed = _drill(dump, platform, *files)
    assert changed.returncode == 1
    told = json.loads(changed.stdout.splitlines()[-1])
    assert (told["differing"], told["damaged"]) == (1, 1)

    spoiled = _drill(_dump(mariadb, platform, tmp_path / "spoiled.sql"), platform, "--alone")
    assert spoiled.returncode == 1
    assert json.loads(spoiled.stdout.splitlines()[-1])["ledger"]["ledger_sum_fen"] == 1


def test_what_is_no_backup_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "cut.sql.gz").write_bytes(b"\x1f\x8b\x08\x00no")
    (tmp_path / "prose.sql").write_text("this is not SQL;")
    for name in ("cut.sql.gz", "prose.sql", "absent.sql"):
        ended = _drill(tmp_path / name, "", "--alone")
        assert (ended.returncode, ended.stdout) == (2, ""), ended.stdout
        assert ended.stderr.startswith("✗ ")
