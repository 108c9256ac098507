"""Bench `start`: seconds from the command `scripts/run` to its panel, with data from an earlier start, and memory.

Memory is the sum over all its processes, seconds after the panel: RSS, which counts shared pages once for each of
them, and PSS, which shares them out.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from scripts.benches.result import Options, Result, interleave, median, number, say, with_range
from scripts.benches.servers import FOLDER
from scripts.benches.waiting import wait_until
from scripts.embedded.child import StartError, free_port
from scripts.environment import ROOT
from scripts.local.launcher.part import tie_to

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
    command = [sys.executable, str(RUN), "--folder", str(folder), "--port", str(free_port())]
    began_s = time.monotonic()
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            cwd=ROOT,
            preexec_fn=tie_to(os.getpid()),  # noqa: PLW1509 - this program has one thread
        )
    try:
        wait_until(
            lambda: process.poll() is not None or READY in output.read_text(encoding="utf-8"),
            "scripts/run is ready",
            START_LIMIT_S,
        )
        start_s = time.monotonic() - began_s
        if process.poll() is not None:
            raise StartError(f"scripts/run ended:\n{output.read_text(encoding='utf-8')}")
        time.sleep(SETTLED_S)
        return {"start_s": start_s, **_memory(process.pid)}
    finally:
        _end(process)
        output.unlink()


def _memory(pid: int) -> dict[str, float]:
    launcher = psutil.Process(pid)
    used = [process.memory_full_info() for process in (launcher, *launcher.children(recursive=True))]
    return {
        "rss_mib": sum(one.rss for one in used) / MIB,
        "pss_mib": sum(one.pss for one in used) / MIB,
        "processes": len(used),
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
