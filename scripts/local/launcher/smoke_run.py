"""`scripts/run --smoke`: a system of its own in a folder of its own, the smoke over it, one JSON line last."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

from scripts.environment import ROOT, NotReadyError
from scripts.local.launcher.assembly import assemble
from scripts.local.launcher.configuration import Addresses, shown_path
from scripts.local.launcher.ports import choose_ports
from scripts.local.launcher.run_folder import RunFolder, occupied
from scripts.local.launcher.smoke_error import StepError
from scripts.local.launcher.supervision import StopAskedError, StopSignals
from scripts.local.launcher.system import System, Traffic
from scripts.local.launcher.terminal import Terminal
from scripts.processes.loopback import LOOPBACK

PILES = 3
METER_S = 1


def run_smoke(terminal: Terminal, *, folder: Path | None, started_s: float, seed: int) -> int:
    """Exit status 0 when everything held.

    `folder` is new or empty, by default one below var/; it is removed after a good run, and kept for looking at
    otherwise.
    """
    path = folder or ROOT / "var" / f"smoke-{os.getpid()}"
    try:
        _require_empty(path)
        with occupied(path) as occupied_folder:
            numbers = _run(occupied_folder, terminal, started_s, seed)
        shutil.rmtree(path)
    except NotReadyError as problem:
        return _fail(terminal, path, "setup", str(problem))
    except StopAskedError as signal_name:
        return _fail(terminal, path, "interrupted", str(signal_name))
    except StepError as failure:
        return _fail(terminal, path, failure.step, failure.error)
    terminal.print(json.dumps({"ok": True, **numbers}))
    return 0


def _run(folder: RunFolder, terminal: Terminal, started_s: float, seed: int) -> dict[str, float]:
    terminal.say(f"\n  {terminal.style('一次完整的充电', 'bold')} (smoke)")
    terminal.step_done("运行环境", time.monotonic() - started_s)
    system: System | None = None
    signals = StopSignals(lambda: system.kill() if system else None)
    signals.install()
    try:
        addresses = Addresses(LOOPBACK, choose_ports(folder, host=LOOPBACK, api=0, any_free=True))
        traffic = Traffic(seed=seed, speed=1, busy=0.0, meter_s=METER_S, has_drivers=False)
        system = assemble(folder, addresses, traffic, piles=PILES, terminal=terminal)
        system.begin(terminal)
        setup_s = time.monotonic() - started_s
        # Only now: what it imports is not needed to start the parts.
        from scripts.local.launcher.smoke import Smoke

        return {"setup_s": round(setup_s, 2), **Smoke(folder, addresses, terminal).run()}
    finally:
        signals.begin_end()
        if system is not None:
            system.end()


def _require_empty(path: Path) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise NotReadyError(f"{path} 不是空文件夹 (the smoke needs an empty folder)。")


def _fail(terminal: Terminal, path: Path, step: str, error: str) -> int:
    terminal.fail(f"{step}：{error}")
    if path.exists():
        terminal.say(f"  数据和日志保留在 {shown_path(path)}")
    terminal.print(json.dumps({"ok": False, "step": step, "error": error}, ensure_ascii=False))
    return 1
