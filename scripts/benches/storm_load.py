"""Worker: a fleet that loses the broker and comes back at once, some of its piles with hours of recorded readings.

Four turns, each begun by a `go`: connect and talk; fall silent and break off; come back, all at the same moment;
end. The piles that replay were away the whole time: they are not in the first turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from scripts.benches.fleet_traffic import MS_PER_HOUR, POWER_W, Traffic
from scripts.benches.pile_connection import PileConnection, now_ms
from scripts.benches.pile_connections import AT_ONCE
from scripts.benches.result import percentile
from scripts.benches.worker import read_task, say_answer, say_ready, wait_for_go
from scripts.benches.world import FIRST_BOOT, FIRST_REGISTER_WH
from scripts.stand_ins.simulator.envelope import Envelope

NICE = 10
CONNECTS_PER_S = 1_000
RECORD_MS = 15_000
# the boot in which the records were made, after the world's
RECORDS_BOOT = FIRST_BOOT + 1
ACK_LIMIT_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """`charging`: session by pile_no; each pile in `replaying` brings `records` readings."""

    port: int
    password: str
    boot: int
    charging: dict[str, str]
    idle: list[str]
    replaying: list[str]
    records: int
    began_ms: int


def main() -> None:
    """Serve the bench until it closes our input."""
    _yield_to_product()
    uvloop.run(_serve(Task(**read_task())))


def _yield_to_product() -> None:
    """Piles are machines elsewhere: all of them together get what CPU the product leaves."""
    os.setsid()  # for a scheduling group of our own, where the kernel makes one for each session
    os.nice(NICE)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICE), encoding="ascii")


async def _serve(task: Task) -> None:
    recorded = {no: record_readings(task, no) for no in task.replaying}
    here = {no: session_no for no, session_no in task.charging.items() if no not in recorded}
    before = Traffic(here, task.idle, task.boot)
    after = Traffic(task.charging, task.idle, task.boot + 1)
    say_ready()
    if not await _is_asked():
        return
    await before.connections.connect(task.port, task.password, per_s=CONNECTS_PER_S)
    before.begin(task.began_ms)
    say_answer({"piles": len(before.connections)})
    if not await _is_asked():
        return
    before.end()
    await before.connections.wait_acked(ACK_LIMIT_S)
    before.connections.abort()
    say_answer({"meters": before.meters, "broken": before.connections.broken})
    if not await _is_asked():
        return
    say_answer(await _come_back(task, after, recorded))
    if not await _is_asked():
        return
    after.end()
    await after.connections.wait_acked(ACK_LIMIT_S)
    late_ms = 1e3 * percentile(after.late_s, 0.99)
    say_answer({"meters": after.meters, "broken": after.connections.broken, "late_p99_ms": late_ms})
    await _is_asked()
    after.connections.close()


async def _is_asked() -> bool:
    return await asyncio.to_thread(wait_for_go)


async def _come_back(task: Task, traffic: Traffic, recorded: dict[str, list[bytes]]) -> dict[str, float]:
    """Every pile for itself: connect, tell the birth, the boot and the statuses, then replay and go on."""
    began_s, began_ms = time.monotonic(), now_ms()
    replaying: list[asyncio.Task[None]] = []
    gate = asyncio.Semaphore(AT_ONCE)

    async def come_back(one: PileConnection) -> None:
        async with gate:
            await one.connect(task.port, task.password)
        one.say_birth()
        one.say("boot", vendor="欣象", model="XX-DC120D", firmware="1.0.0")
        traffic.begin_pile(one, task.began_ms)
        if records := recorded.get(one.pile_no):
            replaying.append(asyncio.create_task(_replay(one, records)))

    await asyncio.gather(*(come_back(one) for one in traffic.connections))
    connected_s = time.monotonic()
    await asyncio.gather(*replaying)
    return {
        "began_s": began_s,
        "began_ms": began_ms,
        "connect_s": connected_s - began_s,
        "replay_s": time.monotonic() - began_s,
    }


async def _replay(one: PileConnection, records: list[bytes]) -> None:
    """All records, oldest first, as fast as they go out."""
    for record in records:
        one.publish("meter", record)
        await asyncio.sleep(0)  # the other piles talk in between


def record_readings(task: Task, pile_no: str) -> list[bytes]:
    """What the pile metered while it was away, from its session's beginning on."""
    envelope = Envelope(RECORDS_BOOT, 0)
    return [_reading(envelope, task, pile_no, number * RECORD_MS) for number in range(1, task.records + 1)]


def _reading(envelope: Envelope, task: Task, pile_no: str, elapsed_ms: int) -> bytes:
    fields: dict[str, Any] = {
        "session_no": task.charging[pile_no],
        "register_wh": FIRST_REGISTER_WH + elapsed_ms * POWER_W // MS_PER_HOUR,
        "power_w": POWER_W,
        "voltage_mv": 400_000,
        "current_ma": 75_000,
        "soc_percent": 41,
        "temperature_c": 31,
        "elapsed_s": elapsed_ms // 1000,
        "remaining_s": 1_800,
    }
    stamped = envelope.stamp("meter", task.began_ms + elapsed_ms, connector=1, **fields)
    return stamped.as_replayed().payload


if __name__ == "__main__":
    main()
