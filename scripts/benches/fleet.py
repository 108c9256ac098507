"""Bench `fleet`: what a whole fleet at its ordinary cadence costs: CPU and memory of each process, loss, delay.

A third of the connectors charge and send a reading every 15 s, every pile a heartbeat every 30 s and statuses
every 5 min. Ceiling: the broker alone under the same fleet, with a subscriber that only acknowledges.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from typing import Any

from backend.gateways.clock import utc_now
from backend.models import MeterValue, Quarantine
from scripts.benches.fleet_stack import (
    FleetStack,
    charging_share,
    connected_load,
    list_pile_nos,
    running_fleet,
)
from scripts.benches.process_usage import CORES, ProcessUsage
from scripts.benches.result import Options, Result, interleave, median, say, with_range
from scripts.benches.servers import RIVAL, SECRET, Servers, running_servers
from scripts.benches.waiting import wait_until
from scripts.benches.worker import Worker, working
from scripts.benches.world import World, seed_world

FULL_S, QUICK_S = 60.0, 16.0
WATCHERS = 100
FIRST_BOOT = 100
STORED_LIMIT_S = 30.0
NEVER = 2**62
STACK = ("broker", "bridge", "api", "jobs", "database", "redis")
LOADS = ("load", "watchers")
WRONG = {
    "lost": "readings lost",
    "refused": "messages in quarantine",
    "silent": "watching drivers who saw nothing",
    "broken": "connections broken",
}
PARTS = {"cpu": f"CPU % of {CORES} cores", "rss": "RSS MiB", "pss": "PSS MiB"}


def run(options: Options) -> Result:
    """`value` is the CPU of the product with its servers, in percent of two cores."""
    charging = charging_share(options.piles)
    with running_servers("fleet") as servers:
        say(f"  seeding {options.piles} piles, {charging} of them charge …")
        bench = _Bench(
            servers, seed_world(options.piles, utc_now(), charging), QUICK_S if options.is_quick else FULL_S
        )
        found = interleave({"product": bench.product, "broker alone": bench.broker_alone}, options.reps)
    return _result(found["product"], found["broker alone"], options.piles)


class _Bench:
    """Each case with a boot number of its own, so that its rows are its own."""

    def __init__(self, servers: Servers, world: World, seconds: float) -> None:
        self._servers = servers
        self._world = world
        self._seconds = seconds
        self._boots = itertools.count(FIRST_BOOT)
        self._log = servers.folder / "workers.log"

    def product(self) -> dict[str, float]:
        boot, refused = next(self._boots), Quarantine.select().count()
        sample = self._world.piles[:: max(1, len(self._world.piles) // WATCHERS)][:WATCHERS]
        task = {
            "url": f"ws://127.0.0.1:{self._servers.api_port}/ws",
            "drivers": [(pile.token, pile.session_no) for pile in sample],
        }
        with running_fleet(self._servers, self._world, boot, last=2) as stack:
            with working("fleet_watchers", task, self._log) as watchers:
                used, seen = self._watch(stack, watchers)
            stack.load.go()
            found = stack.load.answer()
            lost = found["meters"] - _wait_for_rows(boot, found["meters"])
        return {
            **{f"stack_{part}": sum(used[f"{name}_{part}"] for name in STACK) for part in PARTS},
            **used,
            **seen,
            "lost": lost,
            "refused": Quarantine.select().count() - refused,
            "broken": found["broken"],
            "meters": found["meters"],
            "late_p99_ms": found["late_p99_ms"],
        }

    def broker_alone(self) -> dict[str, float]:
        boot = next(self._boots)
        with contextlib.ExitStack() as running:
            port, broker_pid = running.enter_context(self._servers.broker(list_pile_nos(self._world)))
            task = {"port": port, "username": RIVAL, "password": SECRET, "totals": [NEVER]}
            subscriber = running.enter_context(working("paho_subscriber", task, self._log))
            load = running.enter_context(connected_load(self._servers, self._world, port, boot, last=1))
            usage = ProcessUsage({"broker": broker_pid, "subscriber": subscriber.pid, "load": load.pid})
            time.sleep(self._seconds)
            used = usage.take()
            load.go()
            found = load.answer()
        return {**used, "broken": found["broken"], "late_p99_ms": found["late_p99_ms"]}

    def _watch(self, stack: FleetStack, watchers: Worker) -> tuple[dict[str, float], dict[str, Any]]:
        """What the processes use, and how soon readings are seen, while nothing else happens."""
        stack.load.go()
        stack.load.answer()
        watchers.go()
        usage = ProcessUsage({**stack.pids, "load": stack.load.pid, "watchers": watchers.pid})
        time.sleep(self._seconds)
        used = usage.take()
        watchers.go()
        return used, watchers.answer()


def _wait_for_rows(boot: int, count: int) -> int:
    """The rows of this boot, as soon as there are `count`, else after STORED_LIMIT_S."""
    stored = MeterValue.select().where(MeterValue.boot == boot)
    with contextlib.suppress(TimeoutError):
        wait_until(lambda: stored.count() >= count, "all readings are stored", STORED_LIMIT_S)
    return int(stored.count())


def _result(product: list[dict[str, float]], alone: list[dict[str, float]], piles: int) -> Result:
    value, ceiling = median(product, "stack_cpu"), median(alone, "broker_cpu")
    wrong = {name: int(sum(one[name] for one in product)) for name in ("lost", "refused", "silent", "broken")}
    wrong["broken"] += int(sum(one["broken"] for one in alone))
    table = [["", *PARTS.values()]]
    table += [_row(name, name, product) for name in ("stack", *STACK)]
    table += [_row(f"({name})", name, product) for name in LOADS]
    table += [_row(f"({name} alone)", name, alone) for name in ("broker", "subscriber", "load")]
    table += [
        [f"reading → seen by its driver, {part} ms", with_range(product, f"visible_{part}_ms"), "", ""]
        for part in ("p50", "p99")
    ]
    table.append(["load late, p99 ms", with_range(product, "late_p99_ms"), "", ""])
    table += [[label, str(wrong[name]), "", ""] for name, label in WRONG.items()]
    return Result(
        bench="fleet",
        value=value,
        unit=f"% of {CORES} cores",
        ceiling=ceiling,
        table=table,
        details={
            "piles": piles,
            **{f"stack_{part}_mib": median(product, f"stack_{part}") for part in ("rss", "pss")},
            **{f"visible_{part}_ms": median(product, f"visible_{part}_ms") for part in ("p50", "p99")},
            "cpu_percent": {name: median(product, f"{name}_cpu") for name in (*STACK, *LOADS)},
            "meters": sum(one["meters"] for one in product),
            **wrong,
        },
        failures=[f"{count} {WRONG[name]}" for name, count in wrong.items() if count],
    )


def _row(label: str, name: str, measured: list[dict[str, float]]) -> list[str]:
    return [label, *(with_range(measured, f"{name}_{part}") for part in PARTS)]
