"""Bench `lists`: milliseconds of every list and sum of the screens, over years of charges, against their own SQL.

Each case of `list_cases` is asked in turn through its service, one at a time as a thread of the API does. Rival: the
statements of that very case, written down once and sent as they are over a plain connection. The all-time sums are
compared with the same sums over the orders themselves, which must be equal.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

import pymysql

from backend.domain.actor import Actor
from backend.gateways.clock import utc_now
from backend.models.engine.database import database, open_database
from backend.services.upkeep.rebuild_live import rebuild_live
from backend.services.views.desk.all_time import AllTime, get_all_time
from scripts.benches.list_cases import STAFF, Case, make_cases
from scripts.benches.list_rows import seed_lists
from scripts.benches.result import Options, Result, number, percentile, say
from scripts.benches.servers import running_servers

RUNS_PER_REP: Final = 5
RAW_LIMIT_S: Final = 300
SLOW: Final = 0.95
Statement = tuple[str, Sequence[Any] | None]


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds of each run of a case through its service, and of its statements alone."""

    case: Case
    statements: Sequence[Statement]
    ours_ms: list[float] = field(default_factory=list)
    raw_ms: list[float] = field(default_factory=list)


def run(options: Options) -> Result:
    """`value` is the p95 of the slowest list, `ceiling` that of its statements alone."""
    now = utc_now()
    with running_servers("lists") as servers:
        say(f"  seeding {options.orders:,} orders …")
        began = time.monotonic()
        sizes = seed_lists(options.orders, now)
        rebuild_live(now=now)
        say(f"  seeded in {time.monotonic() - began:.0f} s")
        found = [Measured(case, _write_down(case)) for case in make_cases(sizes, now)]
        # a connection as the product's are, without the product
        with open_database(servers.database_url, statement_timeout_s=RAW_LIMIT_S) as plain:
            cursor: Any = plain.cursor()  # type: ignore[no-untyped-call]
            for rep in range(1, options.reps + 1):
                say(f"  {rep}/{options.reps} {len(found)} cases")
                _measure(found, cursor)
            sums = {who: _compare_sums(staff, cursor) for who, staff in STAFF.items()}
    return _result(found, sums, options.orders)


def _write_down(case: Case) -> list[Statement]:
    """The statements of a case, in order."""
    statements: list[Statement] = []
    plain = database.obj.execute_sql

    def execute_sql(sql: str, params: Sequence[Any] | None = None) -> Any:
        statements.append((sql, params))
        return plain(sql, params)

    database.obj.execute_sql = execute_sql
    try:
        case.read()
    finally:
        del database.obj.execute_sql
    return statements


def _measure(found: Sequence[Measured], cursor: pymysql.cursors.Cursor) -> None:
    for one in found:
        for _ in range(RUNS_PER_REP):
            one.ours_ms.append(_taken_ms(one.case.read))
            one.raw_ms.append(_taken_ms(lambda: _send(one.statements, cursor)))  # noqa: B023 - called at once


def _taken_ms(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1_000


def _send(statements: Sequence[Statement], cursor: pymysql.cursors.Cursor) -> None:
    for sql, values in statements:
        cursor.execute(sql, values)
        cursor.fetchall()


def _compare_sums(staff: Actor, cursor: pymysql.cursors.Cursor) -> tuple[float, float, bool]:
    """Milliseconds of the all-time sums from the roll-ups and from the orders, and whether they are the same."""
    where = "1 = 1" if staff.is_platform else f"operator_id = {staff.operator_id:d}"
    if staff.station_ids is not None:
        where += f" AND station_id IN ({', '.join(map(str, sorted(staff.station_ids)))})"
    raw = (
        "SELECT COUNT(*), SUM(energy_wh), SUM(total_fen),"  # noqa: S608 - made of our own numbers
        f" SUM(TIMESTAMPDIFF(SECOND, started_at, ended_at)) FROM charge_order WHERE {where}"
    )
    cursor.execute("SET SESSION max_statement_time = 0")
    raw_ms = _taken_ms(lambda: cursor.execute(raw))
    (row,) = cursor.fetchall()
    ours_ms = median(_taken_ms(lambda: get_all_time(staff)) for _ in range(RUNS_PER_REP))
    return ours_ms, raw_ms, get_all_time(staff) == AllTime(*(int(value or 0) for value in row))


def _result(found: Sequence[Measured], sums: dict[str, tuple[float, float, bool]], orders: int) -> Result:
    table = [["list", "cases", "p50 ms", "p95 ms", "its SQL p50", "p95", "slowest case", "p50 ms"]]
    lists: defaultdict[str, list[Measured]] = defaultdict(list)
    for one in found:
        lists[one.case.list].append(one)
    details: dict[str, object] = {}
    slowest, its_sql = 0.0, 0.0
    for name, cases in lists.items():
        ours = [ms for one in cases for ms in one.ours_ms]
        raw = [ms for one in cases for ms in one.raw_ms]
        worst = max(cases, key=lambda one: median(one.ours_ms))
        told = [percentile(values, share) for values in (ours, raw) for share in (0.5, SLOW)]
        worst_ms = number(median(worst.ours_ms))
        table.append([name, str(len(cases)), *map(number, told), worst.case.question, worst_ms])
        details[name.replace(" ", "_")] = dict(zip(("p50", "p95", "sql_p50", "sql_p95"), told, strict=True))
        if told[1] > slowest:
            slowest, its_sql = told[1], told[3]
    for who, (ours_ms, raw_ms, _) in sums.items():
        row = [
            f"all time for {who}",
            "1",
            number(ours_ms),
            "",
            number(raw_ms),
            "",
            "SQL: over the orders",
            "",
        ]
        table.append(row)
    return Result(
        bench="lists",
        value=slowest,
        unit="ms p95",
        ceiling=its_sql,
        table=table,
        details={
            "orders": orders,
            "lists": details,
            "all_time_times_faster": {who: raw_ms / ours_ms for who, (ours_ms, raw_ms, _) in sums.items()},
        },
        failures=[
            f"all time for {who} is not the sum of its orders" for who, sum_ in sums.items() if not sum_[2]
        ],
    )
