"""Files: kept by their digest in either store, named by a row from before they are there until after they are gone."""

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend import gateways
from backend.domain.errors import NotFound, PayloadTooLarge, ServiceUnavailable
from backend.domain.stored_file import OCTETS, FilePurpose, FileState, sniff_media_type
from backend.gateways.clock import utc_now
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.s3_store import S3Settings, S3Store
from backend.gateways.files.sigv4 import Credentials
from backend.gateways.files.store import PIECE_BYTES, Files, FileStore, IncomingFile, digest_of
from backend.models import Command, StoredFile
from backend.services.ground.stored_files import (
    GRACE,
    delete_unnamed_files,
    find_stored_file,
    store_file,
)
from tests.s3_stand_in import ACCESS_KEY, BUCKET, REGION, SECRET_KEY, S3StandIn, running_s3

BIG = bytes(range(256)) * (PIECE_BYTES // 100)
DIGEST = hashlib.sha256(BIG).hexdigest()


@pytest.fixture
def s3() -> Iterator[S3StandIn]:
    with running_s3() as server:
        yield server


def s3_store(server: S3StandIn, *, secret_key: str = SECRET_KEY) -> S3Store:
    credentials = Credentials(access_key=ACCESS_KEY, secret_key=secret_key, region=REGION)
    return S3Store(
        S3Settings(endpoint=server.url, bucket=BUCKET, credentials=credentials, allow_insecure=True)
    )


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "folder":
        return LocalFolder(tmp_path / "files")
    return s3_store(request.getfixturevalue("s3"))


@pytest.fixture
def big(tmp_path: Path) -> Path:
    path = tmp_path / "big"
    path.write_bytes(BIG)
    return path


def test_what_was_put_is_read_whole_and_in_part_and_is_gone_once_deleted(store: FileStore, big: Path) -> None:
    for _ in range(2):  # the same content is the same file
        store.put(big, sha256=DIGEST, size_bytes=len(BIG))
    pieces = list(store.read(DIGEST))
    assert b"".join(pieces) == BIG
    assert max(map(len, pieces)) <= PIECE_BYTES
    assert b"".join(store.read(DIGEST, first=100, last=199)) == BIG[100:200]
    assert b"".join(store.read(DIGEST, first=len(BIG) - 5)) == BIG[-5:]
    assert digest_of(store.read(DIGEST)) == DIGEST
    for _ in range(2):
        store.delete(DIGEST)
    with pytest.raises(NotFound):
        store.read(DIGEST)


def test_content_of_another_digest_is_refused_and_leaves_nothing(store: FileStore, big: Path) -> None:
    wrong = hashlib.sha256(b"other").hexdigest()
    with pytest.raises(ServiceUnavailable):
        store.put(big, sha256=wrong, size_bytes=len(BIG))
    with pytest.raises(NotFound):
        store.read(wrong)


def test_a_folder_is_read_by_every_process_and_replaces_only_what_is_cut_short(
    tmp_path: Path, big: Path
) -> None:
    ours, theirs = (LocalFolder(tmp_path / "files") for _ in range(2))
    ours.put(big, sha256=DIGEST, size_bytes=len(BIG))
    (path,) = (tmp_path / "files").glob(f"*/*/{DIGEST}")
    number = path.stat().st_ino
    theirs.put(big, sha256=DIGEST, size_bytes=len(BIG))
    assert path.stat().st_ino == number
    assert b"".join(theirs.read(DIGEST)) == BIG
    os.truncate(path, 10)
    theirs.put(big, sha256=DIGEST, size_bytes=len(BIG))
    assert b"".join(ours.read(DIGEST)) == BIG
    assert list((tmp_path / "files" / "incoming").iterdir()) == []


def test_a_bucket_with_another_key_or_that_is_ill_is_unavailable(s3: S3StandIn, big: Path) -> None:
    with pytest.raises(ServiceUnavailable):
        s3_store(s3, secret_key="another").put(big, sha256=DIGEST, size_bytes=len(BIG))
    assert (len(s3.refused), s3.objects) == (1, {})
    sound = s3_store(s3)
    sound.put(big, sha256=DIGEST, size_bytes=len(BIG))
    sound.put(big, sha256=DIGEST, size_bytes=len(BIG))
    assert s3.puts == 1
    s3.status = 500
    with pytest.raises(ServiceUnavailable):
        sound.read(DIGEST)
    for endpoint in ("http://store.example.com", "https://store.example.com/path"):
        with pytest.raises(ValueError, match="https://host"):
            S3Store(S3Settings(endpoint=endpoint, bucket=BUCKET, credentials=Credentials("a", "b", "c")))


def test_what_arrives_is_bounded_and_leaves_nothing(tmp_path: Path) -> None:
    with IncomingFile(tmp_path, max_bytes=10) as file:
        file.write(b"12345")
        file.write(b"67890")
        file.close()
        assert (file.size_bytes, file.sha256) == (10, hashlib.sha256(b"1234567890").hexdigest())
        assert file.path.read_bytes() == b"1234567890"
    with IncomingFile(tmp_path, max_bytes=10) as file, pytest.raises(PayloadTooLarge):
        file.write(b"12345678901")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", OCTETS),
        (b"<svg onload=", OCTETS),
        (b"", OCTETS),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head: bytes, media_type: str) -> None:
    assert sniff_media_type(head) == media_type


@pytest.fixture
def files(database: str, tmp_path: Path) -> Iterator[Files]:
    del database
    folder = tmp_path / "files"
    made = Files(store=LocalFolder(folder), incoming=folder / "incoming", max_bytes=1_000_000)
    gateways.configure_files(made)
    yield made
    gateways.configure_files(None)


def stored(files: Files, content: bytes, *, age: timedelta = timedelta()) -> int:
    with files.receive(max_bytes=1_000) as file:
        file.write(content)
        file.close()
        return store_file(file=file, media_type=OCTETS, purpose=FilePurpose.PHOTO, now=utc_now() - age)


def test_a_row_names_what_is_stored_and_the_same_content_is_one_row(files: Files) -> None:
    first, again, other = stored(files, b"a"), stored(files, b"a"), stored(files, b"b")
    assert first == again != other
    row = find_stored_file(row_id=first)
    assert row is not None
    assert (row.size_bytes, row.state, b"".join(files.store.read(row.sha256))) == (1, FileState.STORED, b"a")


def test_what_no_row_names_goes_after_its_grace(files: Files) -> None:
    old = GRACE + timedelta(hours=1)
    named, forgotten, wanted_again = (stored(files, text, age=old) for text in (b"a", b"b", b"c"))
    stored(files, b"c")
    young = stored(files, b"d")
    StoredFile.update(state=FileState.ARRIVING).where(StoredFile.id == forgotten).execute()
    Command.create(
        command_no="C1",
        pile_id=1,
        operator_id=1,
        session_id=named,
        kind="stop",
        params="{}",
        state="queued",
        created_at=utc_now(),
        next_send_at=utc_now(),
    )
    digest = StoredFile.get_by_id(forgotten).sha256
    assert [delete_unnamed_files(named_by=(Command.session_id,), now=utc_now()) for _ in range(2)] == [1, 0]
    assert {row.id for row in StoredFile.select()} == {named, wanted_again, young}
    with pytest.raises(NotFound):
        files.store.read(digest)
    row = find_stored_file(row_id=stored(files, b"b"))
    assert row is not None
    assert b"".join(files.store.read(row.sha256)) == b"b"


def test_a_file_that_is_being_deleted_is_not_taken_up(files: Files) -> None:
    row_id = stored(files, b"a")
    StoredFile.update(state=FileState.DELETING).execute()
    with pytest.raises(ServiceUnavailable):
        stored(files, b"a")
    assert find_stored_file(row_id=row_id) is None
    assert delete_unnamed_files(now=utc_now() + 2 * GRACE) == 1
    assert find_stored_file(row_id=stored(files, b"a")) is not None


def test_a_store_that_is_away_keeps_its_rows(s3: S3StandIn, files: Files) -> None:
    gateways.configure_files(Files(store=s3_store(s3), incoming=files.incoming, max_bytes=1_000))
    stored(files, b"a", age=2 * GRACE)
    s3.status = 503
    assert delete_unnamed_files(now=utc_now()) == 0
    assert StoredFile.get().state is FileState.DELETING
    s3.status = 0
    assert delete_unnamed_files(now=utc_now()) == 1
    assert s3.objects == {}


def test_without_a_store_nothing_is_kept() -> None:
    gateways.configure_files(None)
    with pytest.raises(ServiceUnavailable):
        gateways.get_files()
