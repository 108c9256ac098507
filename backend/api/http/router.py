"""From an address to its exchange: fixed addresses by one look-up, the others by their patterns in order.

What is no plain request and answer (the live feed, static files) is asked for after them.
"""

import re
from collections.abc import Iterable, Mapping

import tornado.routing
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from typing_extensions import override

from backend.api.http.exchange import Exchange
from backend.api.http.parts import Parts
from backend.api.http.route import Route, by_path


class ApiRouter(tornado.routing.Router):
    """The URL table of one process; `beside` takes the addresses that are not in it.

    Raises RouteError when two routes are the same.
    """

    def __init__(self, routes: Iterable[Route], parts: Parts, *, beside: tornado.routing.Router) -> None:
        self._parts = parts
        self._beside = beside
        self._fixed: dict[str, Mapping[str, Route]] = {}
        self._patterns: list[tuple[re.Pattern[str], Mapping[str, Route]]] = []
        # Of two patterns that fit, the one with fewer parameters counts.
        for path, methods in sorted(
            by_path(routes).items(), key=lambda entry: (entry[0].count("{"), entry[0])
        ):
            if "{" in path:
                self._patterns.append((re.compile(next(iter(methods.values())).pattern), methods))
            else:
                self._fixed[path] = methods

    @override
    def find_handler(self, request: HTTPServerRequest, **kwargs: object) -> HTTPMessageDelegate | None:
        methods = self._fixed.get(request.path)
        if methods is not None:
            return Exchange(request, methods, {}, self._parts)
        for pattern, methods in self._patterns:
            found = pattern.fullmatch(request.path)
            if found:
                return Exchange(request, methods, found.groupdict(), self._parts)
        return self._beside.find_handler(request)


class UnknownRouter(tornado.routing.Router):
    """Answers every address with 404, in the shape of all refusals."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @override
    def find_handler(self, request: HTTPServerRequest, **kwargs: object) -> Exchange:
        return Exchange(request, {}, {}, self._parts)
