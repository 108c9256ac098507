"""WeChat's own tools over the mini-program, offline: the official compile, its size, and wcc and wcsc as a second opinion.

Facts: main package and each subpackage at most 2 MB after the compile; we stop at 1.5 MB to keep room.
"""

from __future__ import annotations

import contextlib
import json
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.embedded.node import NodeTools, find_node, install_packages, node_environment, only_one
from scripts.environment import ROOT

SOURCE = ROOT / "tools" / "mp_check"
INSTALLED = ROOT / "var" / "mp_check"
MINI_PROGRAM = ROOT / "miniprogram"
PROJECT_FILES = ("package.json", "project.config.json")
SOURCES = (
    SOURCE,
    MINI_PROGRAM / "src",
    MINI_PROGRAM / "package-lock.json",
    *(MINI_PROGRAM / name for name in PROJECT_FILES),
    Path(__file__),
)
COMPILE_LIMIT_S = 1200
TOOL_LIMIT_S = 300
LARGEST_BYTES = 1_500_000
SHOWN_LINES = 20
# wcc and wcsc are programs for one kind of machine only.
HAS_OLD_TOOLS = sys.platform == "linux" and platform.machine() == "x86_64"


@dataclass(frozen=True, slots=True)
class PackageSize:
    """Bytes after the compile, of the main package and of each subpackage by its root."""

    main_bytes: int = 0
    subpackage_bytes: Mapping[str, int] = field(default_factory=dict)


def compile_officially() -> tuple[PackageSize, list[str]]:
    """The size of what would be uploaded, and WeChat's faults. Raises NotReadyError without its npm packages."""
    with _installed() as tools:
        install_packages(MINI_PROGRAM, tools, lambda _: None)
        project, out = INSTALLED / "project", INSTALLED / "out.zip"
        out.unlink(missing_ok=True)
        _copy_project(project)
        command: list[str | Path] = [tools.node, "check.cjs", project, out]
        done = _run(command, COMPILE_LIMIT_S, INSTALLED, node_environment(tools))
        if done.returncode != 0:
            return PackageSize(), done.stderr.strip().splitlines()[-SHOWN_LINES:] or [done.stdout]
        return measure(out, _subpackage_roots()), []


def find_too_large(size: PackageSize) -> list[str]:
    """One line per package above LARGEST_BYTES."""
    packages = {"the main package": size.main_bytes, **size.subpackage_bytes}
    return [
        f"{name} has {count:,} bytes; {LARGEST_BYTES:,} are ours, 2 MB are WeChat's limit"
        for name, count in packages.items()
        if count > LARGEST_BYTES
    ]


def measure(upload: Path, subpackage_roots: list[str]) -> PackageSize:
    """Sizes of the files in the archive, by package."""
    counts = dict.fromkeys(subpackage_roots, 0)
    main = 0
    with zipfile.ZipFile(upload) as archive:
        for entry in archive.infolist():
            root = next((one for one in subpackage_roots if entry.filename.startswith(one)), None)
            if root is None:
                main += entry.file_size
            else:
                counts[root] += entry.file_size
    return PackageSize(main, counts)


def find_markup_faults() -> list[str]:
    """What wcc and wcsc say about our WXML, WXS and WXSS; nothing on a machine that cannot run them."""
    if not HAS_OLD_TOOLS:
        return []
    with _installed():
        folder = MINI_PROGRAM / "src"
        problems = []
        for tool, options, suffixes in (("wcc", "-d", (".wxml", ".wxs")), ("wcsc", "-lc", (".wxss",))):
            program = INSTALLED / "node_modules" / "miniprogram-compiler" / "bin" / "linux" / tool
            program.chmod(0o755)
            names = [
                str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.suffix in suffixes
            ]
            names = [name for name in names if not name.startswith("miniprogram_npm/")]
            made = INSTALLED / f"{tool}-output.js"
            done = _run([program, options, *names, "-o", made], TOOL_LIMIT_S, folder)
            if done.returncode != 0:
                problems += [f"{tool}:", *(done.stderr + done.stdout).strip().splitlines()[-SHOWN_LINES:]]
        return problems


def _subpackage_roots() -> list[str]:
    app = json.loads((MINI_PROGRAM / "src" / "app.json").read_text(encoding="utf-8"))
    packages = app.get("subPackages") or app.get("subpackages") or []
    return [f"{package['root'].strip('/')}/" for package in packages]


@contextlib.contextmanager
def _installed() -> Iterator[NodeTools]:
    """The tools in var/mp_check with their npm packages, for one process at a time."""
    tools = find_node()
    INSTALLED.mkdir(parents=True, exist_ok=True)
    with only_one(INSTALLED / ".lock"):
        for name in ("package.json", "package-lock.json", ".npmrc", "check.cjs"):
            shutil.copyfile(SOURCE / name, INSTALLED / name)
        install_packages(INSTALLED, tools, lambda _: None)
        yield tools


def _copy_project(project: Path) -> None:
    """The mini-program as DevTools would see it: its sources, and the npm packages that it ships."""
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir()
    shutil.copytree(MINI_PROGRAM / "src", project / "src", ignore=shutil.ignore_patterns("miniprogram_npm"))
    for name in PROJECT_FILES:
        shutil.copyfile(MINI_PROGRAM / name, project / name)
    package = json.loads((MINI_PROGRAM / "package.json").read_text(encoding="utf-8"))
    for name in package["dependencies"]:
        shutil.copytree(MINI_PROGRAM / "node_modules" / name, project / "node_modules" / name)


def _run(
    command: list[str | Path], limit_s: int, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"no end after {limit_s} s")
