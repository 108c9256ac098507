"""Which files the own checks read: what git tracks or would track, text only; and which of them are too long."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

SKIPPED_FOLDERS = frozenset({".git", "var", "node_modules", "__pycache__", "dist"})
SOURCE_SUFFIXES = frozenset({".py", ".js", ".mjs", ".ts", ".vue", ".wxml", ".wxss", ".css", ".html"})
LONG_FILE_LINES = 400
LARGEST_READ_BYTES = 2_000_000
GIT_LIMIT_S = 60


def list_files(root: Path) -> list[Path]:
    """Paths relative to `root`, sorted; without git (an unpacked archive) the folders are walked."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(asked, cwd=root, capture_output=True, check=False, timeout=GIT_LIMIT_S)
    if done.returncode == 0:
        found = {Path(name) for name in done.stdout.decode().split("\0") if name}
    else:
        found = {path.relative_to(root) for path in root.rglob("*")}
    kept = {path for path in found if not SKIPPED_FOLDERS & set(path.parts)}
    return sorted(path for path in kept if (root / path).is_file())


def read_texts(root: Path) -> Iterator[tuple[Path, str]]:
    """Each text file with its content; what is not UTF-8 or is very large is data and is left out."""
    for path in list_files(root):
        whole = root / path
        if whole.stat().st_size > LARGEST_READ_BYTES:
            continue
        content = whole.read_bytes()
        if b"\0" not in content:
            yield path, content.decode("utf-8", errors="replace")


def find_long(root: Path) -> list[str]:
    """One line per source file longer than LONG_FILE_LINES."""
    return [
        f"{path}: {lines} lines, {LONG_FILE_LINES} are readable"
        for path, text in read_texts(root)
        if _is_source(root / path, text) and (lines := text.count("\n")) > LONG_FILE_LINES
    ]


def _is_source(path: Path, text: str) -> bool:
    return path.suffix in SOURCE_SUFFIXES or (not path.suffix and text.startswith("#!"))
