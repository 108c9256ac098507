"""What the Redis server says of its memory and its disk, for the self-check only."""

from dataclasses import dataclass
from typing import Any

import redis

from backend.live import connection


@dataclass(frozen=True, slots=True)
class RedisServer:
    """`keeps_on_disk` is None where our user may not ask; `maxmemory_bytes` 0: no bound."""

    maxmemory_bytes: int
    policy: str
    keeps_on_disk: bool | None


def find_server() -> RedisServer | None:
    """The connected server, or None while it is absent."""
    return connection.call(_ask, otherwise=None)


def _ask(client: redis.Redis) -> RedisServer:
    told: Any = client.info()
    return RedisServer(
        maxmemory_bytes=int(told["maxmemory"]),
        policy=str(told["maxmemory_policy"]),
        keeps_on_disk=True if told["aof_enabled"] else _has_snapshots(client),
    )


def _has_snapshots(client: redis.Redis) -> bool | None:
    try:
        told: Any = client.config_get("save")
    except redis.ResponseError:
        return None
    return bool(told.get("save"))
