"""Bench `bridge --rate N`: from the moment a message is due to be published until it is committed and shown.

The bridge tells the feed which sessions a batch moved, after its commit. Batches are runs of the order of
publication, never longer than the round of the piles, so the number of sessions says how far the commit reached.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence

from backend.live import feed
from scripts.benches.load_task import load_task
from scripts.benches.meter_rows import MeterRows
from scripts.benches.publisher import FIRST_SEQ
from scripts.benches.result import Options, Result, interleave, median, percentile, with_range
from scripts.benches.servers import Servers
from scripts.benches.waiting import wait_until
from scripts.benches.worker import working
from scripts.benches.world import World

FULL_S, QUICK_S = 15, 3
WINDOW = 20_000
BATCH_CAP = 1_000
FIRST_BOOT = 100
COMMIT_LIMIT_S = 60.0
SESSION = "session:"


def measure_latency(servers: Servers, world: World, options: Options) -> Result:
    """p50 and p99 in milliseconds at each of `options.rates` messages a second, open loop; `value` is the last's p99."""
    seconds = QUICK_S if options.is_quick else FULL_S
    boots = itertools.count(FIRST_BOOT)
    cases: dict[str, Callable[[], dict[str, float]]] = {
        f"{rate} msg/s": lambda rate=rate: _measure(servers, world, next(boots), seconds * rate, rate)  # type: ignore[misc]
        for rate in options.rates
    }
    found = interleave(cases, options.reps)
    table = [["publish → committed and shown", *(f"{key} ms" for key in ("p50", "p99", "max"))]]
    table += [
        [name, *(with_range(measured, key) for key in ("p50", "p99", "max"))]
        for name, measured in found.items()
    ]
    missing = int(sum(one["missing"] for measured in found.values() for one in measured))
    at_rates = {
        f"at_{rate}": {key: median(measured, key) for key in ("p50", "p99", "max")}
        for rate, measured in zip(options.rates, found.values(), strict=True)
    }
    return Result(
        bench="bridge",
        value=at_rates[f"at_{options.rates[-1]}"]["p99"],
        unit="ms p99",
        table=table,
        details={**at_rates, "piles": len(world.piles), "missing": missing},
        failures=[f"{missing} messages were not seen committed"] if missing else [],
    )


class Arrivals:
    """When each batch was told, and how many messages all batches up to it had."""

    def __init__(self) -> None:
        self.total = 0
        self._steps: list[tuple[float, int]] = []
        self._lock = threading.Lock()

    def take(self, topics: Sequence[str]) -> None:
        """One message of the feed."""
        told_s = time.monotonic()
        sessions = sum(topic.startswith(SESSION) for topic in topics)
        with self._lock:
            self.total += sessions
            self._steps.append((told_s, self.total))

    def forget(self) -> None:
        """Count anew."""
        with self._lock:
            self.total = 0
            self._steps.clear()

    def latencies_ms(self, began_s: float, rate: int) -> list[float]:
        """For message 0, 1, 2 … which is due at `began_s` + number / rate."""
        found: list[float] = []
        for told_s, total in self._steps:
            found += [1e3 * (told_s - began_s - number / rate) for number in range(len(found), total)]
        return found


def _measure(servers: Servers, world: World, boot: int, count: int, rate: int) -> dict[str, float]:
    piles = len(world.piles)
    arrivals = Arrivals()
    subscription = feed.subscribe(arrivals.take)
    if subscription is None:
        raise ValueError("the feed needs Redis")
    wait_until(lambda: subscription.is_live, "the feed is heard", COMMIT_LIMIT_S)
    try:
        with MeterRows(servers.database_url) as rows, servers.broker() as (port, _):
            settings = {
                "XINXIANG_MQTT_PORT": str(port),
                "XINXIANG_BRIDGE_BATCH_CAP": str(min(BATCH_CAP, piles)),
            }
            task = load_task(world, port, boot, [(piles, WINDOW, 0), (count, WINDOW, rate)])
            with (
                servers.product("mqtt_bridge", "bridge_ready", settings),
                working("publisher", task, servers.folder / "workers.log") as load,
            ):
                load.go()
                load.answer()
                wait_until(lambda: arrivals.total >= piles, "all piles are heard", COMMIT_LIMIT_S)
                arrivals.forget()
                load.go()
                last = world.piles[(piles + count - 1) % piles]
                rows.wait_for(
                    last.pile_id, boot, FIRST_SEQ + piles + count - 1, COMMIT_LIMIT_S + count / rate
                )
                began_s = load.answer()["began_s"]
                wait_until(lambda: arrivals.total >= count, "the feed told all", COMMIT_LIMIT_S)
    finally:
        subscription.close()
    late = arrivals.latencies_ms(began_s, rate)
    return {
        "p50": percentile(late, 0.5),
        "p99": percentile(late, 0.99),
        "max": max(late),
        "missing": count - len(late),
    }
