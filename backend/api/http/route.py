"""One row of the URL table: address, who may call it, its typed input and output, and the errors it can give.

Body, query and response types are read off the handler's own signature, so they cannot disagree with it.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import NoneType
from typing import Any, Final, Literal, get_args, get_type_hints

import msgspec

from backend.api.http.call import Call
from backend.domain.errors import DomainError
from backend.domain.permission import Permission

MAX_PATH_CHARS: Final = 64
_PARAMETER: Final = re.compile(r"\{(\w+)\}")


class Scope(StrEnum):
    """Who may call. STAFF is any logged-in staff; an operation for some of them names a Permission instead."""

    PUBLIC = "public"
    DRIVER = "driver"
    STAFF = "staff"
    CHANNEL = "channel"
    """A payment channel: no token, the body proves itself by its signature."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` calls in `per_s` seconds, counted per token's owner, or per address where there is none.

    `is_shared`: counted over all processes; else each process counts for itself.
    """

    name: str
    times: int
    per_s: int
    per: Literal["actor", "ip"]
    is_shared: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer that is not JSON of a struct: a page, a metrics text, an empty acknowledgement."""

    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handle = Callable[[Call[Any, Any]], Awaitable[Any]]


class RouteError(Exception):
    """The URL table is wrong; the process refuses to start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Raises RouteError when it is made without a scope, with loose input types, or with an untyped handler.

    `status` is that of success. `needs_key`: the Idempotency-Key header is required. `is_documented`: part of
    the published contract (pages and probes are not). `shape`: what the JSON of a Reply holds.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    scope: Scope | Permission
    handle: Handle
    summary: str
    errors: tuple[type[DomainError], ...] = ()
    limit: Limit | None = None
    needs_key: bool = False
    status: int = 200
    tag: str = ""
    is_documented: bool = True
    shape: type[msgspec.Struct] | None = None
    body_type: Any = field(init=False)
    query_type: Any = field(init=False)
    response_type: Any = field(init=False)
    decoder: msgspec.json.Decoder[Any] | None = field(init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.scope, Scope | Permission):
            raise RouteError(f"{self.name} declares no scope")
        body, query, response = _signature(self)
        for wanted in (body, query):
            if wanted not in (NoneType, bytes) and not _is_strict(wanted):
                raise RouteError(f"{self.name}: {wanted} must be a Struct with forbid_unknown_fields=True")
        is_struct = isinstance(response, type) and issubclass(response, msgspec.Struct | Reply | NoneType)
        if not is_struct:
            raise RouteError(f"{self.name} must answer with a Struct, a Reply or None")
        object.__setattr__(self, "body_type", body)
        object.__setattr__(self, "query_type", query)
        object.__setattr__(self, "response_type", response)
        decoder = None if body in (NoneType, bytes) else msgspec.json.Decoder(body)
        object.__setattr__(self, "decoder", decoder)

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def answer_type(self) -> Any:
        """What a successful answer holds, for the contract."""
        return self.shape or self.response_type

    @property
    def is_for_driver(self) -> bool:
        """Whether a driver reads the answer, also before being logged in."""
        return self.path.startswith("/api/v1/driver/")

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names in the path template, in order."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def pattern(self) -> str:
        """The path template as Tornado's regular expression."""
        return pattern_of(self.path)


def pattern_of(path: str) -> str:
    """A path template as Tornado's regular expression."""
    escaped = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    return _PARAMETER.sub(rf"(?P<\1>[^/]{{1,{MAX_PATH_CHARS}}})", escaped)


def by_path(routes: Iterable[Route]) -> dict[str, dict[str, Route]]:
    """Path template → method → route. Raises RouteError when two routes are the same."""
    table: dict[str, dict[str, Route]] = {}
    for route in routes:
        methods = table.setdefault(route.path, {})
        if route.method in methods:
            raise RouteError(f"{route.name} is there twice")
        methods[route.method] = route
    return table


def _signature(route: Route) -> tuple[Any, Any, Any]:
    hints = get_type_hints(route.handle)
    response = hints.pop("return", None)
    if response is None or len(hints) != 1 or not inspect.iscoroutinefunction(route.handle):
        raise RouteError(f"{route.name}: a handler is `async def name(call: Call[Body, Query]) -> Response`")
    (call_type,) = hints.values()
    arguments = get_args(call_type)
    if getattr(call_type, "__origin__", None) is not Call:
        raise RouteError(f"{route.name}: a handler is `async def name(call: Call[Body, Query]) -> Response`")
    return (*arguments, response)


def _is_strict(wanted: Any) -> bool:
    return (
        isinstance(wanted, type)
        and issubclass(wanted, msgspec.Struct)
        and wanted.__struct_config__.forbid_unknown_fields
    )
