"""The divisions of GB/T 2260, to choose from; made once, sent compressed, kept by the browser for a day."""

import gzip
from functools import cache
from typing import Final

import msgspec

from backend.api.http.call import Call
from backend.api.http.exchange import JSON
from backend.api.http.route import Reply, Route
from backend.domain.permission import Permission
from backend.gateways.divisions import list_divisions

_KEPT: Final = {"Cache-Control": "private, max-age=86400", "Vary": "Accept-Encoding"}
_GZIP: Final = "gzip"


class DivisionView(msgspec.Struct, frozen=True, kw_only=True):
    """A province (xx0000), a city (xxxx00) or a district; some provinces have no cities, some cities no districts."""

    code: str
    name: str


class Divisions(msgspec.Struct, frozen=True, kw_only=True):
    divisions: tuple[DivisionView, ...]


async def list_all(call: Call[None, None]) -> Reply:
    """All of them, by code."""
    accepted = call.headers.get("Accept-Encoding", "")
    if _GZIP not in accepted.lower():
        return Reply(body=_plain(), content_type=JSON, headers=_KEPT)
    return Reply(body=_compressed(), content_type=JSON, headers=_KEPT | {"Content-Encoding": _GZIP})


@cache
def _plain() -> bytes:
    divisions = Divisions(
        divisions=tuple(DivisionView(code=code, name=name) for code, name in list_divisions())
    )
    return msgspec.json.encode(divisions)


@cache
def _compressed() -> bytes:
    return gzip.compress(_plain())


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/divisions",
        scope=Permission.STATION_READ,
        handle=list_all,
        summary="行政区划",
        tag="admin_divisions",
        shape=Divisions,
    ),
)
