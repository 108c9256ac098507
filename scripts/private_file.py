"""Writing a file that only its owner may read: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace the file in one step, readable by its owner only: the one it had, where root replaces another's."""
    half = path.with_name(path.name + ".new")
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:  # noqa: PTH123 only a descriptor can be made with its mode
        stream.write(text)
    if os.geteuid() == 0 and path.exists():
        known = path.stat()
        os.chown(half, known.st_uid, known.st_gid)
    half.replace(path)
