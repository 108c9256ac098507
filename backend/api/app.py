"""What the server asks: the URL table, its published contract, and beside them what is no plain request and answer.

The WebSocket of the live feed and static files are given as URL specs.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import tornado.routing
import tornado.web
from tornado.routing import AnyMatches, Rule, URLSpec

from backend.api import openapi
from backend.api.http.call import Call
from backend.api.http.parts import Parts
from backend.api.http.route import Reply, Route, RouteError, Scope
from backend.api.http.router import ApiRouter, UnknownRouter
from backend.api.http.transfer_handlers import transfer_urls
from backend.api.http.transfers import Transfer
from backend.api.pages import docs_page
from backend.api.routes import ROUTES, TRANSFERS

_PILE_CONTRACT: Final = (Path(__file__).resolve().parents[2] / "docs" / "asyncapi.yaml").read_bytes()


async def show_contract(call: Call[None, None]) -> Reply:
    """The OpenAPI document of this very process."""
    del call
    return Reply(
        body=openapi.encode(openapi.make_document(ROUTES)), content_type="application/json; charset=utf-8"
    )


async def show_docs(call: Call[None, None]) -> Reply:
    """The same document to read."""
    del call
    return docs_page.render_docs(openapi.make_document(ROUTES))


async def show_pile_contract(call: Call[None, None]) -> Reply:
    """The AsyncAPI document of the pile protocol, as it is committed."""
    del call
    return Reply(body=_PILE_CONTRACT, content_type="application/yaml; charset=utf-8")


_CONTRACT: Final[tuple[Route, ...]] = tuple(
    Route(method="GET", path=path, scope=Scope.PUBLIC, handle=handle, summary="接口文档", is_documented=False)
    for path, handle in (
        ("/openapi.json", show_contract),
        ("/asyncapi.yaml", show_pile_contract),
        ("/docs", show_docs),
    )
)

URL_TABLE: Final[tuple[Route, ...]] = (*ROUTES, *_CONTRACT)


def make_app(
    parts: Parts,
    *,
    routes: Iterable[Route] = URL_TABLE,
    transfers: Iterable[Transfer] = TRANSFERS,
    more_urls: Iterable[URLSpec] = (),
) -> tornado.routing.Router:
    """What the server of one process asks. Raises RouteError when two routes are the same."""
    plain, streamed = tuple(routes), tuple(transfers)
    if twice := {route.path for route in plain} & {transfer.path for transfer in streamed}:
        raise RouteError(f"both a route and a transfer: {', '.join(sorted(twice))}")
    rules = [*transfer_urls(streamed, parts), *more_urls, Rule(AnyMatches(), UnknownRouter(parts))]
    return ApiRouter(plain, parts, beside=tornado.web.Application(rules, log_function=_log_nothing))


def _log_nothing(handler: tornado.web.RequestHandler) -> None:
    """Requests are counted (metrics) and failures logged where they happen; a line for each helps nobody."""
    del handler
