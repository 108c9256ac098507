"""Makes var/venv from requirements/*.lock and moves the running command into it.

Standard library only, and written so that Python 3.8 can still read it and say what is missing.
It decides nothing about the product: a command calls `ensure(group)` and then imports its packages.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")
# A group's lock holds everything of the groups before it, so a later group's stamp serves an earlier one.
SERVED_BY: dict[str, tuple[str, ...]] = {
    "run": ("run", "embedded", "dev"),
    "embedded": ("embedded", "dev"),
    "dev": ("dev",),
    "node": ("node",),
}
LOCK_WAIT_LIMIT_S = 900
INSTALL_LIMIT_S = 1800
PROBE_LIMIT_S = 120
KEPT_OUTPUT_LINES = 200


class NotReadyError(Exception):
    """Something the person at the keyboard must put right; the text is one clear sentence."""


def ensure(group: str, *, install_system: bool = False) -> None:
    """Return inside var/venv with the packages of `group` present, else exit 1 with one sentence.

    Called outside var/venv it replaces the process by the same command inside. A second call does no
    work beyond comparing hashes. `install_system=True` lets root install a missing python3-venv by apt.
    """
    try:
        _require_new_python()
        venv = ROOT / "var" / "venv"
        if not _is_current(venv, group):
            _prepare(venv, group, install_system=install_system)
    except NotReadyError as problem:
        print(f"✗ {problem}", file=sys.stderr)
        sys.exit(1)
    if not _is_inside(venv):
        _continue_with(str(_python_of(venv)))


def _require_new_python() -> None:
    if sys.platform == "win32":
        raise NotReadyError("Windows 上请在 WSL 中运行 (on Windows, run this inside WSL)。")
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found and _answers(found):
            _continue_with(found)
    have = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise NotReadyError(
        f"需要 Python 3.11 或更高版本，当前是 {have} (Python 3.11 or newer is needed, this is {have})。"
    )


def _answers(python: str) -> bool:
    probe = [python, "-c", "import pip"]
    try:
        return subprocess.run(probe, capture_output=True, timeout=PROBE_LIMIT_S, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _continue_with(python: str) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(python, [python, os.path.abspath(sys.argv[0]), *sys.argv[1:]])  # noqa: S606, PTH100


def _python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def _is_inside(venv: Path) -> bool:
    return Path(sys.prefix).resolve() == venv.resolve()


def _is_current(venv: Path, group: str) -> bool:
    if not os.access(
        _python_of(venv), os.X_OK
    ):  # False also where another user's folder cannot be looked into
        return False
    return any(
        _read(venv / f".stamp-{name}") == _wanted_stamp(venv, name)
        for name in SERVED_BY[group]
        if _lock(name).exists()
    )


def _wanted_stamp(venv: Path, group: str) -> str:
    """Changes with the lock, and with the Python that the packages were installed for."""
    return f"{hashlib.sha256(_lock(group).read_bytes()).hexdigest()} {_version_of(venv)}"


def _version_of(venv: Path) -> str:
    if _is_inside(venv):
        return f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = re.search(r"^version\s*=\s*(\d+\.\d+)", _read(venv / "pyvenv.cfg"), re.MULTILINE)
    return found.group(1) if found else ""


def _lock(group: str) -> Path:
    return ROOT / "requirements" / f"{group}.lock"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _prepare(venv: Path, group: str, *, install_system: bool) -> None:
    started = time.monotonic()
    if not _lock(group).exists():
        raise NotReadyError(f"缺少文件 requirements/{group}.lock (the lock file is missing)。")
    with _only_one(venv.parent):
        if _is_current(venv, group):
            return
        _say("准备运行环境 … (preparing var/venv)")
        if not _is_usable(venv):
            _make_venv(venv, install_system=install_system)
        _install(venv, group)
        stamp = venv / f".stamp-{group}"
        half = stamp.with_name(stamp.name + ".new")
        half.write_text(_wanted_stamp(venv, group), encoding="utf-8")
        half.replace(stamp)
        _say(f"运行环境就绪，用时 {time.monotonic() - started:.0f} 秒 (ready)")


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two starts at once: the second waits, then finds the work done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / ".environment-lock").open("w")
    except OSError as error:
        raise NotReadyError(
            f"无法写入 {folder}：{error.strerror} (this folder must be writable)。"
        ) from error
    with handle:
        deadline = time.monotonic() + LOCK_WAIT_LIMIT_S
        told = False
        while not _take(handle.fileno()):
            if not told:
                _say("另一个进程正在准备运行环境，等待 … (waiting for another start)")
                told = True
            if time.monotonic() > deadline:
                raise NotReadyError("等待另一个进程准备运行环境超时 (gave up waiting for another start)。")
            time.sleep(0.2)
        yield


def _take(descriptor: int) -> bool:
    import fcntl  # POSIX only; `ensure` has refused Windows by now

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_usable(venv: Path) -> bool:
    """A half-made folder, or one whose Python went away or changed, is made again."""
    packages = venv / "lib" / f"python{_version_of(venv)}" / "site-packages"
    return packages.is_dir() and _python_of(venv).exists() and _answers(str(_python_of(venv)))


def _make_venv(venv: Path, *, install_system: bool) -> None:
    if not _has_ensurepip():
        _get_ensurepip(install_system=install_system)
    base = getattr(sys, "_base_executable", sys.executable)
    made = subprocess.run(
        [base, "-m", "venv", "--clear", str(venv)],
        capture_output=True,
        text=True,
        check=False,
        timeout=INSTALL_LIMIT_S,
    )
    if made.returncode != 0:
        last = (made.stderr or made.stdout).strip().splitlines()[-1:]
        raise NotReadyError(f"无法创建 {venv} (python -m venv failed)：{''.join(last)}")


def _has_ensurepip() -> bool:
    probe = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(probe, capture_output=True, check=False, timeout=PROBE_LIMIT_S).returncode == 0


def _get_ensurepip(*, install_system: bool) -> None:
    packages = [f"python{sys.version_info[0]}.{sys.version_info[1]}-venv", "python3-venv"]
    if not (install_system and os.geteuid() == 0 and shutil.which("apt-get")):
        raise NotReadyError(
            "缺少 venv 模块，请先安装 python3-venv (install it first: apt-get install python3-venv)。"
        )
    from scripts.apt import run_apt  # beside this file, and needed on few machines

    _say("安装 python3-venv … (installing by apt)")
    for package in packages:
        with contextlib.suppress(subprocess.CalledProcessError):
            run_apt(["install", "-y", "--no-install-recommends", package], _say)
        if _has_ensurepip():
            return
    raise NotReadyError("apt 未能安装 python3-venv (apt could not install it; try apt-get update first)。")


def _install(venv: Path, group: str) -> None:
    lock = _lock(group)
    total = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
    command = [str(_python_of(venv)), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += [
        "--progress-bar",
        "off",
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "-r",
        str(lock),
    ]
    kept: deque[str] = deque(maxlen=KEPT_OUTPUT_LINES)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        watchdog = threading.Timer(INSTALL_LIMIT_S, pip.kill)
        watchdog.start()
        seen = 0
        for line in pip.stdout or ():
            kept.append(line.rstrip())
            name = _package_in(line)
            if name:
                seen += 1
                _show_progress(f"  {min(seen, total)}/{total} {name}")
        watchdog.cancel()
    _show_progress("")
    if pip.returncode != 0:
        raise NotReadyError(
            f"安装依赖失败：{_reason_in(kept)}\n"
            "  请检查网络后重试；可用环境变量 PIP_INDEX_URL 指定镜像 "
            "(packages could not be installed; check the network and start again)。"
        )


def _package_in(line: str) -> str | None:
    found = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
    return found.group(1) if found else None


def _reason_in(output: deque[str]) -> str:
    errors = [line for line in output if line.startswith("ERROR:")]
    return (errors or list(output) or ["pip"])[-1]


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
