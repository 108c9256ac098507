"""What scripts/test does after the environment is there: system packages, checks, pytest, in this order."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from scripts.checks import system_packages
from scripts.checks.runner import all_checks, run_all

ROOT = Path(__file__).resolve().parent.parent.parent
# Files kept whole, for a file's tests share their servers; in the order of tests/longest_first.py.
SIDE_BY_SIDE = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")


def main(arguments: list[str]) -> NoReturn:
    """With arguments only pytest runs, with exactly these; pytest's summary is the last output either way."""
    if arguments:
        _pytest(arguments)
    missing = system_packages.find_missing()
    if not (have_system_packages(missing) and run_all(all_checks(ROOT))):
        sys.exit(1)
    print("测试 … (tests)", flush=True)
    _pytest(SIDE_BY_SIDE)


def have_system_packages(missing: list[str], policy: Path = system_packages.POLICY) -> bool:
    """Install `missing` when root, else name it in one sentence on stderr; False when tests cannot run."""
    if not missing:
        return True
    names = " ".join(missing)
    if not system_packages.can_install():
        print(f"✗ 测试还需要这些系统软件 (tests need): sudo apt-get install {names}", file=sys.stderr)
        return False
    print(f"安装 {names} … (installing by apt, no service is started)", flush=True)
    try:
        system_packages.install(missing, policy)
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stdout.splitlines() if line.startswith("E:")]
        print(f"✗ 系统软件安装失败 (apt failed): {' '.join(lines) or error.stdout[-300:]}", file=sys.stderr)
        return False
    return True


def _pytest(arguments: list[str] | tuple[str, ...]) -> NoReturn:
    """Replace this process, so that signals and the exit status are pytest's own."""
    plain = ("--color=no",) if os.environ.get("CI") else ()
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *plain, *arguments])  # noqa: S606 - no shell is wanted
