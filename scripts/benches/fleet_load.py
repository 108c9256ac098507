"""Worker: a whole fleet at its ordinary cadence, one MQTT connection for each pile (fleet_traffic.py).

The first `go` connects all, each of the next ones asks what happened since; the one numbered `last` ends the
traffic and waits until everything is acknowledged.
"""

from __future__ import annotations

import asyncio
from typing import Any

import uvloop

from scripts.benches.fleet_traffic import Traffic
from scripts.benches.result import percentile
from scripts.benches.worker import read_task, say_answer, say_ready, wait_for_go

CONNECTS_PER_S = 1_000
ACK_LIMIT_S = 60.0


def main() -> None:
    """Serve the bench until it closes our input."""
    uvloop.run(_serve(read_task()))


async def _serve(task: dict[str, Any]) -> None:
    traffic = Traffic(task["charging"], task["plugged"], task["boot"])
    say_ready()
    if not await _is_asked():
        return
    await traffic.connections.connect(task["port"], task["password"], per_s=CONNECTS_PER_S)
    traffic.begin(task["began_ms"])
    say_answer({"piles": len(traffic.connections)})
    number = 0
    while await _is_asked():
        number += 1
        if number == task["last"]:
            traffic.end()
            await traffic.connections.wait_acked(ACK_LIMIT_S)
        say_answer(_take_findings(traffic))
    traffic.connections.close()
    await traffic.connections.wait_ended()


async def _is_asked() -> bool:
    return await asyncio.to_thread(wait_for_go)


def _take_findings(traffic: Traffic) -> dict[str, Any]:
    """Totals since the connections stand; lateness and commands since the last time."""
    late_s, traffic.late_s = traffic.late_s, []
    commands, traffic.commands = traffic.commands, {}
    return {
        "meters": traffic.meters,
        "messages": traffic.connections.sent,
        "broken": traffic.connections.broken,
        "late_p99_ms": 1e3 * percentile(late_s or [0.0], 0.99),
        "commands": commands,
    }


if __name__ == "__main__":
    main()
