"""The same request twice at the same instant: what one makes, two make no more of; and of two editors one is told.

Read off the contract, so that a new operation is among them by itself.
"""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import requests

from backend.gateways.ids import new_ulid
from tests.security.http_world import HttpWorld, Operation, read_operations
from tests.table_contents import Contents, count_rows

OPERATIONS: Final = read_operations()
SEEN: Final = ("row_version", "revision", "seen")
"""What says which state an editor has seen."""
SAME_WISH: Final = {"admin_operators_switch", "admin_channel_accounts_switch", "admin_drivers_freeze"}
"""Both want the same, and what is so already stays so."""
AGAIN: Final = {"admin_piles_issue", "admin_piles_issue_sheet", "admin_piles_replace"}
"""Each asking is a wish of its own: what the one before showed is void."""
ANEW: Final = {"pay", "as_of"}
LOG_INS: Final = {
    "prepayments_begin_guest",
    "login_log_in",
    "login_leave",
    "admin_login_log_in",
    "admin_login_leave",
}


def test_a_double_click_does_it_once(same_world: HttpWorld) -> None:
    made = Contents()
    wrong: dict[str, object] = {}
    done = set()
    for operation in OPERATIONS.values():
        if operation.method != "POST" or operation.name in AGAIN | LOG_INS:
            continue
        grown = [_growth(same_world, made, operation, clicks) for clicks in (1, 2)]
        (once, first), (twice, both) = grown
        if first[0].ok:
            done.add(operation.name)
        if any(answer.status_code >= 500 for answer in both) or any(one.ok for one in both) != first[0].ok:
            wrong[operation.name] = [answer.text for answer in both]
        elif once != twice:
            wrong[operation.name] = (once, twice)
        elif operation.needs_key and _known(both[0]) != _known(both[1]):
            wrong[operation.name] = [answer.text for answer in both]
    assert wrong == {}
    assert len(done) > 30


def test_of_two_editors_who_saw_the_same_one_is_told(same_world: HttpWorld) -> None:
    made = Contents()
    wrong: dict[str, object] = {}
    edits = [
        one
        for one in OPERATIONS.values()
        if one.name not in SAME_WISH and set(SEEN) & set(_body(same_world, one))
    ]
    assert len(edits) > 10
    for operation in edits:
        body = _body(same_world, operation)
        answers = _at_once(same_world, operation, body, keys=[new_ulid(), new_ulid()])
        codes = sorted("" if one.ok else one.json()["error"]["code"] for one in answers)
        if codes[0] != "" or codes[1] == "":
            wrong[operation.name] = codes
        made.restore()
    assert wrong == {}


def _growth(
    world: HttpWorld, made: Contents, operation: Operation, clicks: int
) -> tuple[Counter[str], list[requests.Response]]:
    """Rows more in each table after so many clicks, and the answers; everything is as before then."""
    body = world.body_of(operation.name)
    before = count_rows()
    answers = _at_once(world, operation, body, keys=[new_ulid()] * clicks)
    grown = count_rows() - before
    del grown["ledger_account"]  # known to this process for good, also when it is taken back here
    if not operation.needs_key:
        del grown["audit_row"]  # that it was asked twice may be told twice
    made.restore()
    return grown, answers


def _known(answer: requests.Response) -> Any:
    """The answer without what is signed anew each time, and without when it was read."""
    told = answer.json()
    return {name: value for name, value in told.items() if name not in ANEW}


def _at_once(
    world: HttpWorld, operation: Operation, body: Any, *, keys: list[str]
) -> list[requests.Response]:
    client = world.api if operation.is_public else world.api.as_owner_of(world.token_for(operation))
    path = world.path_of(operation)

    def click(key: str) -> requests.Response:
        headers = {"Idempotency-Key": key} | ({} if body is None else {"Content-Type": "application/json"})
        data = None if body is None else json.dumps(body).encode()
        return client.as_owner_of(client.token).request(operation.method, path, data=data, headers=headers)

    with ThreadPoolExecutor(len(keys)) as clicks:
        return list(clicks.map(click, keys))


def _body(world: HttpWorld, operation: Operation) -> dict[str, Any]:
    body = world.body_of(operation.name)
    return body if isinstance(body, dict) else {}
