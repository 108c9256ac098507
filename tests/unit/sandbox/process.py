"""A sandbox process of one test."""

import sys
from pathlib import Path

from scripts.processes.child import Child

READY = "sandbox ready "


def sandbox_process(keys_folder: Path, log_path: Path, *flags: str) -> Child:
    """Not started yet; it says its address in `log_path`."""
    config = str(keys_folder / "sandbox.json")
    command = [sys.executable, "-m", "scripts.stand_ins.sandbox", "--config", config, *flags]
    return Child("sandbox", command, log_path, lambda one: one.has_logged(READY))


def base_of(log_path: Path) -> str:
    """The address that the running process has told."""
    line = next(line for line in _text(log_path).splitlines() if line.startswith(READY))
    return line.removeprefix(READY)


def _text(log_path: Path) -> str:
    return log_path.read_text(encoding="utf-8") if log_path.exists() else ""
