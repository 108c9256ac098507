"""Bench `settle`: orders settled a second by 1 and by 8 threads of one process, each durable before the next.

Ceiling: the same SQL without the product. The product's own statements for a charge are written down in a
transaction that is rolled back, then sent as they are over plain connections, committed.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pymysql

from backend.collector import calm_collector
from backend.domain.errors import ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.models import Order
from backend.models.engine import database as db
from backend.models.engine.database import database, transact
from backend.services.charging.end_session import end_session
from scripts.benches.result import Options, Result, interleave, median, number, say, with_range
from scripts.benches.servers import running_servers
from scripts.benches.settle_order import final_records
from scripts.benches.world import PILES_PER_STATION, ChargingPile, seed_world

T = TypeVar("T")

THREADS = (1, 8)
CASES_PER_REP = 2 * len(THREADS)
SESSION_AGE = timedelta(minutes=20)
LARGEST_SHARE = 200
LONGEST_PATIENCE = 100
RATE = "orders_per_s"
GAVE_UP = "gave_up"
Statement = tuple[str, Sequence[Any] | None]
Closing = contextlib.AbstractContextManager[None]


class RollBackError(Exception):
    """Ends a transaction that was only to be watched."""


def run(options: Options) -> Result:
    """`value` and `ceiling` are at 8 threads."""
    usable = options.piles - -(-options.piles // PILES_PER_STATION)
    share = min(LARGEST_SHARE, usable // (options.reps * CASES_PER_REP))
    if share < max(THREADS):
        raise ValueError(f"{options.piles} piles are too few for {options.reps} repetitions")
    with running_servers("settle") as servers:
        say(f"  seeding {options.piles} live charges …")
        world = seed_world(options.piles, utc_now() - SESSION_AGE)
        first = world.piles[::PILES_PER_STATION]
        for record in final_records(first, utc_now()):
            # makes the rows that later orders of the same station and hour only bump
            end_session(**record)
        # neighbours in this order are piles of different stations
        spread = [
            pile for start in range(1, PILES_PER_STATION) for pile in world.piles[start::PILES_PER_STATION]
        ]
        rest = iter(spread)
        calm_collector()  # as the bridge, which settles
        cases: dict[str, Callable[[], dict[str, float]]] = {}
        for threads in THREADS:
            cases[f"product, {threads} threads"] = lambda threads=threads: _product(
                _take(rest, share), threads
            )  # type: ignore[misc]
            cases[f"same SQL, {threads} threads"] = lambda threads=threads: _by_hand(  # type: ignore[misc]
                servers.database_url, _take(rest, share), threads
            )
        found = interleave(cases, options.reps)
        settled = Order.select().count()
    expected = len(first) + share * options.reps * CASES_PER_REP
    failures = [] if settled == expected else [f"{settled} orders were written, not {expected}"]
    return _result(found, share, failures)


def _take(rest: Iterator[ChargingPile], count: int) -> list[ChargingPile]:
    return [next(rest) for _ in range(count)]


def _product(piles: Sequence[ChargingPile], threads: int) -> dict[str, float]:
    @contextlib.contextmanager
    def opening() -> Iterator[None]:
        transact(lambda: None)
        yield
        db.close()

    records, gave_up = final_records(piles, utc_now()), itertools.count()

    def settle(record: dict[str, Any]) -> None:
        for _ in range(LONGEST_PATIENCE):
            try:
                end_session(**record)
            except ServiceUnavailable:
                next(gave_up)  # others were faster; the bridge tries again for ever
            else:
                return

    spent_s = _spent_s(records, settle, threads, opening)
    return {RATE: len(piles) / spent_s, GAVE_UP: next(gave_up)}


def _by_hand(database_url: str, piles: Sequence[ChargingPile], threads: int) -> dict[str, float]:
    written = [_write_down(record) for record in final_records(piles, utc_now())]
    local = threading.local()

    @contextlib.contextmanager
    def opening() -> Iterator[None]:
        local.connection = _connect(database_url)
        yield
        local.connection.close()

    spent_s = _spent_s(written, lambda statements: _send(local.connection, statements), threads, opening)
    return {RATE: len(piles) / spent_s, "statements": sum(map(len, written)) / len(written)}


def _send(connection: pymysql.Connection[Any], statements: Sequence[Statement]) -> None:
    """One committed transaction, begun anew as the product does when others were faster."""
    for _ in range(LONGEST_PATIENCE):
        try:
            with connection.cursor() as cursor:
                for sql, values in statements:
                    cursor.execute(sql, values)
                    cursor.fetchall()
            connection.commit()
        except pymysql.OperationalError as error:
            if error.args[0] not in db.RETRYABLE_MYSQL:
                raise
            connection.rollback()
        else:
            return


def _connect(database_url: str) -> pymysql.Connection[pymysql.cursors.Cursor]:
    url = urlsplit(database_url)
    return pymysql.connect(
        host=url.hostname or "",
        port=url.port or 0,
        user=url.username or "",
        password=url.password or "",
        database=url.path[1:],
    )


def _write_down(record: dict[str, Any]) -> list[Statement]:
    """The statements that settle this charge, in order; nothing of it stays."""
    statements: list[Statement] = []
    plain = database.obj.execute_sql

    def execute_sql(sql: str, params: Sequence[Any] | None = None) -> Any:
        statements.append((sql, params))
        return plain(sql, params)

    def watch() -> None:
        database.obj.execute_sql = execute_sql
        try:
            end_session(**record)
        finally:
            del database.obj.execute_sql
        raise RollBackError

    try:
        transact(watch)
    except RollBackError:
        return statements
    raise AssertionError("a watched transaction was not rolled back")


def _spent_s(
    work: Sequence[T], do: Callable[[T], None], threads: int, opening: Callable[[], Closing]
) -> float:
    """Seconds until `do` is done with all, shared among threads that each connected before the clock started."""
    together = threading.Barrier(threads + 1)
    rest = iter(work)
    lock = threading.Lock()

    def serve() -> None:
        with opening():
            together.wait()
            while (one := _next(rest, lock)) is not None:
                do(one)

    with ThreadPoolExecutor(threads) as pool:
        serving = [pool.submit(serve) for _ in range(threads)]
        together.wait()
        began_s = time.monotonic()
    for one in serving:
        one.result()
    return time.monotonic() - began_s


def _next(rest: Iterator[T], lock: threading.Lock) -> T | None:
    with lock:
        return next(rest, None)


def _result(found: dict[str, list[dict[str, float]]], share: int, failures: Sequence[str]) -> Result:
    table = [["", "orders/s", "product / same SQL"]]
    details: dict[str, object] = {"orders_per_case": share}
    for threads in THREADS:
        product, by_hand = (found[f"{who}, {threads} threads"] for who in ("product", "same SQL"))
        ratio = median(product, RATE) / median(by_hand, RATE)
        table.append([f"product, {threads} threads", with_range(product, RATE), number(ratio)])
        table.append([f"same SQL, {threads} threads", with_range(by_hand, RATE), ""])
        details[f"threads_{threads}"] = {
            "value": median(product, RATE),
            "ceiling": median(by_hand, RATE),
            "ratio": ratio,
            GAVE_UP: sum(one[GAVE_UP] for one in product),
        }
    most = max(THREADS)
    return Result(
        bench="settle",
        value=median(found[f"product, {most} threads"], RATE),
        unit="orders/s",
        ceiling=median(found[f"same SQL, {most} threads"], RATE),
        table=table,
        details=details,
        failures=failures,
    )
