"""Bench `bridge --rate N`: from the moment a message is due to be published until its row is committed.

The bridge commits in the order of publication, so samples are waited for one after the other over a database
connection of their own. What is measured is too long by the poll, a millisecond at most, and never too short.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from scripts.benches.load_task import bridge_settings, load_task
from scripts.benches.meter_rows import MeterRows
from scripts.benches.publisher import FIRST_SEQ
from scripts.benches.result import Options, Result, interleave, median, percentile, with_range
from scripts.benches.servers import Servers
from scripts.benches.worker import working
from scripts.benches.world import World

FULL_S, QUICK_S = 15, 3
SAMPLES_PER_S = 200
POLL_S = 0.001
WINDOW = 20_000
FIRST_BOOT = 100
COMMIT_LIMIT_S = 60.0
TIMES = ("p50", "p99", "max")
WRONG = ("lost", "duplicate", "refused", "stuck")


def measure_latency(servers: Servers, world: World, options: Options) -> Result:
    """p50 and p99 in milliseconds at each of `options.rates` messages a second, open loop; `value` is the last's p99."""
    seconds = QUICK_S if options.is_quick else FULL_S
    boots = itertools.count(FIRST_BOOT)
    cases: dict[str, Callable[[], dict[str, float]]] = {
        f"{rate} msg/s": lambda rate=rate: _measure(servers, world, next(boots), seconds * rate, rate)  # type: ignore[misc]
        for rate in options.rates
    }
    found = interleave(cases, options.reps)
    table = [["due → committed", *(f"{key} ms" for key in TIMES)]]
    table += [[name, *(with_range(measured, key) for key in TIMES)] for name, measured in found.items()]
    wrong = {key: int(sum(one[key] for measured in found.values() for one in measured)) for key in WRONG}
    at_rates = {
        f"at_{rate}": {key: median(measured, key) for key in TIMES}
        for rate, measured in zip(options.rates, found.values(), strict=True)
    }
    return Result(
        bench="bridge",
        value=at_rates[f"at_{options.rates[-1]}"]["p99"],
        unit="ms p99",
        table=table,
        details={**at_rates, "piles": len(world.piles), **wrong},
        failures=[f"{count} rows {name}" for name, count in wrong.items() if count],
    )


def choose_samples(count: int, rate: int) -> range:
    """Which of `count` messages are waited for. An odd step meets every place in the load's bursts."""
    return range(0, count, max(1, rate // SAMPLES_PER_S) | 1)


def latencies_ms(
    samples: Sequence[int], committed_s: Sequence[float], began_s: float, rate: int
) -> list[float]:
    """Message n was due at `began_s` + n / `rate`; all times of the monotonic clock."""
    return [
        1e3 * (seen_s - began_s - number / rate) for number, seen_s in zip(samples, committed_s, strict=True)
    ]


def _measure(servers: Servers, world: World, boot: int, count: int, rate: int) -> dict[str, float]:
    piles = len(world.piles)
    samples = choose_samples(count, rate)
    with MeterRows(servers.database_url) as rows, servers.broker() as (port, _):
        task = load_task(world, port, boot, [(piles, WINDOW, 0), (count, WINDOW, rate)])
        with (
            servers.product("mqtt_bridge", "bridge_ready", bridge_settings(port)),
            working("publisher", task, servers.folder / "workers.log") as load,
        ):

            def committed(number: int) -> float:
                """When the load's message of this number could be read."""
                pile = world.piles[number % piles]
                return rows.wait_for(pile.pile_id, boot, FIRST_SEQ + number, COMMIT_LIMIT_S, POLL_S)

            load.go()
            load.answer()
            committed(piles - 1)
            load.go()
            committed_s = [committed(piles + number) for number in samples]
            committed(piles + count - 1)
            began_s = load.answer()["began_s"]
            checked = rows.check(boot, piles + count, piles)
    late = latencies_ms(samples, committed_s, began_s, rate)
    return {"p50": percentile(late, 0.5), "p99": percentile(late, 0.99), "max": max(late), **checked}
