"""The facts of the charges that `list_rows` writes, by SQL: what counting them one by one would come to, but for rate bands,
of which those charges have no fee lines.
"""

from __future__ import annotations

from typing import Final

_COLUMNS: Final = (
    "orders, energy_wh, electricity_fen, service_fen, idle_fen, total_fen, duration_s, firsts, began, failed"
)
_NAMES: Final = _COLUMNS.split(", ")
_LOCAL: Final = "(charge_order.ended_at + INTERVAL 8 HOUR)"
_ASKED: Final = "(session.created_at + INTERVAL 8 HOUR)"
_OF_ORDERS: Final = """COUNT(*), SUM(energy_wh), SUM(electricity_fen), SUM(service_fen), 0, SUM(total_fen),
  SUM(TIMESTAMPDIFF(SECOND, started_at, ended_at)), 0, COUNT(*), 0"""
_OF_FAILED: Final = "0, 0, 0, 0, 0, 0, 0, 0, 0, COUNT(*)"
_SUMS: Final = ", ".join(f"SUM(f.{name})" for name in _NAMES)
_PART: Final = "charge_order.id BETWEEN %(first)s AND %(last)s"


def _add(table: str) -> str:
    return "ON DUPLICATE KEY UPDATE " + ", ".join(
        f"{name} = {table}.{name} + VALUES({name})" for name in _NAMES
    )


def _of_station(family: str, value: str) -> str:
    return f"""
INSERT INTO station_fact (station_id, family, grain, local_date, value, operator_id, pile_kind, {_COLUMNS})
SELECT station_id, '{family}', 'day', DATE({_LOCAL}), {value}, operator_id, 'dc', {_OF_ORDERS}
FROM charge_order WHERE {_PART} GROUP BY station_id, DATE({_LOCAL}), {value}, operator_id
{_add("station_fact")}
"""  # noqa: S608 - made of our own words


_HOUR: Final = f"CONCAT(WEEKDAY({_LOCAL}) + 1, '-', LPAD(HOUR({_LOCAL}), 2, '0'))"

OF_CHARGES: Final = (
    _of_station("day", "''"),
    _of_station("hour", _HOUR),
    _of_station("way", "'wallet'"),
    f"""
INSERT INTO connector_fact (grain, local_date, connector_id, station_id, operator_id, {_COLUMNS})
SELECT 'day', DATE({_LOCAL}), connector_id, station_id, operator_id, {_OF_ORDERS}
FROM charge_order WHERE {_PART} GROUP BY connector_id, DATE({_LOCAL}), station_id, operator_id
{_add("connector_fact")}
""",  # noqa: S608 - made of our own words
)
"""Statements over a part of the charges."""


def _failed(family: str, value: str) -> str:
    return f"""
INSERT INTO station_fact (station_id, family, grain, local_date, value, operator_id, pile_kind, {_COLUMNS})
SELECT station_id, '{family}', 'day', DATE({_ASKED}), '{value}', operator_id, 'dc', {_OF_FAILED}
FROM session WHERE state = 'failed' GROUP BY station_id, DATE({_ASKED}), operator_id
{_add("station_fact")}
"""  # noqa: S608 - made of our own words


def _area(digits: int, operator: str) -> str:
    return f"""
INSERT INTO area_fact (area_code, operator_id, family, grain, local_date, value, pile_kind, {_COLUMNS})
SELECT LEFT(station.division_code, {digits}), {operator}, f.family, f.grain, f.local_date, f.value, f.pile_kind, {_SUMS}
FROM station_fact f JOIN station ON station.id = f.station_id
GROUP BY LEFT(station.division_code, {digits}), {operator}, f.family, f.grain, f.local_date, f.value, f.pile_kind
"""  # noqa: S608 - made of our own words


_MONTH: Final = "DATE(f.local_date - INTERVAL DAYOFMONTH(f.local_date) - 1 DAY)"
AT_LAST: Final = (
    _failed("day", ""),
    _failed("failure", "start_timeout"),
    f"""
INSERT INTO connector_fact (grain, local_date, connector_id, station_id, operator_id, {_COLUMNS})
SELECT 'day', DATE({_ASKED}), connector_id, station_id, operator_id, {_OF_FAILED}
FROM session WHERE state = 'failed' GROUP BY connector_id, DATE({_ASKED}), station_id, operator_id
{_add("connector_fact")}
""",  # noqa: S608 - made of our own words
    f"""
INSERT INTO station_fact (station_id, family, grain, local_date, value, operator_id, pile_kind, {_COLUMNS})
SELECT f.station_id, f.family, 'month', {_MONTH}, f.value, f.operator_id, f.pile_kind, {_SUMS}
FROM station_fact f GROUP BY f.station_id, f.family, {_MONTH}, f.value, f.operator_id, f.pile_kind
""",  # noqa: S608 - made of our own words
    f"""
INSERT INTO connector_fact (grain, local_date, connector_id, station_id, operator_id, {_COLUMNS})
SELECT 'month', {_MONTH}, f.connector_id, f.station_id, f.operator_id, {_SUMS}
FROM connector_fact f GROUP BY {_MONTH}, f.connector_id, f.station_id, f.operator_id
""",  # noqa: S608 - made of our own words
    *(_area(digits, operator) for digits in (0, 2, 4) for operator in ("f.operator_id * 0", "f.operator_id")),
    "INSERT INTO fact_place (station_id, division_code, is_whole) SELECT id, division_code, 1 FROM station",
)
"""Statements once all charges and sessions are there."""
