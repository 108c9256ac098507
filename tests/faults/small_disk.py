"""A file system of its own that is small enough to be filled up, for a server whose disk is to be full."""

import contextlib
import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.waiting import LIMIT_S

PIECE: Final = b"\0" * 65_536


def obstacle(folder: Path) -> str:
    """Why no file system can be mounted on this folder; empty when one can."""
    if os.geteuid() != 0:
        return "needs root: a small file system to fill up"
    try:
        with small_disk(folder, size_mib=1):
            return ""
    except subprocess.CalledProcessError as refused:
        return f"this machine mounts no tmpfs: {refused.stderr.strip()}"


@contextlib.contextmanager
def small_disk(folder: Path, *, size_mib: int) -> Iterator[None]:
    """The folder is a file system of this size inside; what is in it is gone at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={size_mib}m", "tmpfs", str(folder))
    try:
        yield
    finally:
        _run("umount", "--lazy", str(folder))


class Ballast:
    """A file that takes all the room there is."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ballast"

    def fill(self) -> None:
        """Take what is left, to the last byte."""
        with self._path.open("ab", buffering=0) as file:
            piece = PIECE
            while piece:
                try:
                    file.write(piece)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    piece = piece[: len(piece) // 2]

    def drop(self) -> None:
        """Give the room back."""
        self._path.unlink()


def _run(*command: str) -> None:
    subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT_S)
