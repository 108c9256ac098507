"""The contract: valid OpenAPI 3.1, committed as it is served, and complete in scopes and errors."""

import json
import re
from pathlib import Path
from typing import Any, ClassVar, Protocol

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from backend.api import openapi
from backend.api.app import URL_TABLE
from backend.api.http.answers import ANSWERS
from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.api.pages import docs_page
from backend.api.pages.page import POLICY, escape

ROOT = Path(__file__).resolve().parent.parent.parent.parent
COMMITTED = ROOT / "docs" / "openapi.json"
# Before there is anybody to log in; the link's own secret is in the body.
WITHOUT_LOGIN = {
    "/api/v1/driver/login",
    "/api/v1/admin/login",
    "/api/v1/driver/guests",
    "/api/v1/driver/help",  # wanted most by who cannot log in; told from memory
}
FIRST_ADMINISTRATOR = {"/api/v1/admin/begin", "/api/v1/admin/begin/offer"}
DOCUMENTED = [route for route in URL_TABLE if route.is_documented]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(openapi.encode(openapi.make_document(URL_TABLE)))
    return made


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_the_committed_document_is_the_one_the_code_makes() -> None:
    made = openapi.encode(openapi.make_document(URL_TABLE))
    assert COMMITTED.read_bytes() == made, "run: python -m backend.api.openapi > docs/openapi.json"


def test_what_is_one_of_several_structs_is_shown_as_each_of_them() -> None:
    class Till(Protocol):
        __struct_fields__: ClassVar[tuple[str, ...]]

    class Card(msgspec.Struct):
        card: str

    class Link(msgspec.Struct):
        url: str

    class Bill(msgspec.Struct):
        pay: Till | None

    async def show(_: Call[None, None]) -> Bill:
        """One bill."""
        return Bill(pay=Link(url="x"))

    route = Route(
        method="GET", path="/bill", scope=Scope.PUBLIC, handle=show, summary="账单", errors=(), tag="bills"
    )
    made = openapi.make_document([route], {Till: (Card, Link)})
    (shown, null) = made["components"]["schemas"]["Bill"]["properties"]["pay"]["anyOf"]
    assert null == {"type": "null"}
    assert [one["$ref"].rpartition("/")[2] for one in shown["anyOf"]] == ["Card", "Link"]
    assert {"Card", "Link"} <= made["components"]["schemas"].keys()


def test_operation_ids_are_unique_and_every_operation_is_described(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) == len(DOCUMENTED)
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert all(operation["summary"] and operation["description"] for operation in operations)


def test_everything_but_the_login_asks_for_a_token(document: dict[str, Any]) -> None:
    open_paths = {
        path
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if operation["security"] == []
    }
    assert open_paths <= {*WITHOUT_LOGIN, *FIRST_ADMINISTRATOR}
    assert "/api/v1/driver/login" in open_paths


def test_posts_that_move_money_or_start_a_command_need_a_key(document: dict[str, Any]) -> None:
    for path in ("/api/v1/driver/sessions", "/api/v1/driver/top-ups"):
        names = [parameter["name"] for parameter in document["paths"][path]["post"]["parameters"]]
        assert "Idempotency-Key" in names


def test_every_error_a_route_declares_has_an_answer_and_is_documented(document: dict[str, Any]) -> None:
    for route in DOCUMENTED:
        operation = document["paths"][route.path][route.method.lower()]
        told = {
            code for answer in operation["responses"].values() for code in answer.get("x-error-codes", [])
        }
        assert {kind.code for kind in route.errors} <= told
        assert all(kind in ANSWERS for kind in openapi.errors_of(route))


def test_money_and_energy_are_integers_everywhere(document: dict[str, Any]) -> None:
    def kinds(schema: dict[str, Any]) -> set[str]:
        return {inner.get("type", "") for inner in schema.get("anyOf", [schema])} - {"null"}

    for name, schema in document["components"]["schemas"].items():
        for field, inner in schema.get("properties", {}).items():
            if re.search(r"_(fen|wh|w|mv|ma|e5|s|m)$", field):
                assert kinds(inner) == {"integer"}, f"{name}.{field}"


def test_the_documentation_page_shows_every_operation_and_loads_nothing(document: dict[str, Any]) -> None:
    reply = docs_page.render_docs(document)
    page = reply.body.decode()
    for route in DOCUMENTED:
        assert escape(route.path) in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"https?:", page)
    assert reply.headers["Content-Security-Policy"] == POLICY
    assert "unsafe-inline" not in POLICY


def test_the_documentation_page_escapes_what_it_shows() -> None:
    parts = docs_page.render_docs(
        {
            "info": {"title": "<b>", "description": "`<i>`", "version": "1"},
            "paths": {},
            "components": {"schemas": {"<u>": {"description": "<s>"}}},
        }
    ).body.decode()
    assert not any(tag in parts for tag in ("<b>", "<i>", "<u>", "<s>"))
    assert "<code>&lt;i&gt;</code>" in parts


def test_query_structs_are_no_components(document: dict[str, Any]) -> None:
    names = {route.query_type.__name__ for route in DOCUMENTED if route.query_type is not type(None)}
    assert names
    assert names.isdisjoint(document["components"]["schemas"])


def test_no_two_shown_structs_share_a_name() -> None:
    shown = {
        kind
        for route in DOCUMENTED
        for kind in (route.body_type, route.response_type)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    }
    assert len({kind.__name__ for kind in shown}) == len(shown)


def test_no_route_is_public_by_accident() -> None:
    public = {route.path for route in URL_TABLE if route.scope is Scope.PUBLIC}
    assert public <= {
        *WITHOUT_LOGIN,
        *FIRST_ADMINISTRATOR,
        "/pay/done",
        "/p/{qr_token}",
        "/healthz",
        "/readyz",
        "/metrics",
        "/asyncapi.yaml",
        "/openapi.json",
        "/docs",
    }
