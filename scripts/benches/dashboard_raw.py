"""What each chart says, and the same from orders, fee lines and sessions by one query: they must be equal.

A figure is a key (a day, a region, an hour …) with whole numbers. Days are those of UTC+8, where all of the data is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from backend.services.views.analysis.ranges import DayRange

Figures: TypeAlias = dict[tuple[Any, ...], tuple[int, ...]]
_LOCAL: Final = "o.ended_at + INTERVAL 8 HOUR"
_ASKED: Final = "s.created_at + INTERVAL 8 HOUR"
_CHARGES: Final = "CAST(SUM(o.kind = 'charging') AS SIGNED)"
_SUMS: Final = (
    f"{_CHARGES}, SUM(o.energy_wh), SUM(o.electricity_fen), SUM(o.service_fen), SUM(o.idle_fen), SUM(o.total_fen),"
    " CAST(SUM(IF(o.kind = 'charging', TIMESTAMPDIFF(SECOND, o.started_at, o.ended_at), 0)) AS SIGNED)"
)
_ORDERS: Final = """charge_order AS o JOIN connector AS c ON c.id = o.connector_id JOIN pile AS p ON p.id = c.pile_id
  JOIN station AS t ON t.id = o.station_id"""
_SETTLED: Final = "o.state <> 'open' AND o.is_test IS NULL"
_EARLIER: Final = """EXISTS (SELECT 1 FROM charge_order AS e WHERE e.driver_id = o.driver_id AND e.id < o.id
  AND e.operator_id = o.operator_id AND e.kind = 'charging' AND e.is_test IS NULL)"""


@dataclass(frozen=True, slots=True)
class Chart:
    """`figures` of a service's answer; `sql` gives the same rows, its last `width` columns being the numbers."""

    figures: Callable[[Any], Figures]
    sql: str
    width: int


def filtered(where: Mapping[str, object], wanted: DayRange, at: str) -> tuple[str, list[object]]:
    """The condition on a time column: a range of local days, and columns equal to, or beginning with, something."""
    terms = [f"{at} >= %s - INTERVAL 8 HOUR", f"{at} < %s + INTERVAL 16 HOUR"]
    values: list[object] = [wanted.from_date, wanted.to_date]
    for column, value in where.items():
        if isinstance(value, tuple):
            terms.append(f"{column} IN ({', '.join(['%s'] * len(value))})")
            values += value
        else:
            terms.append(f"{column} LIKE %s" if column.endswith("division_code") else f"{column} = %s")
            values.append(value)
    return " AND ".join(terms), values


def _sums(sums: Any) -> tuple[int, ...]:
    return (
        sums.charges,
        sums.energy_wh,
        sums.electricity_fen,
        sums.service_fen,
        sums.idle_fen,
        sums.total_fen,
        sums.duration_s,
    )


def _trend(answer: Any) -> Figures:
    points = (point for point in answer.points if point.sums is not None)
    return {(point.start.isoformat(),): _sums(point.sums) for point in points}


def _hours(answer: Any) -> Figures:
    return {(cell.weekday, cell.hour): _sums(cell.sums) for cell in answer.cells}


def _regions(answer: Any) -> Figures:
    return {(row.station_no or row.division,): _sums(row.sums) for row in answer.rows}


def _piles(answer: Any) -> Figures:
    return {(row.pile_no,): _sums(row.sums) for row in answer.rows}


def _bands(answer: Any) -> Figures:
    return {
        (row.rate_band.value,): (row.sums.energy_wh, row.sums.electricity_fen, row.sums.service_fen)
        for row in answer.rows
    }


def _failures(answer: Any) -> Figures:
    return {(row.reason.value,): (row.count,) for row in answer.reasons}


def _drivers(answer: Any) -> Figures:
    return {
        (f"{point.start:%Y-%m}",): (point.charges.first_charges, point.charges.later_charges)
        for point in answer.points
    }


def _ways(answer: Any) -> Figures:
    return {
        (row.way.value, "" if row.channel is None else row.channel.value): (
            row.sums.charges,
            row.sums.total_fen,
        )
        for row in answer.rows
    }


def _of_orders(key: str, sums: str, *, joins: str = "", order: str = "") -> str:
    group = ", ".join(str(place) for place in range(1, key.count("|") + 2))
    columns = key.replace("|", ", ")
    return f"SELECT {columns}, {sums} FROM {_ORDERS} {joins} WHERE {_SETTLED} AND {{where}} GROUP BY {group} {order}"  # noqa: S608 - our own words


CHARTS: Final[Mapping[str, Chart]] = {
    "trend": Chart(_trend, _of_orders(f"DATE_FORMAT({_LOCAL}, '%%Y-%%m-%%d')", _SUMS), 7),
    "hours": Chart(_hours, _of_orders(f"WEEKDAY({_LOCAL}) + 1|HOUR({_LOCAL})", _SUMS), 7),
    "regions": Chart(_regions, _of_orders("{region}", _SUMS), 7),
    "piles": Chart(_piles, _of_orders("p.pile_no", _SUMS, order="ORDER BY 3 DESC, p.id LIMIT 20"), 7),
    "bands": Chart(
        _bands,
        _of_orders(
            "l.rate_band",
            "SUM(IF(l.component = 'electricity', l.energy_wh, 0)),"
            " SUM(IF(l.component = 'electricity', l.fee_fen, 0)), SUM(IF(l.component = 'service', l.fee_fen, 0))",
            joins="JOIN fee_line AS l ON l.order_id = o.id",
        ),
        3,
    ),
    "failures": Chart(
        _failures,
        "SELECT s.failure_reason, COUNT(*) FROM session AS s JOIN pile AS p ON p.id = s.pile_id"
        " JOIN station AS t ON t.id = s.station_id"
        " WHERE s.state = 'failed' AND s.is_test IS NULL AND {where} GROUP BY 1",
        1,
    ),
    "drivers": Chart(
        _drivers,
        _of_orders(
            f"DATE_FORMAT({_LOCAL}, '%%Y-%%m')",
            f"CAST(SUM(o.kind = 'charging' AND NOT {_EARLIER}) AS SIGNED),"
            f" CAST(SUM(o.kind = 'charging' AND {_EARLIER}) AS SIGNED)",
        ),
        2,
    ),
    "ways": Chart(
        _ways,
        _of_orders(
            "CASE WHEN y.channel IS NOT NULL AND o.kind = 'charging' THEN 'prepaid'"
            " WHEN o.debt_fen > 0 THEN 'debt' ELSE 'wallet' END|IF(o.kind = 'charging', IFNULL(y.channel, ''), '')",
            f"{_CHARGES}, SUM(o.total_fen)",
            joins="JOIN session AS s ON s.id = o.session_id LEFT JOIN payment AS y ON y.id = s.payment_id",
        ),
        2,
    ),
}


def without_zeros(figures: Figures) -> Figures:
    """A chart shows steps in which nothing was; a query has no row for them."""
    return {key: numbers for key, numbers in figures.items() if any(numbers)}


def time_column(chart: str) -> str:
    """What the days of a chart are told by."""
    return "s.created_at" if chart == "failures" else "o.ended_at"
