"""Bench `bridge`: how many meter messages a second one bridge makes durable, while they are being published.

The clock runs from the first publish to the moment the last message's row can be read. Ceiling: stock paho that
only acknowledges. Rival: a transaction a message. Every case has a fresh broker; all share database and Redis.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping

import psutil

from backend.gateways.clock import utc_now
from scripts.benches.bridge_latency import measure_latency
from scripts.benches.load_task import bridge_settings, load_task
from scripts.benches.meter_rows import MeterRows
from scripts.benches.publisher import FIRST_SEQ
from scripts.benches.result import Options, Result, interleave, median, number, say, with_range
from scripts.benches.servers import RIVAL, SECRET, Servers, running_servers
from scripts.benches.worker import Worker, working
from scripts.benches.world import World, seed_world

FULL_MESSAGES, QUICK_MESSAGES = 100_000, 5_000
FULL_RIVAL_MESSAGES, QUICK_RIVAL_MESSAGES = 3_000, 200
WINDOW = 2_000
FIRST_CASE_BOOT = 100
COMMIT_LIMIT_S = 120.0
RATE = "msg_per_s"


def run(options: Options) -> Result:
    """Messages/s, or with `options.rates` the latency at those rates."""
    with running_servers("bridge") as servers:
        say(f"  seeding {options.piles} piles with a live charge each …")
        world = seed_world(options.piles, utc_now())
        if options.rates:
            return measure_latency(servers, world, options)
        bench = _Bench(servers, world)
        messages = QUICK_MESSAGES if options.is_quick else FULL_MESSAGES
        few = QUICK_RIVAL_MESSAGES if options.is_quick else FULL_RIVAL_MESSAGES
        found = interleave(
            {
                "bridge": lambda: bench.product(messages),
                "bare paho": lambda: bench.bare_paho(messages),
                "per message": lambda: bench.per_message(few),
            },
            options.reps,
        )
    return _result(found, messages, options.piles)


class _Bench:
    """Each case with a boot number of its own, so that its rows are its own."""

    def __init__(self, servers: Servers, world: World) -> None:
        self._servers = servers
        self._world = world
        self._boots = itertools.count(FIRST_CASE_BOOT)
        self._log = servers.folder / "workers.log"

    def product(self, count: int) -> dict[str, float]:
        boot, piles = next(self._boots), len(self._world.piles)
        with MeterRows(self._servers.database_url) as rows, self._servers.broker() as (port, broker_pid):
            with (
                self._servers.product("mqtt_bridge", "bridge_ready", bridge_settings(port)) as pid,
                self._load(port, boot, piles, count) as load,
            ):
                self._send(load, rows, boot, piles)
                pids = {
                    "bridge": pid,
                    "broker": broker_pid,
                    "database": self._servers.mariadb.child.pid,
                }
                before = _cpu_s({**pids, "load": load.pid})
                spent_s = self._send(load, rows, boot, piles + count)
                after = _cpu_s({**pids, "load": load.pid})
                checked = rows.check(boot, piles + count, piles)
            cpu = {f"{name}_us": 1e6 * (after[name] - before[name]) / count for name in after}
        return {RATE: count / spent_s, **checked, **cpu}

    def bare_paho(self, count: int) -> dict[str, float]:
        boot, piles = next(self._boots), len(self._world.piles)
        with self._servers.broker() as (port, _):
            task = {"port": port, "username": RIVAL, "password": SECRET, "totals": [piles, piles + count]}
            with (
                working("paho_subscriber", task, self._log) as subscriber,
                self._load(port, boot, piles, count) as load,
            ):
                load.go()
                subscriber.answer()
                load.answer()
                load.go()
                reached_s = subscriber.answer()["reached_s"]
                began_s = load.answer()["began_s"]
        return {RATE: count / (reached_s - began_s)}

    def per_message(self, count: int) -> dict[str, float]:
        boot, warm = next(self._boots), min(100, len(self._world.piles))
        with MeterRows(self._servers.database_url) as rows, self._servers.broker() as (port, _):
            task = {
                "port": port,
                "username": RIVAL,
                "password": SECRET,
                "database_url": self._servers.database_url,
                "redis_url": self._servers.redis_url,
            }
            with (
                working("per_message_subscriber", task, self._log),
                self._load(port, boot, warm, count) as load,
            ):
                self._send(load, rows, boot, warm)
                spent_s = self._send(load, rows, boot, warm + count)
        return {RATE: count / spent_s}

    def _send(self, load: Worker, rows: MeterRows, boot: int, total: int) -> float:
        """Let the load send its next turn; seconds from its first message to the last of `total` being durable."""
        load.go()
        last = (total - 1) % len(self._world.piles)
        durable_s = rows.wait_for(
            self._world.piles[last].pile_id, boot, FIRST_SEQ + total - 1, COMMIT_LIMIT_S
        )
        return durable_s - float(load.answer()["began_s"])

    @contextlib.contextmanager
    def _load(self, port: int, boot: int, warm: int, count: int) -> Iterator[Worker]:
        task = load_task(self._world, port, boot, [(warm, WINDOW, 0), (count, WINDOW, 0)])
        with working("publisher", task, self._log) as load:
            yield load


def _cpu_s(pids: Mapping[str, int]) -> dict[str, float]:
    return {name: sum(psutil.Process(pid).cpu_times()[:2]) for name, pid in pids.items()}


def _result(found: Mapping[str, list[dict[str, float]]], messages: int, piles: int) -> Result:
    product, ceiling = found["bridge"], median(found["bare paho"], RATE)
    value, rival = median(product, RATE), median(found["per message"], RATE)
    wrong = {
        name: int(sum(one[name] for one in product)) for name in ("lost", "duplicate", "refused", "stuck")
    }
    cpu = {name: median(product, f"{name}_us") for name in ("bridge", "database", "broker", "load")}
    table = [["", "msg/s", "bridge / it"]]
    table += [
        [name, with_range(one, RATE), f"{value / median(one, RATE):.2f}"] for name, one in found.items()
    ]
    table += [[f"CPU µs/message: {name}", number(used), ""] for name, used in cpu.items()]
    table += [[f"rows {name}", str(count), ""] for name, count in wrong.items()]
    return Result(
        bench="bridge",
        value=value,
        unit="msg/s",
        ceiling=ceiling,
        table=table,
        details={
            "per_message": rival,
            "times_per_message": value / rival,
            **wrong,
            "messages": messages,
            "piles": piles,
            "cpu_us": cpu,
        },
        failures=[f"{count} rows {name}" for name, count in wrong.items() if count],
    )
