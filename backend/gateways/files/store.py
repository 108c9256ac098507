"""What every store of files does, and a file on its way into one."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from backend.domain.errors import PayloadTooLarge, ServiceUnavailable
from backend.domain.stored_file import LONGEST_MAGIC

PIECE_BYTES: Final = 256 * 1024
INCOMING: Final = "incoming"


class FileStore(Protocol):
    """Files by their sha256 in hex. Every method raises ServiceUnavailable when the store cannot be reached or is full."""

    def put(self, source: Path, *, sha256: str, size_bytes: int) -> None:
        """Keep the content of `source`, durable when this returns; content that is there already stays as it is.

        Raises ServiceUnavailable too when what arrived has another digest.
        """

    def read(self, sha256: str, *, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """The bytes from `first` to `last` (both included; None: the end), in pieces. Raises NotFound."""

    def delete(self, sha256: str) -> None:
        """Remove the file; harmless when it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """A process's store, the folder of this machine where files arrive, and what a single one may measure."""

    store: FileStore
    incoming: Path
    max_bytes: int

    def receive(self, *, max_bytes: int) -> "IncomingFile":
        """A file to write into, of at most `max_bytes` and of what this platform admits. Raises ServiceUnavailable."""
        try:
            return IncomingFile(self.incoming, max_bytes=min(max_bytes, self.max_bytes))
        except OSError as error:
            raise ServiceUnavailable(reason="files") from error


class IncomingFile:
    """A file being received into `folder`, never whole in memory; used as a context, at whose end it is gone."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self.size_bytes = 0
        self.head = b""
        number, name = tempfile.mkstemp(dir=folder)
        self._file = os.fdopen(number, "wb")
        self.path = Path(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    @property
    def sha256(self) -> str:
        """The digest of what was received so far."""
        return self._digest.hexdigest()

    def write(self, piece: bytes) -> None:
        """Append. Raises PayloadTooLarge beyond `max_bytes`, OSError for a full disk."""
        self.size_bytes += len(piece)
        if self.size_bytes > self._max_bytes:
            raise PayloadTooLarge(max_bytes=self._max_bytes)
        if len(self.head) < LONGEST_MAGIC:
            self.head = (self.head + piece)[:LONGEST_MAGIC]
        self._digest.update(piece)
        self._file.write(piece)

    def close(self) -> None:
        """All is received: what was written is on the disk when this returns."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        """Remove it."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def digest_of(pieces: Iterator[bytes]) -> str:
    """The sha256 of a file that is read in pieces."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
