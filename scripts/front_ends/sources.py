"""One hash over the files that something is made from, so that it is made again only when one of them changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.environment import ROOT

MADE_FOLDERS = frozenset({"node_modules", "miniprogram_npm", "dist", "var", "__pycache__"})


def digest_of(places: Iterable[Path]) -> str:
    """SHA-256 over names and contents of these files, and of all files below these folders; what is made is left out."""
    digest = hashlib.sha256()
    for place in places:
        for path in sorted(_files_of(place)):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files_of(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    elif place.is_dir():
        for entry in place.iterdir():
            if entry.name not in MADE_FOLDERS and not entry.name.startswith("."):
                yield from _files_of(entry)
