"""What staff do in years beside the charges of `list_rows`: the audit log, log-ins, people, roles, tariffs, texts.

Two audit rows of drivers for each charge, and one of staff for every twentieth, of which some kinds are rare.
"""

from __future__ import annotations

from typing import Final

OPERATORS: Final = 2_000
STAFF: Final = 600
ROLES: Final = 60
TARIFFS: Final = 300
VERSIONS: Final = 3
AGREEMENTS: Final = 300
HOLIDAY_REVISIONS: Final = 60
STAFF_ACT_EVERY: Final = 20
LOG_IN_EVERY: Final = 3
BUSY_ACCOUNT: Final = "staff1"
"""Whose tries to log in are a tenth of all."""
RARE_ACTION: Final = "policy.edit"
ACTIONS: Final = ("session.decide", "pile.edit", "station.edit", "tariff.publish")

_SEQ = "FROM seq_1_to_100000000 AS s"
_PART = "WHERE s.seq BETWEEN %(first)s AND %(last)s"
_AT = "%(start)s + INTERVAL (s.seq * %(span_s)s DIV %(orders)s) SECOND"
_DRIVER = "IF(MOD(s.seq, 200) = 0, 1, 1 + MOD(s.seq * 104729, %(drivers)s))"
_OPERATOR = "CASE WHEN MOD(s.seq, 300) = 0 THEN 3 WHEN MOD(s.seq, 3) = 0 THEN 2 ELSE 1 END"

OF_DESK: Final = (
    f"""
INSERT INTO operator (id, operator_no, name, is_platform, service_phone, is_enabled, created_at)
SELECT s.seq, CONCAT('MA2', LPAD(s.seq, 6, '0')), CONCAT('小运营商', s.seq), 0, '', MOD(s.seq, 500) > 0, %(start)s
{_SEQ} WHERE s.seq BETWEEN 4 AND {OPERATORS}
""",
    f"""
INSERT INTO role (id, operator_id, name, needs_second_factor, row_version, created_at)
SELECT s.seq, {_OPERATOR}, CONCAT('岗位', s.seq), 0, 0, %(start)s {_SEQ} WHERE s.seq <= {ROLES}
""",
    f"""
INSERT INTO staff (id, operator_id, role_id, account, name, password_hash, is_enabled, sees_all_stations,
  failed_logins, last_login_ip, must_change_password, row_version, created_at)
SELECT s.seq, {_OPERATOR}, 1 + MOD(s.seq, {ROLES}), CONCAT('staff', s.seq), CONCAT('员工', s.seq), '',
  MOD(s.seq, 50) > 0, 1, 0, '', 0, 0, %(start)s
{_SEQ} WHERE s.seq <= {STAFF}
""",
    f"""
INSERT INTO tariff (id, tariff_no, operator_id, name, row_version, retired_at, created_at)
SELECT s.seq, CONCAT('T', LPAD(s.seq, 6, '0')), {_OPERATOR}, CONCAT('电价', s.seq), 0,
  IF(MOD(s.seq, 10) = 0, %(now)s, NULL), %(start)s
{_SEQ} WHERE s.seq <= {TARIFFS}
""",
    f"""
INSERT INTO tariff_version (tariff_id, version, effective_from, published_at, row_version, created_at)
SELECT s.seq, number.seq, %(start)s + INTERVAL number.seq * 100 DAY, %(start)s, 0, %(start)s
{_SEQ} JOIN seq_1_to_{VERSIONS} AS number WHERE s.seq <= {TARIFFS}
""",
    f"""
INSERT INTO agreement (id, agreement_no, operator_id, kind, version, title, text, note, row_version, created_at,
  published_at, published_by_id)
SELECT s.seq, CONCAT('A', LPAD(s.seq, 6, '0')), 1 + MOD(s.seq, 2), 'service_terms', IF(s.seq > {AGREEMENTS} - 2,
  NULL, s.seq), '服务条款', REPEAT('字', 5000), '', 0, %(start)s, IF(s.seq > {AGREEMENTS} - 2, NULL, %(start)s), 1
{_SEQ} WHERE s.seq <= {AGREEMENTS}
""",
    f"""
INSERT INTO holiday_revision (revision, made_at, staff_id, reason)
SELECT s.seq, %(start)s, 1, '放假安排' {_SEQ} WHERE s.seq <= {HOLIDAY_REVISIONS}
""",
    f"""
INSERT INTO holiday (local_date, revision, day_kind, name)
SELECT DATE(%(start)s) + INTERVAL day.seq * 9 DAY, s.seq, 'holiday', '节日'
{_SEQ} JOIN seq_1_to_40 AS day WHERE s.seq <= {HOLIDAY_REVISIONS}
""",
)
"""Statements without parts."""

OF_CHARGES: Final = (
    f"""
INSERT INTO audit_row (at, actor_kind, actor_id, operator_id, action, object_kind, object_no, detail, request_id, ip)
SELECT {_AT}, 'driver', {_DRIVER}, {_OPERATOR}, ELT(act.seq, 'session.start', 'session.stop'), 'session',
  CONCAT('S', LPAD(s.seq, 12, '0')), '{{}}', '', ''
{_SEQ} JOIN seq_1_to_2 AS act {_PART}
""",
    f"""
INSERT INTO audit_row (at, actor_kind, actor_id, operator_id, action, object_kind, object_no, detail, request_id, ip)
SELECT {_AT}, 'staff', IF(MOD(s.seq, 100) = 0, 1, 1 + MOD(s.seq * 31, {STAFF})), {_OPERATOR},
  CASE WHEN MOD(s.seq, 6000) = 0 THEN '{RARE_ACTION}'
    ELSE ELT(1 + MOD(s.seq DIV {STAFF_ACT_EVERY}, 4), {", ".join(f"'{one}'" for one in ACTIONS)}) END,
  CASE WHEN MOD(s.seq, 6000) = 0 THEN 'policy'
    ELSE ELT(1 + MOD(s.seq DIV {STAFF_ACT_EVERY}, 4), 'session', 'pile', 'station', 'tariff') END,
  CONCAT('N', MOD(s.seq, 1000)), '{{}}', '', ''
{_SEQ} {_PART} AND MOD(s.seq, {STAFF_ACT_EVERY}) = 0
""",
    f"""
INSERT INTO login_record (at, account, staff_id, operator_id, ip, user_agent, outcome)
SELECT {_AT}, IF(MOD(s.seq, 10) = 0, '{BUSY_ACCOUNT}', CONCAT('staff', 1 + MOD(s.seq * 31, {STAFF}))), 1,
  {_OPERATOR}, '203.0.113.7', 'Chrome',
  CASE WHEN MOD(s.seq, 3000) = 0 THEN 'disabled' WHEN MOD(s.seq, 12) = 0 THEN 'wrong' ELSE 'ok' END
{_SEQ} {_PART} AND MOD(s.seq, {LOG_IN_EVERY}) = 0
""",
    f"""
INSERT INTO agreement_acceptance (driver_id, agreement_id, accepted_at)
SELECT s.seq, {AGREEMENTS} - 3, {_AT} {_SEQ} {_PART} AND s.seq <= %(drivers)s
""",
)
"""Statements over a part of the charges."""
