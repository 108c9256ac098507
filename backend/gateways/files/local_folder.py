"""Files in a folder that every API process of the platform sees: one disk, or a mount they share."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from backend.domain.errors import NotFound, ServiceUnavailable
from backend.gateways.files.store import INCOMING, PIECE_BYTES

UNAVAILABLE: Final = "files"


class LocalFolder:
    """`folder/ab/cd/abcd…`: written beside, synced, then given its name, so that a name never shows half a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / INCOMING).mkdir(mode=0o750, parents=True, exist_ok=True)

    def put(self, source: Path, *, sha256: str, size_bytes: int) -> None:
        target = self._path(sha256)
        try:
            target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            if not _is_whole(target, size_bytes):
                self._place(source, target, sha256)
        except OSError as error:
            raise ServiceUnavailable(reason=UNAVAILABLE) from error

    def read(self, sha256: str, *, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        try:
            file = self._path(sha256).open("rb")
        except FileNotFoundError:
            raise NotFound from None
        except OSError as error:
            raise ServiceUnavailable(reason=UNAVAILABLE) from error
        return _pieces(file, first, last)

    def delete(self, sha256: str) -> None:
        try:
            self._path(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise ServiceUnavailable(reason=UNAVAILABLE) from error

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def _place(self, source: Path, target: Path, sha256: str) -> None:
        """Copy, prove the copy, sync it and give it its name; who came first stays."""
        number, name = tempfile.mkstemp(dir=self._folder / INCOMING)
        copy = Path(name)
        try:
            with os.fdopen(number, "wb") as sink, source.open("rb") as pieces:
                shutil.copyfileobj(pieces, sink, PIECE_BYTES)
                sink.flush()
                os.fsync(sink.fileno())
            with copy.open("rb") as written:
                if hashlib.file_digest(written, "sha256").hexdigest() != sha256:
                    raise ServiceUnavailable(reason="file_damaged")
            copy.replace(target)
            _sync_folder(target.parent)
        finally:
            copy.unlink(missing_ok=True)


def _pieces(file: BinaryIO, first: int, last: int | None) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = None if last is None else last - first + 1
        while piece := file.read(PIECE_BYTES if left is None else min(PIECE_BYTES, left)):
            left = None if left is None else left - len(piece)
            yield piece


def _is_whole(target: Path, size_bytes: int) -> bool:
    """Whether the file is there; one that was cut short (a damaged disk) is replaced."""
    try:
        return target.stat().st_size == size_bytes
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    for one in (folder, folder.parent, folder.parent.parent):
        number = os.open(one, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
