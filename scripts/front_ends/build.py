"""Builds what a browser loads: the admin web's pages and the mini-program's preview, each only when a source changed.

`python -m scripts.front_ends.build` builds both, with a name (`admin_web`) that one. It decides no setting of theirs; those are in their own folders.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.embedded.node import NodeTools, find_node, install_packages, node_environment, only_one
from scripts.environment import ROOT, NotReadyError
from scripts.front_ends.sources import digest_of

ADMIN = ROOT / "admin_web"
MINI_PROGRAM = ROOT / "miniprogram"
PREVIEW = MINI_PROGRAM / "preview"
VAR = ROOT / "var" / "front_ends"
BUILD_LIMIT_S = 1200
SHOWN_LINES = 12
STAMP = ".made-from"
INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """One site: `packages` are the npm packages it needs (folder, with those for developers), `command` is for node."""

    name: str
    label: str
    folder: Path
    packages: tuple[tuple[Path, bool], ...]
    sources: tuple[Path, ...]
    command: tuple[str, ...]
    site: Path

    def is_built(self) -> bool:
        """Whether the site is there and made from today's sources."""
        return self.has_site() and _read(self.site / STAMP) == digest_of(self.sources)

    def has_site(self) -> bool:
        """Whether there is something to serve, of today's sources or older ones."""
        return (self.site / INDEX).is_file()


ADMIN_PAGES = FrontEnd(
    name="admin_web",
    label="运营后台页面",
    folder=ADMIN,
    packages=((ADMIN, True),),
    sources=(
        *(ADMIN / name for name in ("src", "public", "index.html", "vite.config.ts", "tsconfig.json")),
        ADMIN / "package-lock.json",
    ),
    command=("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"),
    site=ADMIN / "dist",
)
PREVIEW_SITE = FrontEnd(
    name="preview",
    label="小程序预览页面",
    folder=PREVIEW,
    packages=((MINI_PROGRAM, False), (PREVIEW, False)),
    sources=(
        *(MINI_PROGRAM / name for name in ("src", "project.config.json", "package-lock.json")),
        *(PREVIEW / name for name in ("build.mjs", "build", "runtime", "frame", "package-lock.json")),
    ),
    command=("build.mjs", "--out", str(VAR / "preview")),
    site=VAR / "preview",
)
FRONT_ENDS = (ADMIN_PAGES, PREVIEW_SITE)


def build(front_end: FrontEnd, log: Callable[[str], None]) -> bool:
    """Install its npm packages and build it; False when it is made from today's sources already.

    Two at once are safe. Raises NotReadyError with one sentence and the end of the output.
    """
    if front_end.is_built():
        return False
    VAR.mkdir(parents=True, exist_ok=True)
    with only_one(VAR / f"{front_end.name}.lock"):
        if front_end.is_built():
            return False
        tools = find_node()
        for folder, dev in front_end.packages:
            install_packages(folder, tools, log, dev=dev)
        made_from = digest_of(front_end.sources)  # before: a change while it is built asks for another build
        _run(front_end, tools)
        (front_end.site / STAMP).write_text(made_from, encoding="utf-8")
    return True


def main(names: list[str]) -> int:
    """Exit status for the shell: 0 when those named are built, or all of them."""
    known = {front_end.name: front_end for front_end in FRONT_ENDS}
    if unknown := set(names) - set(known):
        print(
            f"✗ 没有 {', '.join(sorted(unknown))}，只有 {', '.join(known)} (no such pages)", file=sys.stderr
        )
        return 1
    for front_end in [known[name] for name in names] or FRONT_ENDS:
        try:
            is_new = build(front_end, print)
        except NotReadyError as problem:
            print(f"✗ {problem}", file=sys.stderr)
            return 1
        print(f"✓ {front_end.label}{'' if is_new else '（没有变化）'}")
    return 0


def _run(front_end: FrontEnd, tools: NodeTools) -> None:
    try:
        done = subprocess.run(
            [tools.node, *front_end.command],
            cwd=front_end.folder,
            env=dict(node_environment(tools), NO_COLOR="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=BUILD_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotReadyError(
            f"构建{front_end.label}超时 (the build took more than {BUILD_LIMIT_S} s)。"
        ) from None
    if done.returncode != 0 or not front_end.has_site():
        lines = [f"    {line}" for line in done.stdout.strip().splitlines()[-SHOWN_LINES:]]
        raise NotReadyError("\n".join([f"构建{front_end.label}失败 (the build failed)：", *lines]))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
