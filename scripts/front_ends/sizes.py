"""How many compressed bytes the pages of the desk load, and whether that is too many: `manifest.json` says which files.

The shell is what every page needs; a page is the shell and everything it loads by itself, its charts too, but
not the dialogs and drawers that are loaded when somebody opens them, nor the stickers' button of a chosen station.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

MANIFEST: Final = ".vite/manifest.json"
ENTRY: Final = "index.html"
LAYOUT: Final = "src/layout/AppLayout.vue"
KB: Final = 1024
SHELL_KB: Final = 120
HOME_KB: Final = 260
LIST_KB: Final = 170
OPENED: Final = re.compile(r"(Dialog|Drawer|LabelsButton)(\.vue|-[\w-]+\.js)")
"""Named as the file that it is made of, or as the chunk that several pages share."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What is loaded at one address, in bytes as they go over the wire."""

    name: str
    bytes: int
    most_bytes: int


def weigh(site: Path) -> list[Weight]:
    """The shell, home and every list page of a built site."""
    chunks: Mapping[str, Any] = msgspec.json.decode((site / MANIFEST).read_bytes())
    shell = set(_files(chunks, [ENTRY, LAYOUT], lazy=False))
    weights = [Weight("shell", _sum(site, shell), SHELL_KB * KB)]
    for name in sorted(chunks):
        most_kb = (
            HOME_KB if name.endswith("/HomePage.vue") else LIST_KB if name.endswith("ListPage.vue") else 0
        )
        if most_kb:
            files = shell | set(_files(chunks, [name], lazy=True))
            weights.append(Weight(Path(name).stem, _sum(site, files), most_kb * KB))
    return weights


def find_too_heavy(weights: list[Weight]) -> list[str]:
    """A line for each page that loads more than it may."""
    return [
        f"{one.name} loads {one.bytes:,} bytes compressed, above the limit of {one.most_bytes:,}"
        for one in weights
        if one.bytes > one.most_bytes
    ]


def describe(weights: list[Weight]) -> str:
    """The figures in a line: shell, home, the heaviest list."""
    shell, *pages = weights
    home = [one for one in pages if one.most_bytes == HOME_KB * KB]
    heaviest = max((one for one in pages if one not in home), key=lambda one: one.bytes, default=shell)
    return " · ".join(f"{one.name} {one.bytes // KB} KB" for one in (shell, *home, heaviest))


def _files(chunks: Mapping[str, Any], names: list[str], *, lazy: bool) -> Iterator[str]:
    """The files of these chunks and of all they import; with `lazy` also of what they load later by themselves."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen or (name == ENTRY and lazy):
            continue
        seen.add(name)
        chunk = chunks[name]
        yield chunk["file"]
        yield from chunk.get("css", ())
        waiting += chunk.get("imports", ())
        if lazy:
            waiting += [later for later in chunk.get("dynamicImports", ()) if not OPENED.search(later)]


def _sum(site: Path, files: set[str]) -> int:
    return sum(len(gzip.compress((site / name).read_bytes(), 9)) for name in files)
