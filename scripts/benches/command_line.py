"""The command `scripts/bench NAME`: one bench, its table, and one JSON line last on standard output."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence

from scripts.benches.result import Options, Result, render_table, say
from scripts.processes.child import StartError
from scripts.whole_number import whole_number

BENCHES = {
    "bridge": "durable meter messages/s of one bridge, against bare paho; --rate N: publish → committed, p50/p99",
    "api": "driver requests/s and p99 at 64 connections, against a Tornado handler that does nothing",
    "nearby": "milliseconds of the exact 50 nearest among up to 1 M places, against one GEOSEARCH alone",
    "settle": "orders settled/s by 1 and 8 threads, against the same SQL without the product",
    "notify": "payment notifies proven/s of one process, against RSA verify + AES-GCM alone",
    "fleet": "CPU, memory, loss and delay under 10 000 piles at their ordinary cadence, against the broker alone",
    "command": "milliseconds from a start that was answered to its command at the pile, under that fleet",
    "storm": "seconds until 10 000 piles that come back at once and their records are applied, and the others' delay",
    "lists": "milliseconds of every list and sum of the screens over years of orders, against their own SQL",
    "dashboard": "milliseconds and rows read of every chart over years of orders, against queries over the orders",
    "start": "seconds of a second scripts/run until it is ready, and the memory of all its processes",
}
MAX_REPS = 50
MAX_PILES = 20_000
MAX_RATE = 50_000
DEFAULT_REPS = 3
DEFAULT_PILES = 2_000
FLEET_PILES = 10_000
OF_A_FLEET = frozenset({"fleet", "command", "storm", "dashboard"})
QUICK_PILES = 120
MAX_ORDERS = 10_000_000
DEFAULT_ORDERS = 2_000_000
QUICK_ORDERS = 20_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, 1 when the bench failed or found something wrong, 2 for wrong options."""
    given = _parser().parse_args(arguments)
    if given.name is None:
        for name, summary in BENCHES.items():
            print(f"{name:<10}{summary}")
        return 0
    options = Options(
        reps=given.reps or (1 if given.quick else DEFAULT_REPS),
        is_quick=given.quick,
        piles=given.piles or _usual_piles(given.name, is_quick=given.quick),
        orders=given.orders or (QUICK_ORDERS if given.quick else DEFAULT_ORDERS),
        rates=tuple(given.rate),
    )
    run: Callable[[Options], Result] = importlib.import_module(f"scripts.benches.{given.name}").run
    try:
        result = run(options)
    except (StartError, FileNotFoundError, TimeoutError, ValueError) as problem:
        say(f"✗ {problem}")
        return 1
    print(render_table(result.table))
    for failure in result.failures:
        print(f"✗ {failure}")
    print(result.json_line())
    return 1 if result.failures else 0


def _usual_piles(bench: str, *, is_quick: bool) -> int:
    if is_quick:
        return QUICK_PILES
    return FLEET_PILES if bench in OF_A_FLEET else DEFAULT_PILES


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measure the product with servers of its own under var/bench; without a name: list the benches.",
    )
    add = parser.add_argument
    add("name", nargs="?", choices=tuple(BENCHES), help="what to measure")
    add(
        "--reps",
        type=whole_number(1, MAX_REPS),
        default=0,
        metavar="N",
        help=f"repetitions (default {DEFAULT_REPS})",
    )
    add("--quick", action="store_true", help="a smoke of seconds: small numbers that mean nothing")
    add(
        "--piles",
        type=whole_number(10, MAX_PILES),
        default=0,
        metavar="N",
        help=f"piles (default {DEFAULT_PILES}, of a fleet {FLEET_PILES})",
    )
    add(
        "--orders",
        type=whole_number(QUICK_ORDERS, MAX_ORDERS),
        default=0,
        metavar="N",
        help=f"lists, dashboard: orders there are (default {DEFAULT_ORDERS})",
    )
    add(
        "--rate",
        type=whole_number(1, MAX_RATE),
        action="append",
        default=[],
        metavar="N",
        help="bridge: latency at this many messages/s; may be given several times",
    )
    return parser
