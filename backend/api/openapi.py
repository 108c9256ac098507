"""The published contract: OpenAPI 3.1 made from the URL table. `python -m backend.api.openapi > docs/openapi.json`.

Nothing here is typed twice: schemas come from the structs, errors from the error table.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from backend.api.http.answers import ANSWERS
from backend.api.http.errors import ErrorReply, message_of
from backend.api.http.route import Route, Scope
from backend.api.routes import ROUTES
from backend.domain import errors
from backend.domain.permission import Permission
from backend.gateways.alipay.pay_params import AlipayPayParams
from backend.gateways.payment_channel import PayParams
from backend.gateways.wechat.pay_params import WechatPayParams

VERSION: Final = "3.1.0"
API_VERSION: Final = "1.0.0"
REF: Final = "#/components/schemas/{name}"
ONE_OF: Final[Mapping[Any, tuple[type[msgspec.Struct], ...]]] = {
    PayParams: (WechatPayParams, AlipayPayParams)
}
"""What is one of several structs without a tag, which msgspec has no type for."""
_TITLE: Final = "欣象充电桩管理系统 API"
_DESCRIPTION: Final = (
    "Money is integer fen (`_fen`), energy integer Wh (`_wh`), prices integer 1e-5 yuan per kWh (`_e5`), "
    "instants RFC 3339 in UTC (`_at`). Every error has the shape of `ErrorReply`; its `code` is stable, its "
    "`message` is Chinese and meant for people. Every answer carries `X-Request-Id`."
)
_KEY_HEADER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "1–80 visible ASCII characters, new for each intent; a repetition gets the first answer.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,80}$"},
}


def make_document(
    routes: Iterable[Route], one_of: Mapping[Any, tuple[type[msgspec.Struct], ...]] = ONE_OF
) -> dict[str, Any]:
    """The OpenAPI document of the documented routes."""
    documented = [route for route in routes if route.is_documented]
    types: list[type[msgspec.Struct]] = [ErrorReply]
    for route in documented:
        types += [kind for kind in (route.body_type, route.query_type, route.answer_type) if _is_struct(kind)]
    types += [struct for structs in one_of.values() for struct in structs]
    schemas, components = msgspec.json.schema_components(
        list(dict.fromkeys(types)), schema_hook=lambda kind: _any_of(one_of[kind]), ref_template=REF
    )
    refs = dict(zip(dict.fromkeys(types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in documented:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs, components)
    queries = {refs[route.query_type]["$ref"] for route in documented if _is_struct(route.query_type)}
    return {
        "openapi": VERSION,
        "info": {"title": _TITLE, "version": API_VERSION, "description": _DESCRIPTION},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {
                name: schema for name, schema in components.items() if REF.format(name=name) not in queries
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def errors_of(route: Route) -> list[type[errors.DomainError]]:
    """Every error the route can answer with: its own and those of what it declares."""
    found = [*route.errors]
    if route.body_type is not type(None) or route.query_type is not type(None):
        found.append(errors.InvalidInput)
    if route.body_type is not type(None):
        found.append(errors.PayloadTooLarge)
    if route.scope not in (Scope.PUBLIC, Scope.CHANNEL):
        found += [errors.Unauthenticated, errors.Forbidden]
    if route.needs_key:
        found += [errors.IdempotencyKeyMissing, errors.IdempotencyKeyReused, errors.IdempotencyInProgress]
    if route.limit is not None:
        found.append(errors.RateLimited)
    return list(dict.fromkeys([*found, errors.ServiceUnavailable]))


def _any_of(structs: Iterable[type[msgspec.Struct]]) -> dict[str, Any]:
    return {"anyOf": [{"$ref": REF.format(name=struct.__name__)} for struct in structs]}


def _operation(route: Route, refs: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": f"{route.tag}_{route.handle.__name__}",
        "tags": [route.tag],
        "summary": route.summary,
        "description": (route.handle.__doc__ or "").strip(),
        "parameters": _parameters(route, refs, components),
        "responses": {str(_success_status(route)): _success(route, refs), **_failures(route)},
    }
    if route.scope is Scope.PUBLIC:
        described["security"] = []
    elif route.scope is not Scope.CHANNEL:
        described["security"] = [{"token": []}]
        described["x-scope"] = route.scope.value
    if isinstance(route.scope, Permission):
        described["description"] += f"\n\nNeeds the permission `{route.scope.value}`."
    if _is_struct(route.body_type):
        content = {"application/json": {"schema": refs[route.body_type]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(route: Route, refs: dict[Any, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}
        for name in route.parameters
    ]
    if _is_struct(route.query_type):
        schema = components[refs[route.query_type]["$ref"].rpartition("/")[2]]
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": inner}
            for name, inner in schema["properties"].items()
        ]
    if route.needs_key:
        found.append(dict(_KEY_HEADER))
    return found


def _success_status(route: Route) -> int:
    return 204 if route.response_type is type(None) else route.status


def _success(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    if not _is_struct(route.answer_type):
        return {"description": "Done, no body."}
    return {
        "description": "Success.",
        "content": {"application/json": {"schema": refs[route.answer_type]}},
    }


def _failures(route: Route) -> dict[str, Any]:
    by_status: dict[int, list[type[errors.DomainError]]] = {}
    for kind in errors_of(route):
        by_status.setdefault(ANSWERS[kind].status, []).append(kind)
    return {
        str(status): {
            "description": "\n".join(
                f"- `{kind.code}` {message_of(kind(), to_driver=route.is_for_driver)}" for kind in kinds
            ),
            "content": {"application/json": {"schema": {"$ref": REF.format(name="ErrorReply")}}},
            "x-error-codes": [kind.code for kind in kinds],
        }
        for status, kinds in sorted(by_status.items())
    }


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def encode(document: dict[str, Any]) -> bytes:
    """The document as it is committed and served: two spaces deep, one newline at the end."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def main() -> None:
    """Write the document of all routes to standard output."""
    sys.stdout.buffer.write(encode(make_document(ROUTES)))


if __name__ == "__main__":
    main()
