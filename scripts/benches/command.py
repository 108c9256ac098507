"""Bench `command`: from a driver's start to its command at the pile, while a whole fleet goes about its business.

The end is when the PUBLISH frame has arrived at that pile's own connection; the beginning either when the driver
had the answer 201 (the target), or when the request was sent, which is what the driver waits for and cannot hide
a slow API. A command that overtakes its answer took 0 ms by the first.
"""

from __future__ import annotations

import contextlib

from backend.gateways.clock import utc_now
from scripts.benches.fleet_stack import FleetStack, charging_share, running_fleet
from scripts.benches.process_usage import CORES, ProcessUsage
from scripts.benches.result import Options, Result, interleave, median, percentile, say, with_range
from scripts.benches.servers import Servers, running_servers
from scripts.benches.waiting import wait_until
from scripts.benches.worker import Worker, working
from scripts.benches.world import World, seed_world

STARTS_PER_S = 5
FULL_S, QUICK_S = 60, 3
BOOT = 100
ARRIVE_LIMIT_S = 5.0
SPANS = {
    "answered": "answer 201 → command at the pile",
    "sent": "request sent → command at the pile",
    "http": "request sent → answer 201",
}
SHARES = {"p50": 0.5, "p99": 0.99, "max": 1.0}
WRONG = {"refused": "starts refused", "missing": "commands did not arrive"}


def run(options: Options) -> Result:
    """`value` is the p99 in milliseconds from the answer on."""
    charging = charging_share(options.piles)
    with running_servers("command") as servers:
        say(f"  seeding {options.piles} piles, {charging} of them charge …")
        world = seed_world(options.piles, utc_now(), charging)
        measured = _measure(servers, world, options)
    return _result(measured, options.piles)


def _measure(servers: Servers, world: World, options: Options) -> list[dict[str, float]]:
    """One entry for each repetition, a window of starts, all under the same running fleet."""
    count = min(STARTS_PER_S * (QUICK_S if options.is_quick else FULL_S), len(world.idle) // options.reps)
    starts = [(pile.token, pile.connector_no) for pile in world.idle]
    task = {
        "url": f"{servers.api_url}/api/v1/driver/sessions",
        "per_s": STARTS_PER_S,
        "windows": [starts[rep * count : (rep + 1) * count] for rep in range(options.reps)],
    }
    with (
        running_fleet(servers, world, BOOT) as stack,
        working("command_starts", task, servers.folder / "workers.log") as drivers,
    ):
        return interleave({"starts": lambda: _start_window(stack, drivers)}, options.reps)["starts"]


def _start_window(stack: FleetStack, drivers: Worker) -> dict[str, float]:
    stack.load.go()
    stack.load.answer()
    usage = ProcessUsage(stack.pids)
    drivers.go()
    found = drivers.answer()
    used = usage.take()
    for refusal in found["refused"]:
        say(f"  refused: {refusal}")
    answered: dict[str, tuple[float, float]] = found["answered"]
    arrived, late_p99_ms = _collect(stack.load, set(answered))
    waited = {
        "answered": [
            max(0.0, arrived[no] - answered_s) for no, (_, answered_s) in answered.items() if no in arrived
        ],
        "sent": [arrived[no] - sent_s for no, (sent_s, _) in answered.items() if no in arrived],
        "http": [answered_s - sent_s for sent_s, answered_s in answered.values()],
    }
    return {
        **{
            f"{span}_{name}_ms": 1e3 * percentile(values, share)
            for span, values in waited.items()
            for name, share in SHARES.items()
        },
        "starts": len(answered),
        "refused": len(found["refused"]),
        "missing": len(answered) - len(waited["sent"]),
        "stack_cpu": sum(used[f"{name}_cpu"] for name in stack.pids),
        "late_p99_ms": late_p99_ms,
    }


def _collect(load: Worker, session_nos: set[str]) -> tuple[dict[str, float], float]:
    """When each session's start arrived, and how late the load was in the window; the missing are left out."""
    arrived: dict[str, float] = {}
    late_ms: list[float] = []

    def is_complete() -> bool:
        load.go()
        found = load.answer()
        arrived.update(found["commands"])
        late_ms.append(found["late_p99_ms"])
        return session_nos <= arrived.keys()

    with contextlib.suppress(TimeoutError):
        wait_until(is_complete, "every command has arrived", ARRIVE_LIMIT_S)
    return arrived, late_ms[0]


def _result(measured: list[dict[str, float]], piles: int) -> Result:
    wrong = {name: int(sum(one[name] for one in measured)) for name in WRONG}
    table = [["", *(f"{name} ms" for name in SHARES)]]
    table += [
        [label, *(with_range(measured, f"{span}_{name}_ms") for name in SHARES)]
        for span, label in SPANS.items()
    ]
    table.append(["starts in a repetition", with_range(measured, "starts"), "", ""])
    table.append([f"CPU of the stack, % of {CORES} cores", with_range(measured, "stack_cpu"), "", ""])
    table.append(["load late, p99 ms", with_range(measured, "late_p99_ms"), "", ""])
    table += [[label, str(wrong[name]), "", ""] for name, label in WRONG.items()]
    keys = [f"{span}_{name}_ms" for span in SPANS for name in SHARES]
    return Result(
        bench="command",
        value=median(measured, "answered_p99_ms"),
        unit="ms p99",
        table=table,
        details={
            "piles": piles,
            **{key: median(measured, key) for key in keys},
            "starts": sum(one["starts"] for one in measured),
            "starts_per_s": STARTS_PER_S,
            "stack_cpu_percent": median(measured, "stack_cpu"),
            **wrong,
        },
        failures=[f"{count} {WRONG[name]}" for name, count in wrong.items() if count],
    )
