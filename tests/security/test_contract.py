"""Requests made by schemathesis from docs/openapi.json, sound ones and wrong ones: every answer is as the contract says.

Its checks: no 5xx, only declared statuses, content types and bodies, wrong input refused, no login ignored, 405
with `Allow`, … In the place of its "sound input is accepted" stands ours: sound input may be refused for what it
asks (an amount too small, a cursor of another list), never for its form.
"""

from http import HTTPStatus
from typing import Any, Final, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.security.http_world import CONTRACT, HttpWorld, read_operations
from tests.security.tally import SCALE, nothing_through

EXAMPLES: Final = 12
OPERATIONS: Final = read_operations()
# One call ends what all others need.
LOG_OUTS: Final = {"login_leave", "admin_login_leave"}
# An invented one breaks the message, not the contract: the HTTP server refuses it before any operation.
FRAMING: Final = frozenset({"content-length", "transfer-encoding"})

Case: TypeAlias = schemathesis.Case[Any]

schema = schemathesis.openapi.from_path(CONTRACT)


@pytest.fixture
def tokens() -> dict[str, str]:
    """One for each scope, made at its first use."""
    return {}


@schema.parametrize()
@settings(
    max_examples=EXAMPLES * SCALE,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_every_request_is_answered_as_the_contract_says(
    case: Case, same_world: HttpWorld, tokens: dict[str, str]
) -> None:
    world, operation = same_world, OPERATIONS[case.operation.definition.raw["operationId"]]
    if operation.scope not in tokens or operation.name in LOG_OUTS:
        tokens[operation.scope] = world.token_for(operation)
    headers = {"Authorization": f"Bearer {tokens[operation.scope]}"} if operation.scope else {}
    ask(case, world.api.base_url, headers)
    if case.path_parameters and is_sound(case):
        numbers = world.numbers_of(operation)
        case.path_parameters.update({name: numbers[name] for name in case.path_parameters})
        ask(case, world.api.base_url, headers)


def ask(case: Case, base_url: str, headers: dict[str, str]) -> None:
    """Send the request and check the answer."""
    for name in FRAMING & {name.lower() for name in case.headers or ()}:
        del case.headers[name]
    answer = case.call_and_validate(
        base_url=base_url, headers=headers, excluded_checks=[positive_data_acceptance]
    )
    through = [answer.text] if is_sound(case) and is_refused_for_its_form(answer) else []
    nothing_through("HTTP: requests from the contract", tried=1, through=through)


def is_sound(case: Case) -> bool:
    """Whether schemathesis meant the request to be right."""
    assert case.meta is not None
    return case.meta.generation.mode is GenerationMode.POSITIVE


def is_refused_for_its_form(answer: schemathesis.Response) -> bool:
    if answer.status_code != HTTPStatus.BAD_REQUEST:
        return False
    error = answer.json()["error"]
    # JSON Schema takes 5.0 for an integer; near money we do not.
    return bool(error["code"] == "invalid_input" and error["data"]["reason"] != "应为整数")
