"""Bench `dashboard`: milliseconds and rows read of every chart, over years of charges, against a query over the orders.

Each case of `dashboard_cases` is asked in turn through its service, one at a time as a thread of the API does. Rival:
one query over orders, fee lines or sessions that says the same, sent once over a plain connection; what the chart shows
must be equal to it, row by row.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

import pymysql

from backend.gateways.clock import utc_now
from backend.models.engine.database import database, open_database
from scripts.benches.dashboard_cases import ChartCase, make_chart_cases
from scripts.benches.dashboard_raw import CHARTS, Figures, filtered, time_column, without_zeros
from scripts.benches.dashboard_rows import seed_dashboard
from scripts.benches.result import Options, Result, number, percentile, say
from scripts.benches.servers import running_servers

RUNS_PER_REP: Final = 5
RAW_LIMIT_S: Final = 600
SLOW: Final = 0.95
SHOWN_DIFFERENCES: Final = 3


@dataclass(slots=True)
class Measured:
    """Milliseconds of each run of a case through its service, the rows it reads, and what the raw query took."""

    case: ChartCase
    rows_read: int
    ours_ms: list[float] = field(default_factory=list)
    raw_ms: float | None = None
    fault: str = ""


def run(options: Options) -> Result:
    """`value` is the p95 of the slowest chart, `ceiling` the median of that chart's queries over the orders."""
    now = utc_now()
    with running_servers("dashboard") as servers:
        seeded = seed_dashboard(
            url=servers.database_url,
            orders=options.orders,
            piles=options.piles,
            folder=servers.folder,
            now=now,
        )
        found = [Measured(case, _count_rows(case)) for case in make_chart_cases(seeded.last_day, now)]
        for rep in range(1, options.reps + 1):
            say(f"  {rep}/{options.reps} {len(found)} cases")
            for one in found:
                one.ours_ms += [_taken_ms(one.case) for _ in range(RUNS_PER_REP)]
        with open_database(servers.database_url, statement_timeout_s=RAW_LIMIT_S) as plain:
            cursor: Any = plain.cursor()  # type: ignore[no-untyped-call]
            cursor.execute("SET SESSION max_statement_time = 0")
            say("  the same from the orders …")
            for one in found:
                _compare(one, cursor)
    return _result(found, seeded.orders, options.piles)


def _count_rows(case: ChartCase) -> int:
    """What the server reads for one asking; the first fills what is kept in memory."""
    case.read()
    before = _handler_reads()
    case.read()
    return _handler_reads() - before


def _handler_reads() -> int:
    rows = database.execute_sql("SHOW SESSION STATUS LIKE 'Handler_read%%'").fetchall()
    return sum(int(count) for _, count in rows)


def _taken_ms(case: ChartCase) -> float:
    began = time.perf_counter()
    case.read()
    return (time.perf_counter() - began) * 1_000


def _compare(one: Measured, cursor: pymysql.cursors.Cursor) -> None:
    case = one.case
    if case.where is None:
        return
    chart = CHARTS[case.chart]
    where, values = filtered(case.where, case.wanted, time_column(case.chart))
    sql = chart.sql.replace("{where}", where).replace("{region}", case.region)
    began = time.perf_counter()
    cursor.execute(sql, values)
    rows = cursor.fetchall()
    one.raw_ms = (time.perf_counter() - began) * 1_000
    raw = {tuple(row[: -chart.width]): tuple(map(int, row[-chart.width :])) for row in rows}
    one.fault = _difference(without_zeros(chart.figures(case.read())), without_zeros(raw))


def _difference(ours: Figures, raw: Figures) -> str:
    keys = [key for key in {*ours, *raw} if ours.get(key) != raw.get(key)]
    shown = [
        f"{key}: {ours.get(key)} but {raw.get(key)}" for key in sorted(keys, key=str)[:SHOWN_DIFFERENCES]
    ]
    return "; ".join(shown)


def _result(found: Sequence[Measured], orders: int, piles: int) -> Result:
    table = [
        ["chart", "cases", "p50 ms", "p95 ms", "rows read", "orders p50", "times", "slowest case", "p50 ms"]
    ]
    charts: defaultdict[str, list[Measured]] = defaultdict(list)
    for one in found:
        charts[one.case.chart].append(one)
    details: dict[str, object] = {}
    slowest, of_orders = 0.0, None
    for name, cases in charts.items():
        ours = [ms for one in cases for ms in one.ours_ms]
        p50, p95 = percentile(ours, 0.5), percentile(ours, SLOW)
        raw = [one.raw_ms for one in cases if one.raw_ms is not None]
        raw_ms = median(raw) if raw else None
        times = median(one.raw_ms / median(one.ours_ms) for one in cases if one.raw_ms) if raw else None
        worst = max(cases, key=lambda one: median(one.ours_ms))
        rows_read = max(one.rows_read for one in cases)
        table.append(
            [
                *(name, str(len(cases)), number(p50), number(p95), f"{rows_read:,}"),
                *("" if raw_ms is None else number(raw_ms), "" if times is None else number(times)),
                *(worst.case.question, number(median(worst.ours_ms))),
            ]
        )
        details[name] = {
            "p50": p50,
            "p95": p95,
            "rows_read": rows_read,
            "orders_p50": raw_ms,
            "times_faster": times,
            "slowest_case": worst.case.question,
            "slowest_case_p50": median(worst.ours_ms),
        }
        if p95 > slowest:
            slowest, of_orders = p95, raw_ms
    return Result(
        bench="dashboard",
        value=slowest,
        unit="ms p95",
        ceiling=of_orders,
        table=table,
        details={"orders": orders, "piles": piles, "charts": details},
        failures=[f"{one.case.chart} {one.case.question}: {one.fault}" for one in found if one.fault],
    )
