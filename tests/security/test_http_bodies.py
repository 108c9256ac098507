"""Hostile bodies, queries and paths for every operation, sent by who may call it: refused in our words, nothing moves.

All in one world of a module, which each test leaves as it was.
"""

import json
import re
from typing import Final
from urllib.parse import quote

import pytest
import requests

from backend.gateways.ids import new_ulid
from tests.api_server import ApiClient
from tests.hostile_texts import TEXTS
from tests.security.hostile import bodies_like
from tests.security.http_world import CONTRACT, HttpWorld, Operation, books, read_operations
from tests.security.tally import nothing_through

ROOT: Final = CONTRACT.parents[1]
OPERATIONS: Final = read_operations()
WITH_BODY: Final = (
    "admin_account_begin_factor",
    "admin_account_change_password",
    "admin_account_confirm_factor",
    "admin_account_drop_factor",
    "admin_account_renew_codes",
    "admin_adjustments_ask",
    "admin_adjustments_decide",
    "admin_agreements_draft",
    "admin_agreements_edit",
    "admin_agreements_publish",
    "admin_begin_begin",
    "admin_begin_look",
    "admin_drivers_delete",
    "admin_drivers_find_phone",
    "admin_drivers_freeze",
    "admin_channel_accounts_create",
    "admin_channel_accounts_edit",
    "admin_channel_accounts_replace_keys",
    "admin_channel_accounts_switch",
    "admin_exports_ask",
    "admin_holidays_save",
    "admin_login_log_in",
    "admin_movements_keep_view",
    "admin_movements_rename_view",
    "admin_operators_appoint",
    "admin_operators_create",
    "admin_operators_edit",
    "admin_operators_switch",
    "admin_piles_add",
    "admin_piles_add_many",
    "admin_piles_edit",
    "admin_piles_issue",
    "admin_piles_issue_sheet",
    "admin_piles_move",
    "admin_piles_release",
    "admin_piles_replace",
    "admin_piles_retire",
    "admin_piles_revoke",
    "admin_piles_serve",
    "admin_policy_edit",
    "admin_policy_edit_platform",
    "admin_quarantine_close",
    "admin_refunds_pay_out",
    "admin_roles_create",
    "admin_roles_edit",
    "admin_sessions_decide",
    "admin_sessions_stop",
    "admin_sessions_waive",
    "admin_staff_add",
    "admin_staff_edit",
    "admin_stations_change",
    "admin_stations_create",
    "admin_stations_edit",
    "admin_tariffs_create",
    "admin_tariffs_draft",
    "admin_tariffs_publish",
    "admin_tariffs_rename",
    "admin_tariffs_retire",
    "admin_tariffs_save",
    "admin_tariffs_simulate",
    "admin_tariffs_withdraw",
    "agreements_accept",
    "connectors_resolve",
    "login_log_in",
    "messages_allow",
    "pay_password_change",
    "pay_password_reset",
    "pay_password_set_first",
    "pay_password_switch",
    "profile_rename",
    "profile_bind",
    "payments_top_up",
    "prepayments_begin_guest",
    "prepayments_prepay",
    "refunds_ask",
    "sessions_start",
)
# A sound body among them does what it says.
MOVES: Final = {
    "sessions_start",
    "prepayments_begin_guest",
    "prepayments_prepay",
    "payments_top_up",
    "refunds_ask",
    "admin_adjustments_ask",
    "admin_adjustments_decide",
    "admin_refunds_pay_out",
    "admin_sessions_stop",
    "admin_sessions_decide",
}
WITH_PATH: Final = sorted(name for name, operation in OPERATIONS.items() if "{" in operation.path)
LARGEST_BODY: Final = 64 * 1024
QUERIES: Final = ("__proto__=1", "limit=1&limit=2", "limit=%ff", "total_fen=1")
# What an answer to a stranger must not hold: our insides.
INSIDES: Final = re.compile(
    rf"Traceback|File \"|{re.escape(str(ROOT))}|site-packages|peewee|pymysql|msgspec|tornado|sqlite|SELECT |INSERT |"
    r"UPDATE |Error\(|Exception|argon2|redis",
    re.IGNORECASE,
)
TYPES: Final = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/xml",
    "",
)


def test_the_operations_with_a_body_are_these() -> None:
    contract = json.loads(CONTRACT.read_text(encoding="utf-8"))
    found = [
        one["operationId"]
        for methods in contract["paths"].values()
        for one in methods.values()
        if "requestBody" in one
    ]
    assert len(set(WITH_BODY)) == len(WITH_BODY)
    assert sorted(found) == sorted(WITH_BODY)


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_hostile_body_is_refused_and_moves_nothing(same_world: HttpWorld, name: str) -> None:
    operation, sound = OPERATIONS[name], same_world.body_of(name)
    client = caller(same_world, operation)
    before, through, tried = books(), [], 0
    for body in bodies_like(sound):
        answer = send(client, same_world, operation, body)
        tried += 1
        through += faults(answer, body)
    oversize = send(client, same_world, operation, json.dumps({**sound, "x": "x" * LARGEST_BODY}).encode())
    through += [] if oversize.status_code == 413 else [oversize.text]
    for kind in TYPES:
        answer = send(client, same_world, operation, json.dumps(sound).encode(), kind)
        tried += 1
        through += [] if answer.status_code == 400 else [f"{kind}: {answer.status_code}"]
    nothing_through("HTTP: hostile bodies", tried=tried + 1, through=through)
    # a body with a hostile text in a field that takes any text is a sound one
    assert name in MOVES or books() == before


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - set(WITH_BODY)))
def test_a_body_where_none_belongs_and_a_query_nobody_knows_are_refused(
    same_world: HttpWorld, name: str
) -> None:
    operation = OPERATIONS[name]
    client, path = caller(same_world, operation), same_world.path_of(operation)
    before = books()
    answers = {"a body": client.request(operation.method, path, data=b'{"total_fen":1}')}
    # an operation without any parameter does not look at what stands behind the question mark
    for query in QUERIES if takes_query(operation) else ():
        answers[query] = client.request(operation.method, f"{path}?{query}")
    through = [what for what, answer in answers.items() if answer.status_code != 400 or faults(answer, b"")]
    nothing_through("HTTP: bodies and queries out of place", tried=len(answers), through=through)
    assert books() == before


@pytest.mark.parametrize("name", WITH_PATH)
def test_a_hostile_path_finds_nothing_and_tells_nothing(same_world: HttpWorld, name: str) -> None:
    operation = OPERATIONS[name]
    client = caller(same_world, operation)
    before, through = books(), []
    for text in TEXTS:
        path = quote(text.encode("utf-8", "surrogatepass"), safe="").join(
            re.split(r"\{\w+\}", operation.path)
        )
        answer = send(client, same_world, operation, None, path=path)
        through += faults(answer, text.encode("utf-8", "replace"))
        through += [f"{text!r}: {answer.status_code}"] if answer.ok else []
    nothing_through("HTTP: hostile paths", tried=len(TEXTS), through=through)
    assert books() == before


def caller(world: HttpWorld, operation: Operation) -> ApiClient:
    return world.api if operation.is_public else world.api.as_owner_of(world.token_for(operation))


def send(
    client: ApiClient,
    world: HttpWorld,
    operation: Operation,
    body: bytes | None,
    kind: str = "application/json",
    *,
    path: str = "",
) -> requests.Response:
    if body is None and operation.name in WITH_BODY:
        body = json.dumps(world.body_of(operation.name)).encode()
    headers = {"Content-Type": kind if body is not None else None, "Idempotency-Key": new_ulid()}
    return client.request(operation.method, path or world.path_of(operation), data=body, headers=headers)


def faults(answer: requests.Response, sent: bytes) -> list[str]:
    """What is wrong with an answer: a 5xx, our insides in its text, or not our shape."""
    if answer.status_code >= 500:
        return [f"{answer.status_code} for {sent[:80]!r}"]
    if INSIDES.search(_told(answer)):
        return [f"{answer.text[:200]} for {sent[:80]!r}"]
    return [] if answer.ok or set(answer.json()) == {"error"} else [answer.text[:200]]


def _told(answer: requests.Response) -> str:
    """Ours of a refusal: its sentence and data; what a success holds is the caller's own."""
    return "" if answer.ok else json.dumps(answer.json(), ensure_ascii=False)


def takes_query(operation: Operation) -> bool:
    contract = json.loads(CONTRACT.read_text(encoding="utf-8"))
    told = contract["paths"][operation.path][operation.method.lower()]
    return any(one["in"] == "query" for one in told["parameters"])
