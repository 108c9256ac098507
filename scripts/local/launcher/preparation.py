"""Whether a run folder has its data and the front-ends their pages; child processes side by side make what is missing."""

from __future__ import annotations

import hashlib
import re
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.environment import ROOT, NotReadyError
from scripts.front_ends.build import FrontEnd
from scripts.local.launcher.configuration import Addresses
from scripts.local.launcher.run_folder import RunFolder, read_json, write_json
from scripts.local.launcher.terminal import Terminal
from scripts.processes.child import Child

MIGRATIONS = ROOT / "sql" / "migrations"
SOURCES = (ROOT / "scripts" / "local" / "demo", MIGRATIONS)
KEPT_LINES = 20
MISSING_MARK = "missing\t"
DONE_LINE = re.compile(r"done\t([^\t]+)\t([0-9.]+)")
POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Wanted:
    """The demo's data: so many piles (none: no demo data at all), and years of history before today."""

    piles: int
    years: int = 0


def prepare(
    folder: RunFolder,
    addresses: Addresses,
    demo: Wanted,
    terminal: Terminal,
    front_ends: Sequence[FrontEnd] = (),
) -> bool:
    """Make what is missing of the demo and of these front-ends; False when there was nothing to do. History that is
    there stays: it is written once, before anybody has charged.

    Raises NotReadyError with the end of the output when a step fails, and for a folder of the other kind. A front-end that cannot be built is told
    and left out.
    """
    wanted = _stamp()
    known = read_json(folder.prepared)
    known = known if isinstance(known, dict) else {}
    _require_kind(folder, known, demo.piles)
    module = [sys.executable, "-m", "scripts.local.launcher.prepare"]
    commands = {
        f"prepare-{one.name}": [*module, "front_end", one.name] for one in front_ends if not one.is_built()
    }
    most = max(demo.piles, known.get("piles", 0))
    years = 0 if known.get("years", 0) >= demo.years else demo.years
    has_data = _has_data(folder) and known.get("sources") == wanted and known.get("piles", 0) >= demo.piles
    has_data = has_data and not years
    if not has_data:
        folder.secret("bridge")
        folder.secret("viewer")
        data = [
            *module,
            "data",
            str(folder.path),
            str(most),
            str(years),
            addresses.sandbox_url,
            addresses.api_url,
        ]
        commands = {"prepare-data": data, "prepare-broker": [*module, "broker"], **commands}
    if commands:
        _run_side_by_side(commands, folder.logs, terminal)
    if not has_data:
        write_json(
            folder.prepared,
            {"sources": wanted, "piles": most, "years": max(demo.years, known.get("years", 0))},
        )
    return bool(commands)


def _require_kind(folder: RunFolder, known: Mapping[str, int], piles: int) -> None:
    """Demo data never comes into somebody's own system, nor is a demo taken for one."""
    if "piles" not in known or bool(known["piles"]) == bool(piles):
        return
    kept = "演示数据，请换一个 --folder" if known["piles"] else "您自己的数据，请加 --empty"
    raise NotReadyError(f"{folder.path} 里是{kept} (its data is of the other kind)。")


def _has_data(folder: RunFolder) -> bool:
    return all(path.exists() for path in (folder.database, folder.passwords, folder.keys / "product.toml"))


def _stamp() -> str:
    """Changes when the migrations or the demo's data do."""
    digest = hashlib.sha256()
    for source in SOURCES:
        for path in sorted(source.glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class _Step:
    """One preparing child and how far its output was read."""

    def __init__(self, name: str, command: list[str], logs: Path) -> None:
        self.child = Child(name, command, logs / f"{name}.log")
        self.kept: deque[str] = deque(maxlen=KEPT_LINES)
        self._read = 0

    def new_lines(self) -> list[str]:
        """The whole lines that it has written since."""
        text = self.child.since_start()
        began, self._read = self._read, text.rfind("\n") + 1
        return text[began : self._read].splitlines()


def _run_side_by_side(commands: Mapping[str, list[str]], logs: Path, terminal: Terminal) -> None:
    steps = [_Step(name, command, logs) for name, command in commands.items()]
    try:
        for step in steps:
            step.child.begin()
        is_running = True
        while is_running:
            is_running = any(step.child.is_running for step in steps)  # before its last lines are read
            for step in steps:
                for line in step.new_lines():
                    _report(line, step.kept, terminal)
            time.sleep(POLL_S)
    finally:
        for step in steps:
            step.child.kill()
    for step in steps:
        if step.child.status != 0:
            raise NotReadyError(_reason(step.kept))


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


def rotate_logs(folder: Path) -> None:
    """Keep the logs of the run before as *.log.1."""
    for log in folder.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))
