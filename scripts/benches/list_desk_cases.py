"""The lists of what staff make and do: people, roles, operators, tariffs, texts, holidays, and both logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any, Final

from backend.domain.actor import Actor
from backend.domain.agreement import AgreementKind
from backend.domain.login_record import LoginOutcome
from backend.domain.permission import ActorKind
from backend.models import AuditRow, LoginRecord
from backend.services.access.operator_scope import of_operators
from backend.services.access.visible_tariffs import visible_tariffs
from backend.services.views.desk.get_holidays import get_holidays
from backend.services.views.desk.list_agreements_for_staff import list_agreements_for_staff
from backend.services.views.desk.list_audit_for_staff import AuditFilter, list_audit_for_staff
from backend.services.views.desk.list_log_ins_for_staff import LogInFilter, list_log_ins_for_staff
from backend.services.views.desk.list_operators_for_staff import list_operators_for_staff
from backend.services.views.desk.list_roles_for_staff import list_roles_for_staff
from backend.services.views.desk.list_staff_for_staff import list_staff_for_staff
from backend.services.views.desk.list_tariff_stations_for_staff import list_tariff_stations_for_staff
from backend.services.views.desk.list_tariffs_for_staff import list_tariffs_for_staff
from scripts.benches.list_desk_rows import ACTIONS, BUSY_ACCOUNT, RARE_ACTION

LIMIT: Final = 20
OLD: Final = timedelta(days=700)
MONTH: Final = timedelta(days=30)
Question = tuple[str, str, Callable[[], Any]]


def questions_of_desk(staff: Actor, now: datetime) -> Iterator[Question]:
    """Each list as `staff` may ask for it: its name, the filter, and how it is asked."""
    yield from _people(staff)
    yield from _operators(staff)
    yield from _tariffs(staff, now)
    yield from _agreements(staff)
    yield "holidays", "", partial(get_holidays, staff=staff, year=None, now=now)
    yield from _audit(staff, now)
    yield from _log_ins(staff, now)


def _people(actor: Actor) -> Iterator[Question]:
    people = partial(list_staff_for_staff, actor=actor, cursor=None, limit=LIMIT)
    nothing: dict[str, Any] = {"text": None, "role_id": None, "operator_no": None, "is_enabled": None}
    filters: dict[str, dict[str, Any]] = {
        "": {},
        "by name": {"text": "员工"},
        "of a role": {"role_id": 7},
        "disabled": {"is_enabled": False},
        "by name, of an operator's role, disabled": {
            "text": "员工",
            "role_id": 1,
            "operator_no": "MA1BENCH2",
            "is_enabled": False,
        },
    }
    for what, wanted in filters.items():
        yield "staff", what, partial(people, **nothing | wanted)
    roles = partial(list_roles_for_staff, actor=actor, cursor=None, limit=LIMIT)
    for what, text, operator_no in (
        ("", None, None),
        ("by name", "岗位", None),
        ("of an operator", "岗位", "MA1BENCH2"),
    ):
        yield "roles", what, partial(roles, text=text, operator_no=operator_no)


def _operators(staff: Actor) -> Iterator[Question]:
    ask = partial(list_operators_for_staff, staff=staff, limit=LIMIT)
    for text, is_enabled in product((None, "小运营商19", "没有"), (None, True, False)):
        yield "operators", f"{text} {is_enabled}", partial(ask, text=text, is_enabled=is_enabled, cursor=None)


def _tariffs(staff: Actor, now: datetime) -> Iterator[Question]:
    for what, text in (("", None), ("by name", "电价")):
        read = partial(list_tariffs_for_staff, staff=staff, text=text, cursor=None, limit=LIMIT, now=now)
        yield "tariffs", what, read
    found: Any = visible_tariffs(staff).first()
    if found is not None:
        of_tariff = partial(list_tariff_stations_for_staff, staff=staff, tariff_no=found.tariff_no)
        yield "stations of a tariff", "", partial(of_tariff, cursor=None, limit=LIMIT)


def _agreements(staff: Actor) -> Iterator[Question]:
    ask = partial(list_agreements_for_staff, staff=staff, cursor=None, limit=LIMIT)
    kinds = (None, AgreementKind.SERVICE_TERMS, AgreementKind.PRIVACY_POLICY)
    for operator_no, kind, is_draft in product((None, "MA1BENCH2"), kinds, (None, True)):
        what = f"{operator_no} {kind} {is_draft}"
        yield "agreements", what, partial(ask, operator_no=operator_no, kind=kind, is_draft=is_draft)


def _audit(staff: Actor, now: datetime) -> Iterator[Question]:
    old = (now - OLD).date()
    days: dict[str, dict[str, Any]] = {"": {}, "of a month": {"from_date": old, "to_date": old + MONTH}}
    whats: dict[str, dict[str, Any]] = {
        "": {},
        "of an action": {"action": ACTIONS[0]},
        "of a rare action": {"action": RARE_ACTION},
        "of an action of drivers": {"action": "session.start"},
        "of a kind": {"object_kind": "station"},
        "of a rare kind": {"object_kind": "policy"},
        "of an object": {"object_kind": "pile", "object_no": "N500"},
        "of a number alone": {"object_no": "N500"},
    }
    whos: dict[str, dict[str, Any]] = {
        "": {},
        "by staff": {"actor_kind": ActorKind.STAFF},
        "by the system": {"actor_kind": ActorKind.SYSTEM},
        "by a person": {"account": "staff32"},
        "by a busy person": {"account": BUSY_ACCOUNT},
    }
    middle = _middle(AuditRow, staff, now)
    for (what, one), (who, two), (when, three) in product(whats.items(), whos.items(), days.items()):
        wanted = AuditFilter(**one | two | three)
        for page, cursor in (("", None), *_deep(middle, when)):
            read = partial(list_audit_for_staff, staff=staff, wanted=wanted, cursor=cursor, limit=LIMIT)
            yield "audit", " ".join(filter(None, (what, who, when))) + page, read


def _log_ins(staff: Actor, now: datetime) -> Iterator[Question]:
    old = (now - OLD).date()
    days: dict[str, dict[str, Any]] = {"": {}, "of a month": {"from_date": old, "to_date": old + MONTH}}
    accounts = (None, "staff32", BUSY_ACCOUNT, "nobody")
    outcomes = (None, LoginOutcome.OK, LoginOutcome.WRONG, LoginOutcome.DISABLED, LoginOutcome.CLOSED)
    middle = _middle(LoginRecord, staff, now)
    for account, outcome, (when, dates) in product(accounts, outcomes, days.items()):
        wanted = LogInFilter(account=account, outcome=outcome, **dates)
        for page, cursor in (("", None), *_deep(middle, when)):
            read = partial(list_log_ins_for_staff, staff=staff, wanted=wanted, cursor=cursor, limit=LIMIT)
            yield "log-ins", f"{account} {outcome} {when}{page}", read


def _deep(middle: int | None, when: str) -> tuple[tuple[str, str], ...]:
    """A page in the middle of the history, where there is one; a month's pages are few."""
    return ((" deep", f"n.{middle}"),) if middle and not when else ()


def _middle(table: Any, staff: Actor, now: datetime) -> int | None:
    """The row id of one in the middle of the history, that `staff` may see."""
    rows = of_operators(table.select(), staff, operator=table.operator_id).where(table.at <= now - OLD)
    row = rows.order_by(table.at.desc(), table.id.desc()).first()
    return None if row is None else int(row.id)
