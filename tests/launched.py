"""`scripts/run` as people start it, for tests: its panel read line by line, its processes counted."""

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Self

import psutil

from scripts.environment import ROOT
from scripts.processes.child import Child
from scripts.processes.loopback import free_port

PILES = "4"
# The first start of a checkout installs packages and builds the pages.
START_LIMIT_S = 900


class Launcher:
    """A running `scripts/run` over `folder`, its output in a file beside it."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.output = folder.with_name(f"{folder.name}.out")
        self.port = free_port()
        command: list[str | Path] = [
            sys.executable,
            ROOT / "scripts" / "run",
            "--folder",
            folder,
            "--port",
            str(self.port),
        ]
        ready = "按 Ctrl-C 结束"
        self.process = Child(
            "run", [*command, "--piles", PILES, *options], self.output, lambda it: it.has_logged(ready)
        )
        self.process.begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()

    def said(self) -> str:
        return self.process.since_start()

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        (found,) = (child for child in self.children() if word in " ".join(child.cmdline()))
        return found

    def line(self, word: str) -> str:
        """The line of the panel with this word."""
        (found,) = (line for line in self.said().splitlines() if word in line)
        return found.strip()

    def end(self, number: signal.Signals) -> int:
        self.process.send(number)
        return self.process.wait()


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every process of this machine that names the folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and any(str(folder) in word for word in process.cmdline()):
                found.append(process)
    return found
