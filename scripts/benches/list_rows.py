"""The data of the bench `lists`, and of the test that counts the rows lists read: years of charges, by SQL alone.

Written past the services, a few million rows in minutes: three operators (the platform, one beside it, one with a
single station), charges evenly over three years, every fiftieth recorded two days late, the first driver a
frequent one. The roll-ups are summed from the orders. MariaDB only, in whose sequences everything is counted; row
n of a kind has the id n.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.models import TABLES
from backend.models.engine.database import database
from backend.models.engine.fields import to_database_time
from scripts.benches.fact_rows import AT_LAST as FACTS_AT_LAST
from scripts.benches.fact_rows import OF_CHARGES as FACTS_OF_CHARGES
from scripts.benches.list_desk_rows import OF_CHARGES, OF_DESK

CHUNK: Final = 50_000
SPAN: Final = timedelta(days=3 * 365)
PLATFORM, OTHER, SMALL = 1, 2, 3
PILES_PER_STATION: Final = 16
ORDERS_PER_PILE: Final = 100
MOST_PILES: Final = 10_000
ORDERS_PER_DRIVER: Final = 10
FREQUENT_DRIVER: Final = 1


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rows of each kind `orders` charges are spread over."""

    orders: int

    @property
    def piles(self) -> int:
        return min(MOST_PILES, max(PILES_PER_STATION * 6, self.orders // ORDERS_PER_PILE))

    @property
    def stations(self) -> int:
        return -(-self.piles // PILES_PER_STATION)

    @property
    def connectors(self) -> int:
        return 2 * self.piles

    @property
    def drivers(self) -> int:
        return max(self.connectors, self.orders // ORDERS_PER_DRIVER)

    @property
    def failed(self) -> int:
        """Starts that failed, a session each and no order."""
        return self.orders // 20

    @property
    def payments(self) -> int:
        """Top-ups, nearly all of them paid."""
        return self.orders // 3

    @property
    def refunds(self) -> int:
        """One to every tenth top-up, each of two parts."""
        return self.payments // 10

    @property
    def adjustments(self) -> int:
        """A quarter of the refunds, one in forty undecided."""
        return max(1, self.refunds // 4)

    @property
    def live(self) -> int:
        """Charges that run now, one at every third connector."""
        return self.connectors // 3


def seed_lists(orders: int, now: datetime) -> Sizes:
    """Write `orders` settled charges up to `now` into empty tables, and everything around them."""
    sizes = Sizes(orders)
    values = {
        "now": to_database_time(now),
        "start": to_database_time(now - SPAN),
        "span_s": int(SPAN.total_seconds()),
        "orders": orders,
        "stations": sizes.stations,
        "connectors": sizes.connectors,
        "drivers": sizes.drivers,
        "failed": sizes.failed,
        "payments": sizes.payments,
        "refunds": sizes.refunds,
        "adjustments": sizes.adjustments,
        "per_station": PILES_PER_STATION,
    }
    database.connect(reuse_if_open=True)
    # conf/mariadb.cnf ends a statement after 10 s; nobody copies or doubts these rows
    database.execute_sql("SET SESSION max_statement_time = 0, sql_log_bin = 0, unique_checks = 0")
    for statement in (_OPERATORS, *OF_DESK):
        database.execute_sql(statement, values)
    for count, statements in (
        (sizes.stations, (_STATIONS,)),
        (sizes.piles, (_PILES, _PILE_STATES)),
        (sizes.connectors, (_CONNECTORS, _CONNECTOR_STATES)),
        (sizes.drivers, (_DRIVERS, _IDENTITIES, _ACCOUNTS)),
        (
            orders,
            (
                _SESSIONS,
                _ORDERS,
                _STATION_HOURS,
                _CONNECTOR_DAYS,
                _STATION_TOTALS,
                _DRIVER_TOTALS,
                _COMMANDS,
                _ENTRIES,
                _POSTINGS,
                *OF_CHARGES,
                *FACTS_OF_CHARGES,
            ),
        ),
        (sizes.failed, (_FAILED,)),
        (sizes.payments, (_PAYMENTS,)),
        (sizes.refunds, (_REFUNDS, _REFUND_PARTS)),
        (sizes.adjustments, (_ADJUSTMENTS,)),
        (sizes.live, (_LIVE, _LIVE_SESSIONS, _PROGRESS)),
    ):
        for first in range(1, count + 1, CHUNK):
            part = values | {"first": first, "last": min(first + CHUNK - 1, count)}
            for statement in statements:
                database.execute_sql(statement, part)
    for statement in FACTS_AT_LAST:
        database.execute_sql(statement)
    tables = ", ".join(table._meta.table_name for table in TABLES)  # noqa: SLF001 - peewee has no other door
    database.execute_sql(f"ANALYZE TABLE {tables}")  # else plans depend on when the server thinks of it
    return sizes


_SEQ = "FROM seq_1_to_100000000 AS s"
_PART = "WHERE s.seq BETWEEN %(first)s AND %(last)s"

_OPERATORS = f"""
INSERT INTO operator (id, operator_no, name, is_platform, service_phone, created_at)
SELECT s.seq, CONCAT('MA1BENCH', s.seq), CONCAT('测速运营商', s.seq), s.seq = 1, '', %(start)s
{_SEQ} WHERE s.seq <= 3
"""

_STATIONS = f"""
INSERT INTO station (id, station_no, operator_id, name, division_code, city, district, address, lat_e6, lng_e6, time_zone,
  opening_hours, parking_fee, service_phone, is_visible, created_at)
SELECT s.seq, CONCAT('Z', LPAD(s.seq, 6, '0')),
  CASE WHEN s.seq = %(stations)s THEN 3 WHEN MOD(s.seq, 3) = 0 THEN 2 ELSE 1 END,
  CONCAT('测速充电站', s.seq), IF(MOD(s.seq, 4) = 0, '330106', '320508'), '苏州', '工业园区', CONCAT('测速路', s.seq, '号'),
  31000000 + MOD(s.seq * 7919, 1000000), 120000000 + MOD(s.seq * 104729, 1000000),
  'Asia/Shanghai', '', '', '', 1, %(start)s
{_SEQ} {_PART}
"""

_PILES = f"""
INSERT INTO pile (id, pile_no, operator_id, station_id, name, kind, rated_w, vendor, model, firmware,
  broker_password_hash, is_retired, created_at)
SELECT s.seq, CONCAT('3205', LPAD(s.seq, 10, '0')), station.operator_id, station.id, CONCAT(s.seq, '号快充桩'),
  'dc', 120000, '欣象', 'XX-DC120D', '1.0', '', MOD(s.seq, 100) = 0, %(start)s
{_SEQ} JOIN station ON station.id = (s.seq - 1) DIV %(per_station)s + 1 {_PART}
"""

_PILE_STATES = f"""
INSERT INTO pile_state (pile_id, is_online, conn, boot, seq, last_seen_at, online_since, is_clock_set)
SELECT s.seq, MOD(s.seq, 20) > 0, 'c1', 1, 1, %(now)s, %(start)s, 0
{_SEQ} {_PART}
"""

_CONNECTORS = f"""
INSERT INTO connector (id, connector_no, operator_id, station_id, pile_id, gun, qr_token, standard, rated_w,
  created_at)
SELECT s.seq, CONCAT(pile.pile_no, '0', 2 - MOD(s.seq, 2)), pile.operator_id, pile.station_id, pile.id,
  2 - MOD(s.seq, 2), LPAD(s.seq, 12, 'q'), 'GB/T 20234.3', 120000, %(start)s
{_SEQ} JOIN pile ON pile.id = (s.seq + 1) DIV 2 {_PART}
"""

_CONNECTOR_STATES = f"""
INSERT INTO connector_state (connector_id, status, is_plugged, fault_codes, boot, seq, status_at, meter_boot,
  meter_seq, meter_at, power_w)
SELECT s.seq, CASE WHEN MOD(s.seq, 3) = 0 THEN 'charging' WHEN MOD(s.seq, 50) = 1 THEN 'faulted' ELSE 'idle' END,
  MOD(s.seq, 3) = 0, '', 1, 1, %(now)s, 1, 1, %(now)s, IF(MOD(s.seq, 3) = 0, 60000, 0)
{_SEQ} {_PART}
"""

_DRIVERS = f"""
INSERT INTO driver (id, driver_no, nickname, is_enabled, created_at, is_guest, state)
SELECT s.seq, CONCAT('D', LPAD(s.seq, 12, '0')), '', 1, %(start)s, IF(MOD(s.seq, 10) = 9, 1, NULL),
  IF(MOD(s.seq, 500) = 7, 'frozen', 'active')
{_SEQ} {_PART}
"""

_IDENTITIES = f"""
INSERT INTO driver_identity (id, driver_id, kind, `key`, created_at)
SELECT s.seq, s.seq, 'wechat_mini_program', CONCAT('bench-', s.seq), %(start)s
{_SEQ} {_PART}
"""

_ACCOUNTS = f"""
INSERT INTO ledger_account (id, kind, owner_kind, owner_key, balance_fen, created_at)
SELECT 3 * (s.seq - 1) + kind.seq, ELT(kind.seq, 'available', 'held', 'debt'), 'driver',
  CONCAT('D', LPAD(s.seq, 12, '0')), 0, %(start)s
{_SEQ} JOIN seq_1_to_3 AS kind {_PART}
"""

# the times of charge n: recorded evenly over the span, ended at once or, every fiftieth, two days before
_AT = "%(start)s + INTERVAL (s.seq * %(span_s)s DIV %(orders)s) SECOND"
_ENDED_AT = f"{_AT} - INTERVAL IF(MOD(s.seq, 50) = 0, 172800, 5) SECOND"
_DRIVER = "IF(MOD(s.seq, 200) = 0, 1, 1 + MOD(s.seq * 104729, %(drivers)s))"
_CONNECTOR = "JOIN connector ON connector.id = 1 + MOD(s.seq * 7919, %(connectors)s)"
# every twentieth charge is followed by a start that failed
_SESSION = "s.seq + (s.seq - 1) DIV 20"
_FAILED_AT = "%(start)s + INTERVAL (20 * s.seq * %(span_s)s DIV %(orders)s) SECOND"
_SESSION_COLUMNS = """session (id, session_no, operator_id, station_id, pile_id, connector_id, payer_kind,
  driver_id, time_zone, rated_w, hold_fen, raw_stop_code, review_reason, state, created_at, starting_at, started_at,
  ended_at, settled_at)"""
_SESSION_VALUES = """connector.operator_id, connector.station_id, connector.pile_id, connector.id, 'driver'"""

_SESSIONS = f"""
INSERT INTO {_SESSION_COLUMNS}
SELECT {_SESSION}, CONCAT('S', LPAD(s.seq, 12, '0')), {_SESSION_VALUES}, {_DRIVER}, 'Asia/Shanghai', 120000, 5000, '', '',
  'settled', {_ENDED_AT} - INTERVAL 31 MINUTE, {_ENDED_AT} - INTERVAL 31 MINUTE, {_ENDED_AT} - INTERVAL 30 MINUTE,
  {_ENDED_AT}, {_AT}
{_SEQ} {_CONNECTOR} {_PART}
"""

_ORDERS = f"""
INSERT INTO charge_order (id, order_no, kind, session_id, operator_id, station_id, connector_id, driver_id, state,
  energy_wh, electricity_fen, service_fen, total_fen, held_fen, captured_fen, released_fen, debt_fen,
  has_discrepancy, is_estimated, started_at, ended_at, created_at, settled_at)
SELECT s.seq, CONCAT('O', LPAD(s.seq, 12, '0')), 'charging', {_SESSION}, connector.operator_id, connector.station_id,
  connector.id, {_DRIVER},
  CASE WHEN MOD(s.seq, 1000) = 7 THEN 'provisional' WHEN MOD(s.seq, 100) = 3 THEN 'corrected' ELSE 'settled' END,
  10000 + MOD(s.seq, 20000), 800, 300, 1100, 5000, 1100, 3900, 0, 0, 0, {_ENDED_AT} - INTERVAL 30 MINUTE,
  {_ENDED_AT}, {_AT}, {_AT}
{_SEQ} {_CONNECTOR} {_PART}
"""

_LOCAL = "charge_order.ended_at + INTERVAL 8 HOUR"
_SUMS = """COUNT(*), SUM(energy_wh), SUM(total_fen), SUM(TIMESTAMPDIFF(SECOND, started_at, ended_at))"""
_ADD = """orders = orders + VALUES(orders), energy_wh = {0}.energy_wh + VALUES(energy_wh),
  total_fen = {0}.total_fen + VALUES(total_fen), duration_s = duration_s + VALUES(duration_s)"""

_STATION_HOURS = f"""
INSERT INTO station_hour (station_id, local_date, local_hour, operator_id, electricity_fen, service_fen, orders,
  energy_wh, total_fen, duration_s)
SELECT station_id, DATE({_LOCAL}), HOUR({_LOCAL}), operator_id, SUM(electricity_fen), SUM(service_fen), {_SUMS}
FROM charge_order WHERE id BETWEEN %(first)s AND %(last)s
GROUP BY station_id, DATE({_LOCAL}), HOUR({_LOCAL}), operator_id
ON DUPLICATE KEY UPDATE electricity_fen = station_hour.electricity_fen + VALUES(electricity_fen),
  service_fen = station_hour.service_fen + VALUES(service_fen), {_ADD.format("station_hour")}
"""  # noqa: S608 - made of our own words

_CONNECTOR_DAYS = f"""
INSERT INTO connector_day (connector_id, local_date, station_id, operator_id, orders, energy_wh, total_fen,
  duration_s)
SELECT connector_id, DATE({_LOCAL}), station_id, operator_id, {_SUMS}
FROM charge_order WHERE id BETWEEN %(first)s AND %(last)s
GROUP BY connector_id, DATE({_LOCAL}), station_id, operator_id
ON DUPLICATE KEY UPDATE {_ADD.format("connector_day")}
"""  # noqa: S608 - made of our own words

_STATION_TOTALS = f"""
INSERT INTO station_total (station_id, operator_id, orders, energy_wh, total_fen, duration_s)
SELECT station_id, operator_id, {_SUMS}
FROM charge_order WHERE id BETWEEN %(first)s AND %(last)s GROUP BY station_id, operator_id
ON DUPLICATE KEY UPDATE {_ADD.format("station_total")}
"""  # noqa: S608 - made of our own words

_DRIVER_TOTALS = """
INSERT INTO driver_total (driver_id, operator_id, charges, energy_wh, total_fen, last_ended_at)
SELECT driver_id, operator_id, COUNT(*), SUM(energy_wh), SUM(total_fen), MAX(ended_at)
FROM charge_order WHERE id BETWEEN %(first)s AND %(last)s GROUP BY driver_id, operator_id
ON DUPLICATE KEY UPDATE charges = driver_total.charges + VALUES(charges),
  energy_wh = driver_total.energy_wh + VALUES(energy_wh), total_fen = driver_total.total_fen + VALUES(total_fen),
  last_ended_at = GREATEST(driver_total.last_ended_at, VALUES(last_ended_at))
"""

_COMMANDS = f"""
INSERT INTO command (id, command_no, operator_id, pile_id, session_id, kind, params, state, created_at,
  next_send_at, sends, reason)
SELECT s.seq, CONCAT('C', LPAD(s.seq, 12, '0')), connector.operator_id, connector.pile_id, {_SESSION}, 'start', '{{}}',
  'done', {_AT}, {_AT}, 1, ''
{_SEQ} {_CONNECTOR} {_PART}
"""

_ENTRIES = f"""
INSERT INTO ledger_entry (id, entry_no, kind, reference, created_at)
SELECT s.seq, CONCAT('E', LPAD(s.seq, 12, '0')), 'settle', CONCAT('O', LPAD(s.seq, 12, '0')), {_AT}
{_SEQ} {_PART}
"""

_POSTINGS = f"""
INSERT INTO ledger_posting (entry_id, account_id, amount_fen)
SELECT s.seq, 3 * ({_DRIVER} - 1) + kind.seq, ELT(kind.seq, 3900, -3900)
{_SEQ} JOIN seq_1_to_2 AS kind {_PART}
"""

_FAILED = f"""
INSERT INTO {_SESSION_COLUMNS}
SELECT 21 * s.seq, CONCAT('F', LPAD(s.seq, 12, '0')), {_SESSION_VALUES}, {_DRIVER}, 'Asia/Shanghai', 120000,
  5000, '', '', IF(MOD(s.seq, 500) = 0, 'review', 'failed'), {_FAILED_AT}, {_FAILED_AT}, NULL, {_FAILED_AT}, NULL
{_SEQ} {_CONNECTOR} {_PART}
"""

_LIVE = f"""
INSERT INTO {_SESSION_COLUMNS}
SELECT %(orders)s + %(failed)s + s.seq, CONCAT('L', LPAD(s.seq, 12, '0')), {_SESSION_VALUES}, s.seq, 'Asia/Shanghai',
  120000, 5000, '', '', 'charging', %(now)s, %(now)s, %(now)s, NULL, NULL
{_SEQ} JOIN connector ON connector.id = 3 * s.seq {_PART}
"""

_LIVE_SESSIONS = f"""
INSERT INTO live_session (connector_id, driver_id, session_id)
SELECT 3 * s.seq, s.seq, %(orders)s + %(failed)s + s.seq
{_SEQ} {_PART}
"""

_PROGRESS = f"""
INSERT INTO session_progress (session_id, boot, seq, meter_at, register_wh, energy_wh, electricity_fen_e6,
  service_fen_e6, power_w, voltage_mv, current_ma, energy_grew_at)
SELECT %(orders)s + %(failed)s + s.seq, 1, 1, %(now)s, 1000000, 5000, 0, 0, 60000, 500000, 120000, %(now)s
{_SEQ} {_PART}
"""

_PAID_AT = "%(start)s + INTERVAL (s.seq * %(span_s)s DIV %(payments)s) SECOND"
_PAYMENTS = f"""
INSERT INTO payment (id, payment_no, driver_id, operator_id, purpose, channel, amount_fen, state,
  channel_transaction_no, created_at, expires_at, paid_at, queries, last_error, refunded_fen)
SELECT s.seq, CONCAT('P', LPAD(s.seq, 12, '0')), {_DRIVER}, 1, 'top_up', 'wechat', 5000,
  CASE WHEN MOD(s.seq, 10) = 0 THEN 'part_refunded' WHEN MOD(s.seq, 97) = 0 THEN 'closed' ELSE 'paid' END,
  IF(MOD(s.seq, 97) = 0 AND MOD(s.seq, 10) > 0, NULL, CONCAT('42', LPAD(s.seq, 20, '0'))), {_PAID_AT}, {_PAID_AT},
  {_PAID_AT}, 0, '', IF(MOD(s.seq, 10) = 0, 1000, 0)
{_SEQ} {_PART}
"""

_REFUNDED_AT = "%(start)s + INTERVAL (s.seq * %(span_s)s DIV %(refunds)s) SECOND"
_REFUNDS = f"""
INSERT INTO refund (id, refund_no, driver_id, amount_fen, state, asked_at, done_at)
SELECT s.seq, CONCAT('R', LPAD(s.seq, 12, '0')), {_DRIVER}, 2000, IF(MOD(s.seq, 400) = 7, 'needs_staff', 'done'),
  {_REFUNDED_AT}, IF(MOD(s.seq, 400) = 7, NULL, {_REFUNDED_AT} + INTERVAL 40 SECOND)
{_SEQ} {_PART}
"""

_ADJUSTED_AT = "%(start)s + INTERVAL (s.seq * %(span_s)s DIV %(adjustments)s) SECOND"
_ADJUSTMENTS = f"""
INSERT INTO adjustment (id, adjustment_no, driver_id, amount_fen, reason, told, state, is_alone, asked_by_id, asked_at,
  decided_by_id, decided_at, decision_note)
SELECT s.seq, CONCAT('AD', LPAD(s.seq, 12, '0')), {_DRIVER}, 500, 'r', 't', IF(MOD(s.seq, 40) = 7, 'asked', 'done'), 0, 1,
  {_ADJUSTED_AT}, IF(MOD(s.seq, 40) = 7, NULL, 2), IF(MOD(s.seq, 40) = 7, NULL, {_ADJUSTED_AT}), ''
{_SEQ} {_PART}
"""

_REFUND_PARTS = f"""
INSERT INTO refund_part (id, part_no, refund_id, payment_id, channel, amount_fen, state, steps, sent_at, ended_at,
  channel_refund_no, last_error, payout_reference, payout_reason)
SELECT 2 * (s.seq - 1) + part.seq, CONCAT('RP', LPAD(2 * (s.seq - 1) + part.seq, 12, '0')), s.seq, 10 * s.seq, 'wechat',
  1000, IF(MOD(s.seq, 400) = 7 AND part.seq = 1, 'abnormal', 'succeeded'), 0, {_REFUNDED_AT},
  IF(MOD(s.seq, 400) = 7 AND part.seq = 1, NULL, {_REFUNDED_AT}), '', '', '', ''
{_SEQ} JOIN seq_1_to_2 AS part {_PART}
"""
