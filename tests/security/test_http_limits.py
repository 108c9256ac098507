"""How often: every limited operation stops at its limit, for its own caller only; and which operations are limited."""

import dataclasses
from typing import Any, Final

import pytest

from backend.api.app import URL_TABLE
from backend.api.http.route import Route, Scope
from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_ulid
from tests.api_server import ApiClient, running_api
from tests.builders import a_driver, a_staff, a_token, an_operator
from tests.security.tally import SCALE, nothing_through

TIMES: Final = 3
LIMITED: Final = [route for route in URL_TABLE if route.limit is not None]
# Whatever costs a password check, a call to WeChat, money or a command, and what invites guessing.
MUST_BE_LIMITED: Final = {
    "POST /api/v1/driver/login",
    "POST /api/v1/admin/login",
    "POST /api/v1/admin/begin",
    "POST /api/v1/admin/account/password",
    "POST /api/v1/admin/account/second-factor",
    "POST /api/v1/admin/account/second-factor/confirm",
    "POST /api/v1/admin/account/second-factor/drop",
    "POST /api/v1/admin/account/backup-codes",
    "POST /api/v1/driver/sessions",
    "POST /api/v1/driver/top-ups",
    "POST /api/v1/driver/refunds",
    "POST /api/v1/driver/wallet/debt",
    "POST /api/v1/driver/pay-password",
    "POST /api/v1/driver/pay-password/change",
    "POST /api/v1/driver/pay-password/reset",
    "POST /api/v1/driver/pay-password/switch",
    "POST /api/v1/admin/adjustments",
    "POST /api/v1/admin/exports",
    "POST /api/v1/driver/connectors/resolve",
    "POST /notify/alipay",
    "POST /notify/wechat",
    "GET /p/{qr_token}",
}
# Beyond this nobody is a person.
MOST_PER_MINUTE: Final = {"actor": 300, "ip": 6_000}


def test_what_costs_something_or_invites_guessing_is_limited() -> None:
    assert {route.name for route in LIMITED} >= MUST_BE_LIMITED
    for route in LIMITED:
        assert route.limit is not None
        assert route.limit.times * 60 / route.limit.per_s <= MOST_PER_MINUTE[route.limit.per]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("route", LIMITED, ids=lambda route: route.name)
def test_a_caller_beyond_the_limit_is_told_when_to_come_back_and_others_are_not(
    database: str, route: Route
) -> None:
    assert route.limit is not None
    tight = dataclasses.replace(route, limit=dataclasses.replace(route.limit, times=TIMES, name=new_ulid()))
    with running_api([tight]) as api:
        caller = _caller(api, route)
        answers = [_call(caller, route) for _ in range(TIMES + 4 * SCALE)]
        assert [answer.status_code for answer in answers[:TIMES]].count(429) == 0
        through = [answer.status_code for answer in answers[TIMES:] if answer.status_code != 429]
        nothing_through("HTTP: calls beyond a limit", tried=4 * SCALE, through=through)
        for answer in answers[TIMES:]:
            assert 1 <= int(answer.headers["Retry-After"]) <= route.limit.per_s
            assert route.scope is Scope.CHANNEL or answer.json()["error"]["code"] == "rate_limited"
        if route.limit.per == "actor":
            assert _call(_caller(api, route), route).status_code != 429


def _caller(api: ApiClient, route: Route) -> ApiClient:
    if route.scope in {Scope.PUBLIC, Scope.CHANNEL}:
        return api
    now = utc_now()
    if route.scope is Scope.DRIVER:
        return api.as_owner_of(a_token(owner=a_driver(now=now), now=now))
    permissions = (route.scope,) if isinstance(route.scope, Permission) else ()
    staff = a_staff(operator=an_operator(now=now), now=now, permissions=permissions)
    return api.as_owner_of(a_token(owner=staff, now=now))


def _call(client: ApiClient, route: Route) -> Any:
    """Without a sound body: a limit counts before anything is read."""
    path = route.path.replace("{qr_token}", "K7M2QZ9XPA")
    body: dict[str, object] | None = {} if route.method == "POST" else None
    return client.request(route.method, path, json=body, headers={"Idempotency-Key": new_ulid()})
