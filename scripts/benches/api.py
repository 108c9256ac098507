"""Bench `api`: requests/s and p99 of a driver's five reads at 64 connections, each request of another driver.

Ceiling: a Tornado handler that does nothing. One API process with MariaDB and Redis; the load shares the machine.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from backend.gateways.clock import utc_now
from backend.gateways.ids import new_number
from backend.models import Order
from backend.models.engine.database import transact
from scripts.benches.idle_api import READY as IDLE_READY
from scripts.benches.result import Options, Result, interleave, median, number, say, with_range
from scripts.benches.servers import Servers, running_servers
from scripts.benches.settle_order import end_charge
from scripts.benches.worker import Worker, working
from scripts.benches.world import LAT_E6, LNG_E6, ChargingPile, World, freshen, seed_world
from scripts.processes.loopback import free_port

CONNECTIONS = 64
FULL_S, QUICK_S = 5.0, 0.5
SESSION_AGE = timedelta(minutes=20)
SHARE_WITH_ORDERS = 10
ORDERS_PER_DRIVER = 30
IDLE = "no-op handler"
RATE = "req_per_s"
E6 = 1_000_000


def run(options: Options) -> Result:
    """Every read against the ceiling; `value` is the slower of scan resolve and live session."""
    seconds = QUICK_S if options.is_quick else FULL_S
    with running_servers("api") as servers:
        say(f"  seeding {options.piles} drivers with a live charge each …")
        world = seed_world(options.piles, utc_now() - SESSION_AGE)
        with_orders = world.piles[: max(CONNECTIONS, options.piles // SHARE_WITH_ORDERS)]
        _seed_orders(with_orders)
        freshen(world, utc_now())
        requests = _make_requests(servers, world, with_orders)
        found = _measure(servers, requests, seconds, options.reps)
    return _result(found, options)


def _measure(
    servers: Servers, requests: Mapping[str, Sequence[str]], seconds: float, reps: int
) -> dict[str, list[dict[str, float]]]:
    idle_port = free_port()
    idle = [sys.executable, "-m", "scripts.benches.idle_api", str(idle_port)]
    ports = {name: idle_port if name == IDLE else servers.api_port for name in requests}
    # the first of each is a warm-up
    turns = [(name, ports[name], seconds / 5) for name in requests]
    turns += [(name, ports[name], seconds) for _ in range(reps) for name in requests]
    task = {"requests": requests, "connections": CONNECTIONS, "turns": turns}
    with (
        servers.running("idle_api", idle, IDLE_READY),
        servers.product("backend.api", "api_ready"),
        working("http_load", task, servers.folder / "workers.log") as load,
    ):
        for _ in requests:
            _turn(load)
        cases: dict[str, Callable[[], dict[str, float]]] = {name: lambda: _turn(load) for name in requests}
        return interleave(cases, reps)


def _turn(load: Worker) -> dict[str, float]:
    load.go()
    return load.answer()


def _seed_orders(piles: Sequence[ChargingPile]) -> None:
    """Each of these drivers' charge is settled by the product; the row is then repeated with other numbers."""
    now = utc_now()
    for pile in piles:
        end_charge(pile, now)
    found: Iterable[Any] = Order.select().dicts()
    rows: list[dict[str, Any]] = list(found)
    session_ids = itertools.count(max(row["session_id"] for row in rows) + E6)
    for row in rows:
        del row["id"]
        copies = [
            {**row, "order_no": new_number("O", now), "session_id": next(session_ids)}
            for _ in range(ORDERS_PER_DRIVER - 1)
        ]
        transact(lambda copies=copies: Order.insert_many(copies).execute())  # type: ignore[misc]


def _make_requests(
    servers: Servers, world: World, with_orders: Sequence[ChargingPile]
) -> dict[str, Sequence[str]]:
    charging = world.piles[len(with_orders) :]
    prefix = "/api/v1/driver"

    def get(path: str, pile: ChargingPile) -> str:
        return f"GET {prefix}{path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {pile.token}\r\n\r\n"

    def resolve(pile: ChargingPile) -> str:
        body = json.dumps({"text": f"{servers.api_url}/p/{pile.qr_token}"})
        head = f"POST {prefix}/connectors/resolve HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {pile.token}\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"

    def nearby(number: int, pile: ChargingPile) -> str:
        lat, lng = LAT_E6 + number % 100 * 1_000, LNG_E6 + number % 97 * 1_000
        return get(f"/stations/nearby?lat={lat / E6:.6f}&lng={lng / E6:.6f}", pile)

    return {
        IDLE: ["GET / HTTP/1.1\r\nHost: bench\r\n\r\n"],
        "scan resolve": [resolve(pile) for pile in world.piles],
        "live session": [get("/sessions/live", pile) for pile in charging],
        "nearby": [nearby(number, pile) for number, pile in enumerate(world.piles)],
        "order list": [get("/orders?limit=20", pile) for pile in with_orders],
        "wallet": [get("/wallet", pile) for pile in world.piles],
    }


def _result(found: Mapping[str, list[dict[str, float]]], options: Options) -> Result:
    ceiling = median(found[IDLE], RATE)
    table = [["", "req/s", "/ no-op", "p50 ms", "p99 ms"]]
    details: dict[str, object] = {"connections": CONNECTIONS, "piles": options.piles}
    failures = []
    for name, measured in found.items():
        rate, p99_ms = median(measured, RATE), median(measured, "p99_ms")
        shown = [number(rate / ceiling), number(median(measured, "p50_ms")), with_range(measured, "p99_ms")]
        table.append([name, with_range(measured, RATE), *shown])
        details[name.replace(" ", "_").replace("-", "")] = {
            RATE: rate,
            "ratio": rate / ceiling,
            "p99_ms": p99_ms,
        }
        refused = int(sum(one["refused"] for one in measured))
        if refused:
            failures.append(f"{name}: {refused} requests were not answered 2xx")
    value = min(median(found[name], RATE) for name in ("scan resolve", "live session"))
    return Result(
        bench="api",
        value=value,
        unit="req/s",
        ceiling=ceiling,
        table=table,
        details=details,
        failures=failures,
    )
