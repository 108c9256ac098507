"""Whether a run folder has its data and the front-ends their pages; child processes side by side make what is missing."""

from __future__ import annotations

import hashlib
import os
import re
import selectors
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from scripts.environment import ROOT, NotReadyError
from scripts.front_ends.build import FrontEnd
from scripts.local.launcher.configuration import Addresses
from scripts.local.launcher.part import part_environment, tie_to
from scripts.local.launcher.run_folder import RunFolder, read_json, write_json
from scripts.local.launcher.terminal import Terminal

MIGRATIONS = ROOT / "sql" / "migrations"
SOURCES = (ROOT / "scripts" / "local" / "demo", MIGRATIONS)
KEPT_LINES = 20
MISSING_MARK = "missing\t"
DONE_LINE = re.compile(r"done\t([^\t]+)\t([0-9.]+)")
LONGEST_LINE = 65_536


def prepare(
    folder: RunFolder,
    addresses: Addresses,
    piles: int,
    terminal: Terminal,
    front_ends: Sequence[FrontEnd] = (),
) -> bool:
    """Make what is missing for `piles` piles and of these front-ends; False when there was nothing to do.

    Raises NotReadyError with the end of the output when a step fails. A front-end that cannot be built is told
    and left out.
    """
    wanted = _stamp()
    known = read_json(folder.prepared)
    known = known if isinstance(known, dict) else {}
    module = [sys.executable, "-m", "scripts.local.launcher.prepare"]
    commands = [[*module, "front_end", one.name] for one in front_ends if not one.is_built()]
    most = max(piles, known.get("piles", 0))
    has_data = _has_data(folder) and known.get("sources") == wanted and known.get("piles", 0) >= piles
    if not has_data:
        folder.secret("bridge")
        folder.secret("viewer")
        data = [*module, "data", str(folder.path), str(most), addresses.sandbox_url, addresses.api_url]
        commands = [data, [*module, "broker"], *commands]
    if commands:
        _run_side_by_side(commands, terminal)
    if not has_data:
        write_json(folder.prepared, {"sources": wanted, "piles": most})
    return bool(commands)


def _has_data(folder: RunFolder) -> bool:
    return all(path.exists() for path in (folder.database, folder.passwords, folder.keys / "product.toml"))


def _stamp() -> str:
    """Changes when the migrations or the demo's data do."""
    digest = hashlib.sha256()
    for source in SOURCES:
        for path in sorted(source.glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _run_side_by_side(commands: list[list[str]], terminal: Terminal) -> None:
    running = [_start(command) for command in commands]
    kept: dict[int, deque[str]] = {child.pid: deque(maxlen=KEPT_LINES) for child in running}
    try:
        with selectors.DefaultSelector() as selector:
            for child in running:
                selector.register(_output(child), selectors.EVENT_READ, child)
            while selector.get_map():
                for key, _ in selector.select():
                    child = key.data
                    line = _output(child).readline(LONGEST_LINE)
                    if line:
                        _report(line.decode(errors="replace").rstrip("\n"), kept[child.pid], terminal)
                    else:
                        selector.unregister(key.fileobj)
        for child in running:
            if child.wait() != 0:
                raise NotReadyError(_reason(kept[child.pid]))
    finally:
        for child in running:
            _kill_group(child)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,  # so that a line which was read ahead is not hidden from the selector
        cwd=ROOT,
        env=part_environment({}),
        start_new_session=True,
        preexec_fn=tie_to(os.getpid()),  # noqa: PLW1509 the launcher has one thread
    )


def _output(child: subprocess.Popen[bytes]) -> IO[bytes]:
    if child.stdout is None:
        raise ValueError("a preparing child is started with a pipe")
    return child.stdout


def _report(line: str, kept: deque[str], terminal: Terminal) -> None:
    done = DONE_LINE.fullmatch(line)
    if done:
        terminal.step_done(done[1], float(done[2]))
    elif line.startswith("begin\t"):
        terminal.show(f"  … {line.removeprefix('begin').strip()}")
    elif line.startswith(MISSING_MARK):
        terminal.fail(line.removeprefix(MISSING_MARK))
    elif line.strip():
        kept.append(line)


def _reason(kept: deque[str]) -> str:
    """A sentence that a child printed as such, else the end of its output."""
    for line in reversed(kept):
        if line.startswith("✗ "):
            return line.removeprefix("✗ ")
    return "准备数据失败 (preparing failed)：\n    " + "\n    ".join(kept)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


def rotate_logs(folder: Path) -> None:
    """Keep the logs of the run before as *.log.1."""
    for log in folder.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))
