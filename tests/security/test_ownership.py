"""Every operation of docs/openapi.json as its owner, as everybody else and as nobody: only owners are served.

A new operation is part of this at once: it needs a row in `SHARED` or `OWN`, or it must hide what it names.
"""

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

import pytest
import requests

from backend.domain.permission import Permission
from backend.domain.role_preset import PRESETS, RolePreset
from backend.gateways.clock import utc_now
from backend.services.access.password_guesses import NETWORK_ATTEMPTS
from tests.builders import a_driver, a_token
from tests.security.http_world import (
    OF_THE_PLATFORM,
    HttpWorld,
    Operation,
    bearers,
    books,
    read_operations,
)
from tests.security.tally import nothing_through

on_mariadb: Final = pytest.mark.parametrize("database", ["mariadb"], indirect=True)

NO_CONTENT: Final = 204
OPERATIONS: Final = read_operations()
# Nobody is logged in yet. Anything else without a login is a hole.
PUBLIC: Final = {
    "login_log_in",
    "admin_login_log_in",
    "admin_begin_look",
    "admin_begin_begin",
    "prepayments_begin_guest",
    "help_show",
}
# What every driver may look at or use: stations and connectors are on the map.
SHARED: Final = {
    "stations_list_nearby",
    "stations_show",
    "connectors_resolve",
    "connectors_estimate",
    "prepayments_quote",
    "prepayments_prepay",
    "sessions_start",
    "payments_top_up",
    "agreements_list_current",
    "agreements_accept",
    "refunds_ask",
}
# About the caller alone: another caller is answered with what is theirs.
OWN: Final = {
    "login_leave",
    "login_show_me",
    "sessions_show_live",
    "orders_list_own",
    "wallet_list_own",
    "wallet_show",
    "wallet_list_movements",
    "wallet_list_all_top_ups",
    "refunds_quote",
    "refunds_list_all",
    "wallet_pay_own_debt",
    "pay_password_show",
    "pay_password_set_first",
    "pay_password_change",
    "pay_password_reset",
    "pay_password_switch",
    "profile_rename",
    "profile_bind",
    "profile_unbind",
    "messages_list_all",
    "messages_allow",
    "admin_login_leave",
    "admin_login_show_me",
    "admin_begin_show_checklist",
    "admin_account_change_password",
    "admin_account_begin_factor",
    "admin_account_confirm_factor",
    "admin_account_drop_factor",
    "admin_account_renew_codes",
    "admin_account_list_own_log_ins",
    "admin_account_end_own",
    "admin_tariffs_simulate",
    "admin_exports_list_own",
    "admin_exports_ask",
    "admin_movements_list_views",
    "admin_movements_keep_view",
    # one calendar for the platform; others than its own staff are refused in test_tariffs.py
    "admin_holidays_show",
    "admin_holidays_save",
}
# Lists and sums of the desk: outsiders get them, empty of anything that is not theirs.
SCOPED: Final = {
    "admin_dashboard_show",
    "admin_analysis_trend",
    "admin_analysis_regions",
    "admin_analysis_hours",
    "admin_analysis_piles",
    "admin_analysis_bands",
    "admin_analysis_failures",
    "admin_analysis_drivers",
    "admin_analysis_ways",
    "admin_stations_list_all",
    "admin_stations_show_form",
    "admin_divisions_list_all",
    # a new one is the caller's own, whoever they are
    "admin_stations_create",
    "admin_piles_list_all",
    "admin_sessions_list_all",
    "admin_orders_list_all",
    "admin_movements_list_all",
    "admin_movements_sum_all",
    "admin_quarantine_list_all",
    "admin_tariffs_list_all",
    "admin_tariffs_create",
    "admin_operators_list_all",
    "admin_operators_create",
    "admin_policy_show_platform",
    "admin_policy_edit_platform",
    "admin_agreements_list_all",
    "admin_agreements_draft",
    "admin_audit_list_all",
    "admin_audit_look_at_chain",
    "admin_log_ins_list_all",
    "admin_staff_list_all",
    "admin_staff_add",
    "admin_roles_list_all",
    "admin_roles_show_tree",
    "admin_roles_create",
    # what names its object in the body, and a template that is everybody's
    "admin_piles_add",
    "admin_piles_add_many",
    "admin_piles_issue_sheet",
    "admin_piles_give_template",
    "admin_refunds_list_all",
    "admin_refunds_list_payments",
    "admin_adjustments_list_all",
    "admin_drivers_list_all",
    "admin_drivers_find_phone",
    "admin_channel_accounts_list_all",
    # it names its operator in the body
    "admin_channel_accounts_create",
    # it names its driver in the body
    "admin_adjustments_ask",
}
# Their answers hold nothing of the object that a stranger's could be searched for.
WITHOUT_MARKS: Final = {
    "orders_show_curve",
    "admin_staff_delete",
    "admin_staff_list_theirs",
    "admin_staff_end_all",
    "admin_staff_end_one",
    "admin_roles_show",
    "admin_roles_edit",
    "admin_roles_delete",
    "admin_channel_accounts_check",
    "admin_movements_rename_view",
    "admin_movements_drop_view",
    "admin_drivers_delete",
}
# Done last: what is published has to be accepted first, and on a pile out of service nobody starts.
SHUTS_OTHERS_OUT: Final = {"admin_agreements_publish", "admin_piles_serve"}
# The rest names one object in its path: whose it is not must hear 404.
GUARDED: Final = sorted(
    (OPERATIONS[name] for name in set(OPERATIONS) - PUBLIC),
    # who logs out cannot call anything afterwards
    key=lambda one: (
        one.name.endswith("_leave"),
        one.name in SHUTS_OTHERS_OUT,
        one.method != "GET",
        one.name,
    ),
)


def test_the_operations_without_a_login_are_the_logins_and_the_beginning() -> None:
    assert {name for name, operation in OPERATIONS.items() if operation.is_public} == PUBLIC


def test_every_operation_belongs_to_exactly_one_kind() -> None:
    named = [*PUBLIC, *SHARED, *OWN, *SCOPED]
    assert len(named) == len(set(named))
    assert set(named) <= set(OPERATIONS)
    one_object = set(OPERATIONS) - set(named)
    assert [name for name in sorted(one_object) if "{" not in OPERATIONS[name].path] == []


@on_mariadb
def test_every_operation_is_closed_to_all_but_those_it_is_for(world: HttpWorld) -> None:
    """One world, one loop: who has no valid token, who may not call it, whose it is not; and last, who is served."""
    drivers, staff = _other_drivers(world), world.outsiders(tuple(Permission))
    presets = {preset: world.staff_token(*preset.permissions) for preset in PRESETS}
    before = books()
    for operation in GUARDED:
        _try_without_a_login(world, operation)
        _try_without_the_right(world, operation)
        _try_as_each_role(world, operation, presets)
        if operation.name not in SHARED:
            _try_what_is_anothers(world, operation, drivers if operation.is_driver else staff)
    assert books() == before
    drivers = _other_drivers(world)
    for operation in GUARDED:
        if operation.name in SHARED:
            _try_what_is_anothers(world, operation, drivers)
            continue
        served = world.call(operation, world.token_for(operation))
        assert served.ok, (operation.name, served.text)
        if _names_one_object(operation) and operation.name not in WITHOUT_MARKS:
            told = f"{served.text} {unquote(served.headers.get('Content-Disposition', ''))}"
            shown = served.status_code == NO_CONTENT or any(mark in told for mark in _marks(world, operation))
            assert shown, f"{operation.name}: the owner would see what the others were not shown"


def _try_without_a_login(world: HttpWorld, operation: Operation) -> None:
    good = world.token_for(operation)
    callers = bearers(world.worthless_tokens(good)) | {"none": {}}
    for header in (good, f"Basic {good}", f"bearer{good}", f"Token {good}", f"Bearer {good}\t, Bearer x"):
        callers[f"header {header[:8]}"] = {"Authorization": header}
    callers["in a cookie"] = {"Cookie": f"token={good}; Authorization={good}"}
    answers = world.calls(operation, callers)
    through = [
        f"{operation.name} {reason}" for reason, answer in answers.items() if not _is_refused(answer, 401)
    ]
    nothing_through("HTTP: worthless tokens", tried=len(answers), through=through)


def _try_without_the_right(world: HttpWorld, operation: Operation) -> None:
    answers = world.calls(operation, bearers(_unfit(world, operation)))
    through = [f"{operation.name} {kind}" for kind, answer in answers.items() if not _is_refused(answer, 403)]
    nothing_through("HTTP: other role", tried=len(answers), through=through)


def _try_as_each_role(world: HttpWorld, operation: Operation, presets: Mapping[RolePreset, str]) -> None:
    """One row of the matrix of roles and operations: who lacks the permission is refused, who has it is let read.

    All of them work for an operator: what is the platform's is refused to each.
    """
    is_the_platforms = operation.name in OF_THE_PLATFORM
    lacking = {
        role
        for role in presets
        if operation.permission and (is_the_platforms or operation.permission not in role.permissions)
    }
    tried = [
        role for role in presets if role in lacking or (operation.permission and operation.method == "GET")
    ]
    answers = world.calls(operation, bearers({role.name: presets[role] for role in tried}))
    through = [
        f"{operation.name} {role.name}: {answer.status_code}"
        for role, answer in zip(tried, answers.values(), strict=True)
        if _is_refused(answer, 403) is not (role in lacking)
    ]
    if tried:
        nothing_through("HTTP: roles and operations", tried=len(tried), through=through)


def _try_what_is_anothers(world: HttpWorld, operation: Operation, others: Mapping[str, str]) -> None:
    answers = world.calls(operation, bearers(others))
    # whom they work for is no secret to colleagues at other stations
    marks = _marks(world, operation) - {world.operator.operator_no}
    through = [
        f"{operation.name} {who}: {answer.status_code} {answer.text[:200]}"
        for who, answer in answers.items()
        if any(mark in answer.text for mark in marks)
        or (_names_one_object(operation) and not _is_refused(answer, 404))
    ]
    nothing_through("HTTP: objects of others", tried=len(answers), through=through)
    if operation.name in SHARED:
        told = {who: answer.text for who, answer in answers.items()}
        assert any(answer.ok for answer in answers.values()), (operation.name, told)


def _marks(world: HttpWorld, operation: Operation) -> set[str]:
    return world.drivers_marks if operation.is_driver else world.operators_marks


@on_mariadb
@pytest.mark.parametrize("path", ["sessions/{}", "orders/{}", "payments/{}", "refunds/{}"])
def test_a_number_that_nobody_has_and_one_of_another_driver_get_the_same_answer(
    world: HttpWorld, path: str
) -> None:
    client = world.api.as_owner_of(world.driver_token(world.other))
    numbers = {"s": world.session.session_no, "o": world.order.order_no, "p": world.payment_no}
    number = (numbers | {"r": world.numbers["refund_no"]})[path[0]]
    nobodys = client.get(f"/api/v1/driver/{path.format(number[:-1] + 'x')}")
    anothers = client.get(f"/api/v1/driver/{path.format(number)}")
    errors = [{**answer.json()["error"], "request_id": ""} for answer in (nobodys, anothers)]
    assert (nobodys.status_code, errors[0]) == (anothers.status_code, errors[1])


@on_mariadb
def test_anothers_idempotency_key_gives_no_answer_of_theirs(world: HttpWorld) -> None:
    operation, key = OPERATIONS["payments_top_up"], {"Idempotency-Key": "one-key"}
    tokens = [world.driver_token(driver) for driver in (world.victim, world.victim, world.other)]
    first, again, others = (
        world.call(operation, token, headers=key).json()["payment_no"] for token in tokens
    )
    assert first == again
    nothing_through("HTTP: objects of others", tried=1, through=[others] if others == first else [])


@on_mariadb
def test_a_closed_staff_account_answers_as_an_unknown_one(world: HttpWorld) -> None:
    account = world.staff().account
    answers = [
        world.api.post("/api/v1/admin/login", json={"account": name, "password": "guessed"})
        for name in ("nobody", *[account] * (NETWORK_ATTEMPTS + 2))
    ]
    told = {
        (answer.status_code, json.dumps({**answer.json()["error"], "request_id": ""})) for answer in answers
    }
    nothing_through("HTTP: accounts found by guessing", tried=len(answers), through=list(told)[1:])


def _names_one_object(operation: Operation) -> bool:
    return operation.name not in PUBLIC | SHARED | OWN | SCOPED


def _unfit(world: HttpWorld, operation: Operation) -> dict[str, str]:
    """Tokens that are good elsewhere."""
    if operation.is_driver:
        return {
            "staff": world.staff_token(*Permission),
            "staff without a right": world.staff_token(),
        }
    lacking = tuple(one for one in Permission if one is not operation.permission)
    found = {"the driver": world.driver_token(world.victim), "a driver": world.driver_token(world.other)}
    if operation.permission:
        found["staff with every other permission"] = world.staff_token(*lacking)
        found["staff without a right"] = world.staff_token()
    return found


def _other_drivers(world: HttpWorld) -> dict[str, str]:
    """Tokens of drivers to whom the victim's things are none of theirs; `world.outsiders` are the staff."""
    newcomer = a_driver(now=utc_now(), balance_fen=50_000)
    return {
        "another driver": world.driver_token(world.other),
        "a newcomer": a_token(owner=newcomer, now=utc_now()),
    }


def _is_refused(answer: requests.Response, status: int) -> bool:
    return (
        answer.status_code == status
        and set(answer.json()) == {"error"}
        and not answer.json()["error"]["data"]
    )
