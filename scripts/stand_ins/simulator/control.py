"""Loopback HTTP for demos and tests: plug and unplug cars, break networks, power and connectors.

POST /piles/{pile_no}/connectors/{n}/plug | unplug
POST /piles/{pile_no}/offline | power-loss {"seconds"}, /online, /fault {"code", "connector"?}, /clear-faults
GET /piles?after=&limit=, /piles/{pile_no}
Errors: {"error": "<sentence>"} with 400, 404 or 409. Requests that a web page makes are refused.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import msgspec
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from scripts.stand_ins.simulator.connector import ImpossibleError
from scripts.stand_ins.simulator.simulated_pile import SimulatedPile

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

MAX_BODY_BYTES = 4_096
MAX_LISTED = 1_000
LONGEST_S = 86_400


class Duration(msgspec.Struct, forbid_unknown_fields=True):
    seconds: float = 60.0

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= LONGEST_S:
            raise ValueError(f"seconds must be above 0 and at most {LONGEST_S}")


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    connector: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.code) <= 32:  # noqa: PLR2004 (a code's length, said in the message)
            raise ValueError("code must have 1 to 32 characters")


def start_control(piles: Mapping[str, SimulatedPile], port: int) -> tuple[HTTPServer, int]:
    """Listen on 127.0.0.1; port 0 takes a free one. Returns the server and its port; OSError when taken."""
    routes: list[Any] = [
        (r"/piles", PilesHandler, {"piles": piles}),
        (r"/piles/([\w-]+)", PileHandler, {"piles": piles}),
        (r"/piles/([\w-]+)/connectors/(\d{1,2})/(plug|unplug)", ConnectorHandler, {"piles": piles}),
        (
            r"/piles/([\w-]+)/(offline|online|power-loss|fault|clear-faults)",
            TroubleHandler,
            {"piles": piles},
        ),
    ]
    server = HTTPServer(Application(routes, log_function=lambda _handler: None), max_body_size=MAX_BODY_BYTES)
    sockets = bind_sockets(port, "127.0.0.1")
    server.add_sockets(sockets)
    return server, sockets[0].getsockname()[1]


class _Handler(RequestHandler):
    @override
    def initialize(self, piles: Mapping[str, SimulatedPile]) -> None:
        self.piles = piles

    @override
    def prepare(self) -> None:
        if "Origin" in self.request.headers:
            self.answer({"error": "requests from web pages are refused"}, 403)

    def find_pile(self, pile_no: str) -> SimulatedPile | None:
        pile = self.piles.get(pile_no)
        if pile is None:
            self.answer({"error": f"there is no pile {pile_no}"}, 404)
        return pile

    def answer(self, body: object, status: int = 200) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(msgspec.json.encode(body))


class PilesHandler(_Handler):
    @override
    def get(self) -> None:
        after, limit = self.get_query_argument("after", ""), self.get_query_argument("limit", str(MAX_LISTED))
        if not limit.isdecimal() or not 1 <= int(limit) <= MAX_LISTED:
            self.answer({"error": f"limit must be 1 to {MAX_LISTED}"}, 400)
            return
        names = [name for name in sorted(self.piles) if name > after][: int(limit)]
        self.answer({"total": len(self.piles), "piles": [self.piles[name].state() for name in names]})


class PileHandler(_Handler):
    @override
    def get(self, pile_no: str) -> None:
        if pile := self.find_pile(pile_no):
            self.answer(pile.state())


class ConnectorHandler(_Handler):
    @override
    def post(self, pile_no: str, number: str, act: str) -> None:
        if not (pile := self.find_pile(pile_no)):
            return
        try:
            if act == "plug":
                pile.plug(int(number))
            else:
                pile.unplug(int(number))
        except ImpossibleError as error:
            self.answer({"error": str(error)}, 409)
            return
        self.answer(pile.state())


class TroubleHandler(_Handler):
    @override
    def post(self, pile_no: str, trouble: str) -> None:
        if not (pile := self.find_pile(pile_no)):
            return
        try:
            _make_trouble(pile, trouble, self.request.body or b"{}")
        except msgspec.DecodeError as error:
            self.answer({"error": str(error)}, 400)
        except ImpossibleError as error:
            self.answer({"error": str(error)}, 409)
        else:
            self.answer(pile.state())


def _make_trouble(pile: SimulatedPile, trouble: str, body: bytes) -> None:
    if trouble == "offline":
        pile.go_offline(msgspec.json.decode(body, type=Duration).seconds)
    elif trouble == "power-loss":
        pile.lose_power(msgspec.json.decode(body, type=Duration).seconds)
    elif trouble == "fault":
        fault = msgspec.json.decode(body, type=Fault)
        pile.raise_fault(fault.code, fault.connector)
    elif trouble == "online":
        pile.come_online()
    else:
        pile.clear_faults()
