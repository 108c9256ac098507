"""The product with a whole fleet connected and heard, for a bench to measure in: broker, bridge, API, jobs, load."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from backend.domain.timer import TimerKind
from backend.gateways.clock import utc_now
from backend.models import Command, ConnectorState, MeterValue, Timer
from backend.services.charging.watch_session import LOOK_EVERY
from scripts.benches.result import say
from scripts.benches.servers import SECRET, Servers
from scripts.benches.waiting import wait_until
from scripts.benches.worker import Worker, working
from scripts.benches.world import GUNS, World

CONNECTORS_CHARGING = 1 / 3
# The shipped broker takes 12 000 connections; some are the bridge's and its neighbours'.
MAX_PILES = 11_900
HEARD_LIMIT_S = CALM_LIMIT_S = 180.0
WATCH_ROUND_S = LOOK_EVERY.total_seconds()
CALM, QUIET = timedelta(seconds=0.5), timedelta(seconds=3)
# The bridge asks every pile of a broker that is new to it; that must be over before anything is measured.
STATUS_ASKS_PER_S = 1_000


@dataclass(frozen=True, slots=True)
class FleetStack:
    """`pids` are the product's and its servers' by name; `load` answers what fleet_load.py does."""

    pids: dict[str, int]
    load: Worker


def charging_share(piles: int) -> int:
    """How many piles charge on their first connector, so that CONNECTORS_CHARGING of all connectors do.

    Raises ValueError for more piles than the shipped broker takes.
    """
    if piles > MAX_PILES:
        raise ValueError(f"{piles} piles: the shipped broker takes {MAX_PILES}")
    return round(piles * GUNS * CONNECTORS_CHARGING)


def list_pile_nos(world: World) -> list[str]:
    """Of all piles, those that charge first."""
    return [pile.pile_no for pile in world.piles] + [pile.pile_no for pile in world.idle]


@contextlib.contextmanager
def running_fleet(servers: Servers, world: World, boot: int, last: int | None = None) -> Iterator[FleetStack]:
    """Every pile connected under a new `boot`, its first statuses committed. The `last` answer of the load ends its traffic."""
    pile_nos = list_pile_nos(world)
    _spread_watches(utc_now())
    with contextlib.ExitStack() as running:
        port, broker_pid = running.enter_context(servers.broker(pile_nos))
        settings = {
            "XINXIANG_MQTT_PORT": str(port),
            "XINXIANG_BRIDGE_STATUS_ASKS_PER_S": str(STATUS_ASKS_PER_S),
        }
        pids = {
            "broker": broker_pid,
            "bridge": running.enter_context(servers.product("mqtt_bridge", "bridge_ready", settings)),
            "api": running.enter_context(servers.product("backend.api", "api_ready")),
            "jobs": running.enter_context(servers.product("backend.jobs", "jobs_ready")),
            "database": servers.mariadb.child.pid,
            "redis": servers.redis_pid,
        }
        load = running.enter_context(connected_load(servers, world, port, boot, last))
        wait_until(lambda: _is_heard(boot, len(pile_nos)), "every pile is heard", HEARD_LIMIT_S)
        wait_until(_is_calm, "the fleet's arrival is digested", CALM_LIMIT_S)
        yield FleetStack(pids, load)


@contextlib.contextmanager
def connected_load(
    servers: Servers, world: World, port: int, boot: int, last: int | None = None
) -> Iterator[Worker]:
    """The fleet's worker once all its piles are connected to the broker on `port`."""
    task: dict[str, Any] = {
        "port": port,
        "password": SECRET,
        "boot": boot,
        "charging": {pile.pile_no: pile.session_no for pile in world.piles},
        "plugged": [pile.pile_no for pile in world.idle],
        "began_ms": round(world.began_at.timestamp() * 1e3),
        "last": last,
    }
    with working("fleet_load", task, servers.folder / "workers.log") as load:
        load.go()
        say(f"  {load.answer()['piles']} piles are connected")
        yield load


def _spread_watches(now: datetime) -> None:
    """All charges of the world began at once; their timers are spread as if they had not."""
    spread = fn.FROM_UNIXTIME(now.timestamp() + fn.RAND() * WATCH_ROUND_S)
    Timer.update(due_at=spread).where(Timer.kind == TimerKind.SESSION_WATCH).execute()


def _is_heard(boot: int, piles: int) -> bool:
    return bool(ConnectorState.select().where(ConnectorState.boot >= boot).count() == piles * GUNS)


def _is_calm() -> bool:
    """Whether the newest reading is of now, and no command was queued lately (a new broker: all are asked)."""
    now = utc_now()
    newest = MeterValue.select(fn.MAX(MeterValue.at)).scalar()
    if newest is None or now - newest > CALM:
        return False
    return not Command.select().where(Command.created_at > now - QUIET).exists()
