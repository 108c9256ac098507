"""Bench `nearby`: the exact 50 nearest within 5 km among 10 k, 100 k and 1 M places, against one GEOSEARCH alone.

Each place stands for a connector that is alone at its station, which is the worst case: stations hold the positions,
and a station has several connectors. Places are uniform over 205 × 222 km, as dense as a large city's at 1 M.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from typing import Any

import redis

from backend.live import nearby
from backend.live.nearby import Place, Search
from scripts.benches.result import Options, Result, interleave, median, percentile, say, with_range
from scripts.benches.servers import running_servers

SIZES = (10_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 10_000)
SEARCHES = 400
RADIUS_M = 5_000
LIMIT = 50
SEED = 5
LAT_E6 = (30_500_000, 32_500_000)
LNG_E6 = (120_000_000, 122_150_000)
E6 = 1_000_000
KEY = "stations"

Find = Callable[[Search], list[str]]


def run(options: Options) -> Result:
    """Milliseconds of one search at a time; a search that differs from GEOSEARCH's answer is a failure."""
    table = [["places", "p50 ms", "p99 ms", "GEOSEARCH p50 ms", "GEOSEARCH p99 ms", "ratio of p50"]]
    details: dict[str, object] = {}
    failures: list[str] = []
    value = ceiling = 0.0
    with running_servers("nearby") as servers, redis.Redis.from_url(servers.redis_url) as client:
        for size in QUICK_SIZES if options.is_quick else SIZES:
            chosen = random.Random(SEED)  # noqa: S311 - places, not secrets
            say(f"  {size:,} places")
            nearby.rebuild([_place(chosen, number) for number in range(size)])
            searches = [_search(chosen) for _ in range(SEARCHES)]
            finds: dict[str, Find] = {"ours": _ours, "redis": lambda search: _alone(client, search)}
            failures += _differences(size, searches, finds)
            found = interleave(
                {name: functools.partial(_measure, find, searches) for name, find in finds.items()},
                options.reps,
            )
            value, ceiling = median(found["ours"], "p50_ms"), median(found["redis"], "p50_ms")
            cells = [with_range(found[name], key) for name in finds for key in ("p50_ms", "p99_ms")]
            table.append([f"{size:,}", *cells, f"{value / ceiling:.2f}"])
            details[f"p50_ms_{size}"] = value
            details[f"p99_ms_{size}"] = median(found["ours"], "p99_ms")
    return Result(
        bench="nearby",
        value=value,
        unit="ms p50",
        ceiling=ceiling,
        table=table,
        details=details,
        failures=failures,
    )


def _place(chosen: random.Random, number: int) -> Place:
    return f"Z{number:07d}", chosen.randint(*LAT_E6), chosen.randint(*LNG_E6)


def _search(chosen: random.Random) -> Search:
    return Search(chosen.randint(*LAT_E6), chosen.randint(*LNG_E6), RADIUS_M, LIMIT)


def _ours(search: Search) -> list[str]:
    answer = nearby.find_nearest([search])
    if answer is None:
        raise ValueError("Redis does not hold the places: is its memory too small?")
    return answer[0]


def _alone(client: redis.Redis, search: Search) -> list[str]:
    names: Any = client.geosearch(
        KEY,
        longitude=search.lng_e6 / E6,
        latitude=search.lat_e6 / E6,
        radius=RADIUS_M,
        unit="m",
        sort="ASC",
        count=LIMIT,
    )
    return [name.decode() for name in names]


def _differences(size: int, searches: list[Search], finds: dict[str, Find]) -> list[str]:
    wrong = sum(finds["ours"](search) != finds["redis"](search) for search in searches)
    return [f"{size:,} places: {wrong} of {len(searches)} searches found others"] if wrong else []


def _measure(find: Find, searches: list[Search]) -> dict[str, float]:
    taken_ms = []
    for search in searches:
        began = time.perf_counter()
        find(search)
        taken_ms.append((time.perf_counter() - began) * 1_000)
    return {"p50_ms": percentile(taken_ms, 0.5), "p99_ms": percentile(taken_ms, 0.99)}
