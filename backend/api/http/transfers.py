"""Uploads and downloads of the API, declared as routes are: address, who may call, what may come in, who handles it.

No scope, no route. How the bytes move is `transfer_handlers`'.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import msgspec

from backend.api.http.call import Call
from backend.api.http.route import Limit, RouteError, Scope
from backend.domain.permission import Permission
from backend.gateways.files.store import IncomingFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What was uploaded, whole and closed; `media_type` is what its first bytes say. Gone when the handler returns."""

    file: IncomingFile
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file of the store. `file_name` is offered to save it by; `is_inline`: a browser may show it.

    `is_forever`: its address names its content, and anybody may read it; it is never asked for again.
    """

    sha256: str
    size_bytes: int
    media_type: str
    file_name: str
    is_inline: bool = False
    is_forever: bool = False


HandleUpload: TypeAlias = Callable[[Call[None, None], Received], Awaitable[msgspec.Struct | None]]
HandleDownload: TypeAlias = Callable[[Call[None, None]], Awaitable[Download]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Transfer:
    path: str
    scope: Scope | Permission
    summary: str
    limit: Limit | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.scope, Scope | Permission):
            raise RouteError(f"{self.path} declares no scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload(_Transfer):
    """POST of a file as the whole body. `media_types` that may come in, by content; empty: any. Raises RouteError without a scope."""

    handle: HandleUpload
    max_bytes: int
    media_types: frozenset[str] = field(default=frozenset())
    method: Literal["POST"] = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending(_Transfer):
    """GET of a file, whole or a part of it. Raises RouteError without a scope."""

    handle: HandleDownload
    method: Literal["GET"] = "GET"


Transfer: TypeAlias = Upload | Sending
