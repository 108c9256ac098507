"""What processes use between two moments: CPU as a share of two cores, and memory at the second."""

from __future__ import annotations

import time
from collections.abc import Mapping

import psutil

CORES = 2
MIB = 2**20


class ProcessUsage:
    """Of these processes (by name, their ids) from now on."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._began_s = time.monotonic()
        self._before_s = self._cpu_s()

    def take(self) -> dict[str, float]:
        """`<name>_cpu` in percent of CORES cores, `<name>_rss` and `<name>_pss` in MiB.

        RSS counts a shared page in each process that has it, PSS shares it out.
        """
        spent_s = time.monotonic() - self._began_s
        found = {}
        for name, used_s in self._cpu_s().items():
            memory = self._processes[name].memory_full_info()
            found[f"{name}_cpu"] = 100 * (used_s - self._before_s[name]) / spent_s / CORES
            found[f"{name}_rss"] = memory.rss / MIB
            found[f"{name}_pss"] = memory.pss / MIB
        return found

    def _cpu_s(self) -> dict[str, float]:
        return {name: sum(process.cpu_times()[:2]) for name, process in self._processes.items()}
