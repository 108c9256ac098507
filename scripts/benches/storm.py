"""Bench `storm`: a whole fleet comes back at once after an outage, some of its piles with hours of recorded readings.

Every pile connects anew and tells its birth, its boot and its statuses; REPLAYING of them bring RECORDS readings
each, as fast as the broker takes them; the others go on at their ordinary cadence and should hardly notice.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from peewee import SQL, fn

from backend.gateways.clock import utc_now
from backend.models import ConnectorState, MeterValue, PileState, Quarantine
from backend.models.engine.database import database
from backend.services.intake.mark_silent_piles import mark_silent_piles
from scripts.benches.fleet_stack import charging_share, list_pile_nos
from scripts.benches.process_usage import CORES, ProcessUsage
from scripts.benches.result import Options, Result, interleave, median, percentile, say, with_range
from scripts.benches.servers import SECRET, Servers, running_servers
from scripts.benches.storm_load import RECORDS_BOOT
from scripts.benches.storm_watch import Watch
from scripts.benches.waiting import wait_until
from scripts.benches.worker import Worker, working
from scripts.benches.world import GUNS, World, seed_world

REPLAYING, RECORDS = 200, 500
QUICK_REPLAYING, QUICK_RECORDS = 10, 50
AWAY = timedelta(hours=3)
FIRST_BOOT = 100
WATCHED = 1_000
POLL_S = 0.2
HEARD_LIMIT_S, DRAIN_LIMIT_S, STORED_LIMIT_S = 180.0, 300.0, 30.0
# longer than a pile's report interval: what was due in the storm has come by then
CALM_S = 17.0
# of which readings are looked at, however small the storm is
SHORTEST_STORM_S = 5.0
PROCESSES = ("bridge", "broker", "database", "load")
TIMES = {
    "drained_s": "everything applied after s",
    "connect_s": "all connected after s",
    "replay_s": "last record sent after s",
    "others_p50_ms": "others' readings due → committed, p50 ms",
    "others_p99_ms": "… p99 ms",
    "others_max_ms": "… max ms",
    "late_p99_ms": "load late, p99 ms",
}
WRONG = {
    "lost": "readings lost",
    "doubled": "readings stored twice",
    "refused": "messages in quarantine",
    "broken": "connections broken",
}


def run(options: Options) -> Result:
    """`value` is the seconds from the reconnect until everything is applied."""
    found = interleave({"storm": lambda: _storm(options)}, options.reps)["storm"]
    wrong = {name: int(sum(one[name] for one in found)) for name in WRONG}
    table = [["a storm", f"{options.piles} piles"]]
    table += [[label, with_range(found, name)] for name, label in TIMES.items()]
    table += [
        [f"CPU % of {CORES} cores meanwhile: {name}", with_range(found, f"{name}_cpu")] for name in PROCESSES
    ]
    table += [[label, str(wrong[name])] for name, label in WRONG.items()]
    return Result(
        bench="storm",
        value=median(found, "drained_s"),
        unit="s",
        table=table,
        details={
            **{name: median(found, name) for name in TIMES},
            "cpu_percent": {name: median(found, f"{name}_cpu") for name in PROCESSES},
            "piles": options.piles,
            "records": int(median(found, "records")),
            **wrong,
        },
        failures=[f"{count} {WRONG[name]}" for name, count in wrong.items() if count],
    )


def _storm(options: Options) -> dict[str, float]:
    """One storm with servers of its own: a world can be away for hours only once."""
    charging = charging_share(options.piles)
    replaying, records = (QUICK_REPLAYING, QUICK_RECORDS) if options.is_quick else (REPLAYING, RECORDS)
    if charging <= replaying:
        raise ValueError(f"{options.piles} piles are too few for {replaying} that replay")
    with running_servers("storm") as servers:
        say(f"  seeding {options.piles} piles, {charging} of them charge …")
        world = seed_world(options.piles, utc_now() - AWAY, charging)
        while mark_silent_piles(now=utc_now()):
            pass
        return _Storm(servers, world, replaying, records).measure()


class _Storm:
    """The first `replaying` of the charging piles were away since the world was made."""

    def __init__(self, servers: Servers, world: World, replaying: int, records: int) -> None:
        self._servers = servers
        self._world = world
        self._piles = list_pile_nos(world)
        self._replaying = world.piles[:replaying]
        self._records = records

    def measure(self) -> dict[str, float]:
        """The times and what went wrong, by the names in TIMES and WRONG."""
        watch = Watch([pile.session_id for pile in self._world.piles[len(self._replaying) :][:WATCHED]])
        with self._running() as (pids, load):
            meters = self._have_outage(load)
            watch.begin()
            say("  all piles are away; they come back now")
            usage = ProcessUsage(pids)
            load.go()
            back = load.answer()
            self._wait_until_applied()
            drained_s = time.monotonic() - back["began_s"]
            used = usage.take()
            time.sleep(CALM_S)
            watch.end()
            load.go()
            end = load.answer()
            expected = meters + end["meters"] + len(self._replaying) * self._records
            checked = _check(expected)
        until_ms = back["began_ms"] + 1e3 * max(drained_s, SHORTEST_STORM_S)
        late_ms = watch.delays_ms(back["began_ms"], until_ms)
        return {
            "drained_s": drained_s,
            "connect_s": back["connect_s"],
            "replay_s": back["replay_s"],
            "others_p50_ms": percentile(late_ms, 0.5),
            "others_p99_ms": percentile(late_ms, 0.99),
            "others_max_ms": max(late_ms),
            "others": len(late_ms),
            "late_p99_ms": end["late_p99_ms"],
            "records": len(self._replaying) * self._records,
            "broken": end["broken"],
            **checked,
            **{name: value for name, value in used.items() if name.endswith("_cpu")},
        }

    @contextlib.contextmanager
    def _running(self) -> Iterator[tuple[dict[str, int], Worker]]:
        """The process ids by name, and the load that is not connected yet."""
        with contextlib.ExitStack() as running:
            port, broker_pid = running.enter_context(self._servers.broker(self._piles))
            settings = {"XINXIANG_MQTT_PORT": str(port)}
            bridge_pid = running.enter_context(self._servers.product("mqtt_bridge", "bridge_ready", settings))
            log = self._servers.folder / "workers.log"
            load = running.enter_context(working("storm_load", self._task(port), log))
            database_pid = self._servers.mariadb.child.pid
            pids = (bridge_pid, broker_pid, database_pid, load.pid)
            yield dict(zip(PROCESSES, pids, strict=True)), load

    def _task(self, port: int) -> Mapping[str, Any]:
        return {
            "port": port,
            "password": SECRET,
            "boot": FIRST_BOOT,
            "charging": {pile.pile_no: pile.session_no for pile in self._world.piles},
            "idle": [pile.pile_no for pile in self._world.idle],
            "replaying": [pile.pile_no for pile in self._replaying],
            "records": self._records,
            "began_ms": round(self._world.began_at.timestamp() * 1e3),
        }

    def _have_outage(self, load: Worker) -> int:
        """The others connect and are heard, then all are cut off and counted as offline; how many readings they sent."""
        load.go()
        say(f"  {load.answer()['piles']} piles are connected")
        here = len(self._piles) - len(self._replaying)
        _wait_until_heard(FIRST_BOOT, here)
        load.go()
        meters = int(load.answer()["meters"])
        online = PileState.select().where(PileState.is_online)
        wait_until(lambda: not online.exists(), "the wills are applied", HEARD_LIMIT_S, POLL_S)
        return meters

    def _wait_until_applied(self) -> None:
        """Each pile's statuses after its return, and the last record of each that replays."""
        _wait_until_heard(FIRST_BOOT + 1, len(self._piles))
        for pile in self._replaying:
            last = MeterValue.select().where(
                (MeterValue.pile_id == pile.pile_id)
                & (MeterValue.boot == RECORDS_BOOT)
                & (MeterValue.seq == self._records)
            )
            wait_until(last.exists, "all records are stored", DRAIN_LIMIT_S, POLL_S)


def _wait_until_heard(boot: int, piles: int) -> None:
    heard = ConnectorState.select().where(ConnectorState.boot >= boot)
    wait_until(lambda: heard.count() >= piles * GUNS, "all statuses are stored", HEARD_LIMIT_S, POLL_S)


def _check(expected: int) -> dict[str, float]:
    """Of `expected` readings: those `lost`, and those `doubled`, stored again under another place in order."""
    rows = MeterValue.select()
    with contextlib.suppress(TimeoutError):
        wait_until(lambda: rows.count() >= expected, "all readings are stored", STORED_LIMIT_S, POLL_S)
    (distinct,) = database.execute(MeterValue.select(fn.COUNT(SQL("DISTINCT session_no, at")))).fetchone()
    return {
        "lost": expected - distinct,
        "doubled": rows.count() - distinct,
        "refused": Quarantine.select().count(),
    }
