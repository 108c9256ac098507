"""The URL table of the whole API and what the server asks, made from it.

A handler module ends with its `ROUTES`; a new one is added to the table here. What is no plain request and
answer (the WebSocket of the live feed, static files) is given as URL specs beside it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import tornado.routing
import tornado.web
from tornado.routing import AnyMatches, Rule, URLSpec

from backend.api import admin, docs_page, health, openapi, pile_page
from backend.api.call import Call
from backend.api.driver import connectors, login, orders, payments, sessions, stations, wallet
from backend.api.notify import wechat
from backend.api.parts import Parts
from backend.api.route import Reply, Route, Scope
from backend.api.router import ApiRouter, UnknownRouter

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

ROUTES: Final[tuple[Route, ...]] = (
    *login.ROUTES,
    *stations.ROUTES,
    *connectors.ROUTES,
    *sessions.ROUTES,
    *orders.ROUTES,
    *wallet.ROUTES,
    *payments.ROUTES,
    *admin.ROUTES,
    *wechat.ROUTES,
    *pile_page.ROUTES,
    *health.ROUTES,
    *_CONTRACT,
)


def make_app(
    parts: Parts,
    *,
    routes: Iterable[Route] = ROUTES,
    more_urls: Iterable[URLSpec] = (),
) -> tornado.routing.Router:
    """What the server of one process asks. Raises RouteError when two routes are the same."""
    rules = [*more_urls, Rule(AnyMatches(), UnknownRouter(parts))]
    return ApiRouter(routes, parts, beside=tornado.web.Application(rules, log_function=_log_nothing))


def _log_nothing(handler: tornado.web.RequestHandler) -> None:
    """Requests are counted (metrics) and failures logged where they happen; a line for each helps nobody."""
    del handler
