"""The sums of the analysis for a history that was just written: counted by the database, into tables without any.

What they are is decided by services/facts/recount_facts, which counts a station's month at a time beside the running
product; that it finds nothing to mend in these is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from backend.domain.fact import ALL_OPERATORS, EVERYWHERE, FactFamily, next_month
from backend.models.engine.database import database, is_sqlite, transact
from scripts.local.demo.years.prices import begin_of
from scripts.local.demo.years.sheets import moment

_SUMS: Final = (
    *("orders", "energy_wh", "electricity_fen", "service_fen", "idle_fen", "total_fen", "duration_s"),
    *("firsts", "began", "failed"),
)
_COLUMNS: Final = ", ".join(_SUMS)
_ADDED: Final = ", ".join(f"SUM({name})" for name in _SUMS)
_FIRST: Final = """o.kind = 'charging' AND NOT EXISTS (SELECT 1 FROM charge_order AS e WHERE e.driver_id = o.driver_id
  AND e.id < o.id AND e.operator_id = o.operator_id AND e.kind = 'charging')"""
_OF_ORDERS: Final = f"""SUM(CASE WHEN o.kind = 'charging' THEN 1 ELSE 0 END), SUM(o.energy_wh), SUM(o.electricity_fen),
  SUM(o.service_fen), SUM(o.idle_fen), SUM(o.total_fen), SUM(CASE WHEN o.kind = 'charging' THEN {{lasted}} ELSE 0 END),
  SUM(CASE WHEN {_FIRST} THEN 1 ELSE 0 END), 0, 0"""
_WAY: Final = """CASE WHEN y.channel IS NOT NULL AND o.kind = 'charging' THEN {prepaid}
  WHEN o.debt_fen > 0 THEN 'debt' ELSE 'wallet' END"""
_PLACED: Final = "JOIN connector AS c ON c.id = o.connector_id JOIN pile AS p ON p.id = c.pile_id"
_STARTED: Final = (
    "SUM(CASE WHEN s.state = 'failed' THEN 0 ELSE 1 END), SUM(CASE WHEN s.state = 'failed' THEN 1 ELSE 0 END)"
)

_STATION: Final = f"""INSERT INTO station_fact (station_id, family, grain, local_date, value, operator_id, pile_kind, {_COLUMNS})
"""
_CONNECTOR: Final = f"""INSERT INTO connector_fact (grain, local_date, connector_id, station_id, operator_id, {_COLUMNS})
"""
_MONTHLY: Final = (
    # what orders brought: a station's days, hours and ways, a connector's days
    f"""{_STATION} SELECT o.station_id, 'day', 'day', {{ended}}, '', o.operator_id, p.kind, {_OF_ORDERS}
FROM charge_order AS o {_PLACED} WHERE {{of_orders}} GROUP BY 1, 4, 6, 7""",  # noqa: S608 - our own words
    f"""{_STATION} SELECT o.station_id, 'hour', 'day', {{ended}}, {{hour}}, o.operator_id, p.kind, {_OF_ORDERS}
FROM charge_order AS o {_PLACED} WHERE {{of_orders}} GROUP BY 1, 4, 5, 6, 7""",  # noqa: S608 - our own words
    f"""{_STATION} SELECT o.station_id, 'way', 'day', {{ended}}, {_WAY}, o.operator_id, p.kind, {_OF_ORDERS}
FROM charge_order AS o {_PLACED} JOIN session AS s ON s.id = o.session_id LEFT JOIN payment AS y ON y.id = s.payment_id
WHERE {{of_orders}} GROUP BY 1, 4, 5, 6, 7""",  # noqa: S608 - our own words
    f"""{_STATION} SELECT o.station_id, 'band', 'day', {{ended}}, l.rate_band, o.operator_id, p.kind, 0,
  SUM(CASE WHEN l.component = 'electricity' THEN l.energy_wh ELSE 0 END),
  SUM(CASE WHEN l.component = 'electricity' THEN l.fee_fen ELSE 0 END),
  SUM(CASE WHEN l.component = 'service' THEN l.fee_fen ELSE 0 END), 0, SUM(l.fee_fen), 0, 0, 0, 0
FROM charge_order AS o {_PLACED} JOIN fee_line AS l ON l.order_id = o.id WHERE {{of_orders}} GROUP BY 1, 4, 5, 6, 7""",  # noqa: S608 - our own words
    f"""{_CONNECTOR} SELECT 'day', {{ended}}, o.connector_id, o.station_id, o.operator_id, {_OF_ORDERS}
FROM charge_order AS o WHERE {{of_orders}} GROUP BY 2, 3, 4, 5""",  # noqa: S608 - our own words
    # starts are added to rows that may be there
    f"""{_STATION} SELECT s.station_id, 'day', 'day', {{asked}}, '', s.operator_id, p.kind, 0, 0, 0, 0, 0, 0, 0, 0, {_STARTED}
FROM session AS s JOIN pile AS p ON p.id = s.pile_id WHERE {{of_starts}} GROUP BY 1, 4, 6, 7 {{add_station}}""",  # noqa: S608 - our own words
    f"""{_STATION} SELECT s.station_id, 'failure', 'day', {{asked}}, s.failure_reason, s.operator_id, p.kind,
  0, 0, 0, 0, 0, 0, 0, 0, 0, COUNT(*)
FROM session AS s JOIN pile AS p ON p.id = s.pile_id WHERE {{of_starts}} AND s.state = 'failed' GROUP BY 1, 4, 5, 6, 7""",  # noqa: S608 - our own words
    f"""{_CONNECTOR} SELECT 'day', {{asked}}, s.connector_id, s.station_id, s.operator_id, 0, 0, 0, 0, 0, 0, 0, 0, {_STARTED}
FROM session AS s WHERE {{of_starts}} GROUP BY 2, 3, 4, 5 {{add_connector}}""",  # noqa: S608 - our own words
)
_KEYS: Final = "family, grain, local_date, value, operator_id, pile_kind"
_MONTHS_OF_STATION: Final = f"""{_STATION}
SELECT station_id, family, 'month', {{month}}, value, operator_id, pile_kind, {_ADDED}
FROM station_fact WHERE station_id = {{id}} AND grain = 'day' GROUP BY 1, 2, 4, 5, 6, 7"""  # noqa: S608 - our own words
_MONTHS_OF_CONNECTORS: Final = f"""{_CONNECTOR} SELECT 'month', {{month}}, connector_id, station_id, operator_id, {_ADDED}
FROM connector_fact WHERE station_id = {{id}} AND grain = 'day' GROUP BY 2, 3, 4, 5"""  # noqa: S608 - our own words
_AREA: Final = f"""INSERT INTO area_fact (area_code, {_KEYS}, {_COLUMNS}) """
_CITY: Final = f"""{_AREA} SELECT '{{code}}', {_KEYS}, {_ADDED} FROM station_fact WHERE family = '{{family}}'
  AND station_id IN (SELECT id FROM station WHERE division_code LIKE '{{code}}%%') GROUP BY {_KEYS}"""  # noqa: S608 - our own words
_WIDER: Final = f"""{_AREA} SELECT '{{code}}', {_KEYS}, {_ADDED} FROM area_fact WHERE family = '{{family}}'
  AND area_code LIKE '{{code}}__' GROUP BY {_KEYS}"""  # noqa: S608 - our own words
_EVERYBODY: Final = f"""INSERT INTO area_fact (area_code, family, grain, local_date, value, operator_id, pile_kind, {_COLUMNS})
SELECT area_code, family, grain, local_date, value, {ALL_OPERATORS}, pile_kind, {_ADDED} FROM area_fact
WHERE area_code = '{{code}}' AND operator_id <> {ALL_OPERATORS} AND family = '{{family}}'
GROUP BY area_code, family, grain, local_date, value, pile_kind"""  # noqa: S608 - our own words
_PLACES: Final = """INSERT INTO fact_place (station_id, division_code, is_whole)
SELECT id, division_code, 1 FROM station"""


def fill_facts(*, since: date, until: date, tell: Callable[[str, int], None]) -> None:
    """Count every fact of these days, both included; `tell` hears of each month and station."""
    words = _words()
    for number, (first, after) in enumerate(_months(since, until), 1):
        of_orders = f"o.ended_at >= '{first}' AND o.ended_at < '{after}'"
        # all that history has, and what an index begins with
        of_starts = (
            f"s.state IN ('settled', 'failed') AND s.created_at >= '{first}' AND s.created_at < '{after}'"
        )
        for statement in _MONTHLY:
            _run(statement.format(of_orders=of_orders, of_starts=of_starts, **words))
        tell("月汇总", number)
    for number, (station_id,) in enumerate(_read("SELECT id FROM station ORDER BY id"), 1):
        for statement in (_MONTHS_OF_STATION, _MONTHS_OF_CONNECTORS):
            _run(statement.format(id=station_id, **words))
        tell("站汇总", number)
    for number, (code, from_narrower) in enumerate(_areas(), 1):
        for family in FactFamily:
            _run(from_narrower.format(code=code, family=family.value))
        tell("区域汇总", number)
    for number, (code, _) in enumerate(_areas(), 1):
        for family in FactFamily:
            _run(_EVERYBODY.format(code=code, family=family.value))
        tell("区域汇总（全部运营商）", number)
    _run(_PLACES)


def _areas() -> list[tuple[str, str]]:
    """Cities, then provinces, then everywhere, with the statement that sums each from what is narrower."""
    rows = _read("SELECT DISTINCT SUBSTR(division_code, 1, 4) FROM station ORDER BY 1")
    cities = [code for (code,) in rows]
    provinces = sorted({code[:2] for code in cities})
    return [
        *((code, _CITY) for code in cities),
        *((code, _WIDER) for code in provinces),
        (EVERYWHERE, _WIDER),
    ]


def _months(since: date, until: date) -> Iterator[tuple[str, str]]:
    """Begin and end of each local month, as a column of times holds them."""
    first = since.replace(day=1)
    while first <= until:
        yield moment(begin_of(first)), moment(begin_of(next_month(first)))
        first = next_month(first)


def _words() -> dict[str, str]:
    """Days, hours and lengths in the words of the bound database."""
    if is_sqlite():
        local = "o.ended_at, '+8 hours'"
        return {
            "ended": f"DATE({local})",
            "asked": "DATE(s.created_at, '+8 hours')",
            "hour": f"((STRFTIME('%w', {local}) + 6) % 7 + 1) || STRFTIME('-%H', {local})",
            "lasted": "STRFTIME('%s', o.ended_at) - STRFTIME('%s', o.started_at)",
            "month": "SUBSTR(local_date, 1, 8) || '01'",
            "prepaid": "'prepaid:' || y.channel",
            "add_station": _adds("station_fact", "ON CONFLICT DO UPDATE SET", "excluded.{0}"),
            "add_connector": _adds("connector_fact", "ON CONFLICT DO UPDATE SET", "excluded.{0}"),
        }
    local = "(o.ended_at + INTERVAL 8 HOUR)"
    return {
        "ended": f"DATE{local}",
        "asked": "DATE(s.created_at + INTERVAL 8 HOUR)",
        "hour": f"CONCAT(WEEKDAY{local} + 1, DATE_FORMAT({local}, '-%%H'))",
        "lasted": "TIMESTAMPDIFF(SECOND, o.started_at, o.ended_at)",
        "month": "DATE_FORMAT(local_date, '%%Y-%%m-01')",
        "prepaid": "CONCAT('prepaid:', y.channel)",
        "add_station": _adds("station_fact", "ON DUPLICATE KEY UPDATE", "VALUES({0})"),
        "add_connector": _adds("connector_fact", "ON DUPLICATE KEY UPDATE", "VALUES({0})"),
    }


def _adds(table: str, repeated: str, new: str) -> str:
    """What becomes of a row that is there."""
    terms = (f"{name} = {table}.{name} + {new.format(name)}" for name in ("began", "failed"))
    return f"{repeated} {', '.join(terms)}"


def _run(sql: str) -> None:
    text = sql.replace("%%", "%") if is_sqlite() else sql
    transact(lambda: database.execute_sql(text))


def _read(sql: str) -> list[tuple[str]]:
    return list(database.execute_sql(sql).fetchall())
