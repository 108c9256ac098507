"""Bench `start`: seconds from the command `scripts/run` to its panel, with data from an earlier start, and memory.

Memory is the sum over all its processes, seconds after the panel: RSS, which counts shared pages once for each of
them, and PSS, which shares them out.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import psutil

from scripts.benches.result import Options, Result, interleave, median, number, say, with_range
from scripts.benches.servers import FOLDER
from scripts.environment import ROOT
from scripts.processes.child import Child
from scripts.processes.loopback import free_port

RUN = ROOT / "scripts" / "run"
READY = "按 Ctrl-C 结束"
START_LIMIT_S = 300.0
STOP_LIMIT_S = 20.0
SETTLED_S = 5.0
MIB = 2**20


def run(options: Options) -> Result:
    """Median over second starts; `scripts/run` with its own defaults, in a folder of its own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="start-", dir=FOLDER))
    try:
        first_s = _start(folder)["start_s"]
        say(f"  first start: {number(first_s)} s")
        found = interleave({"second start": lambda: _start(folder)}, options.reps)["second start"]
    finally:
        shutil.rmtree(folder)
    keys = {"start_s": "s", "rss_mib": "MiB RSS", "pss_mib": "MiB PSS", "processes": "processes"}
    table = [["scripts/run, second start", ""]]
    table += [[label, with_range(found, key)] for key, label in keys.items()]
    return Result(
        bench="start",
        value=median(found, "start_s"),
        unit="s",
        table=table,
        details={"first_s": first_s, **{key: median(found, key) for key in keys if key != "start_s"}},
    )


def _start(folder: Path) -> dict[str, float]:
    """One start and its end. Raises StartError when it ends before it is ready."""
    output = folder.with_suffix(".out")
    command: list[str | Path] = [sys.executable, RUN, "--folder", folder, "--port", str(free_port())]
    launcher = Child("scripts/run", command, output, lambda one: one.has_logged(READY))
    began_s = time.monotonic()
    try:
        launcher.start(START_LIMIT_S)
        start_s = time.monotonic() - began_s
        time.sleep(SETTLED_S)
        return {"start_s": start_s, **_memory(launcher.pid)}
    finally:
        launcher.send(signal.SIGINT)
        with contextlib.suppress(TimeoutError):
            launcher.wait(STOP_LIMIT_S)
        launcher.kill()
        output.unlink()


def _memory(pid: int) -> dict[str, float]:
    launcher = psutil.Process(pid)
    used = [process.memory_full_info() for process in (launcher, *launcher.children(recursive=True))]
    return {
        "rss_mib": sum(one.rss for one in used) / MIB,
        "pss_mib": sum(one.pss for one in used) / MIB,
        "processes": len(used),
    }
