"""Probes: alive, ready, and this process's metrics. With several processes on one port each answers for itself."""

import asyncio
from collections.abc import Awaitable
from typing import Final

import msgspec

from backend.api.http import metrics
from backend.api.http.call import Call
from backend.api.http.route import Handle, Reply, Route, Scope
from backend.domain.errors import DomainError
from backend.live import is_available
from backend.models.engine.database import database, reading

PROBE_LIMIT_S: Final = 2.0


class Alive(msgspec.Struct, frozen=True):
    status: str


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """`writes`: the database takes them. `redis` may be false on a healthy system: only freshness and speed need it."""

    is_ready: bool
    database: bool
    writes: bool
    redis: bool
    is_draining: bool


async def show_alive(call: Call[None, None]) -> Alive:
    """The loop turns; nothing else is asked."""
    del call
    return Alive(status="ok")


async def show_ready(call: Call[None, None]) -> Reply:
    """200 when requests can be answered, else 503; says which part is missing."""
    lane = call.parts.lanes.transactions
    has_database, has_redis, has_writes = await asyncio.gather(
        _within_limit(call.parts.lanes.reads.run(_ask_database)),
        _within_limit(call.parts.lanes.reads.run(is_available)),
        call.parts.write_check.is_well(lane, PROBE_LIMIT_S),
    )
    draining = call.parts.traffic.is_draining
    is_ready = has_database and has_writes and not draining
    told = Readiness(
        is_ready=is_ready, database=has_database, writes=has_writes, redis=has_redis, is_draining=draining
    )
    return Reply(
        body=msgspec.json.encode(told),
        content_type="application/json; charset=utf-8",
        status=200 if is_ready else 503,
    )


async def show_metrics(call: Call[None, None]) -> Reply:
    """For Prometheus; the reverse proxy keeps it from the outside."""
    del call
    return Reply(body=metrics.render(), content_type=metrics.CONTENT_TYPE)


@reading
def _ask_database() -> bool:
    database.execute_sql("SELECT 1")
    return True


async def _within_limit(asked: Awaitable[bool]) -> bool:
    try:
        return bool(await asyncio.wait_for(asked, PROBE_LIMIT_S))
    except (TimeoutError, DomainError):
        return False


def _probe(path: str, handle: Handle, summary: str) -> Route:
    return Route(
        method="GET",
        path=path,
        scope=Scope.PUBLIC,
        handle=handle,
        summary=summary,
        is_documented=False,
    )


ROUTES: tuple[Route, ...] = (
    _probe("/healthz", show_alive, "存活"),
    _probe("/readyz", show_ready, "就绪"),
    _probe("/metrics", show_metrics, "指标"),
)
