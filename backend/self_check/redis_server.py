"""What production asks Redis: bounded memory and nothing on disk. Nothing here is unsafe, for nothing in it is the truth."""

from collections.abc import Iterator
from typing import Final

from backend import live
from backend.config import Settings
from backend.live.server import RedisServer, find_server
from backend.self_check.finding import Finding, advice, passed, unknown

CONF: Final = "见 conf/redis.conf"
KEY: Final = "redis"


def check_redis_server(settings: Settings) -> Iterator[Finding]:
    """Ask the server over a connection of its own; without one nothing is asked."""
    if not settings.redis.url:
        return
    try:
        live.connect(settings.redis.url)
        found = find_server()
    except ValueError as error:
        yield unknown(KEY, f"地址不对：{error}")
        return
    finally:
        live.close()
    if found is None:
        yield unknown(KEY, "连不上 Redis（不影响充电和结算，只是变慢）")
        return
    yield from _judge(found)


def _judge(found: RedisServer) -> Iterator[Finding]:
    if not found.maxmemory_bytes:
        yield advice("maxmemory", f"没有上限，Redis 可能占满内存（{CONF}）")
    elif not found.policy.startswith("allkeys"):
        yield advice(
            "maxmemory_policy", f"应为 allkeys-lru，现在是 {found.policy}：满了以后写不进去（{CONF}）"
        )
    else:
        yield passed("maxmemory", f"{found.maxmemory_bytes >> 20} MiB, {found.policy}")
    if found.keeps_on_disk:
        yield advice("save / appendonly", f"Redis 只是缓存，不用存盘；存盘只会拖慢它（{CONF}）")
