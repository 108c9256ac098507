"""The contracts of the previous landing still hold: its mini-program and its piles' firmware need not be replaced."""

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Final

import pytest
import yaml

from tests.upgrade.contracts import Document, find_breaks, find_pile_breaks
from tests.upgrade.keep_landing import ASYNCAPI, OPENAPI, ROOT


@cache
def previous() -> Document:
    return load(OPENAPI.read_text(encoding="utf-8"))


@cache
def present() -> Document:
    """As committed; another test holds it to the code."""
    return load((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))


def load(text: str) -> Document:
    document: Document = json.loads(text)
    return document


def test_the_mini_program_of_the_previous_landing_finds_everything_it_uses() -> None:
    # only who asks for Alipay is answered with its parameters, and that landing's phone knows no other than WeChat Pay
    known = ["POST /api/v1/driver/top-ups 201.pay: was null, is object"]
    assert [*find_breaks(previous(), present())] == known


def session_view(document: Document) -> Document:
    view: Document = document["components"]["schemas"]["SessionView"]
    return view


def start_request(document: Document) -> Document:
    request: Document = document["components"]["schemas"]["StartRequest"]
    return request


def start(document: Document) -> Document:
    operation: Document = document["paths"]["/api/v1/driver/sessions"]["post"]
    return operation


DAMAGE: Final[dict[str, tuple[Callable[[Document], object], str]]] = {
    "an operation that is gone": (
        lambda one: one["paths"].pop("/api/v1/driver/wallet"),
        "GET /api/v1/driver/wallet: is gone",
    ),
    "a parameter that is gone": (
        lambda one: one["paths"]["/api/v1/driver/orders"]["get"].update(parameters=[]),
        "GET /api/v1/driver/orders ?cursor: is gone",
    ),
    "a new parameter that is asked for": (
        lambda one: start(one)["parameters"].append(
            {"name": "plate", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
        "POST /api/v1/driver/sessions ?plate: is asked for now",
    ),
    "a parameter that takes less": (
        lambda one: one["paths"]["/api/v1/driver/orders"]["get"]["parameters"][1]["schema"].update(
            maximum=10
        ),
        "GET /api/v1/driver/orders ?limit: maximum 50 does not fit into 10",
    ),
    "a new field that a request must have": (
        lambda one: start_request(one)["required"].append("coupon_no"),
        "POST /api/v1/driver/sessions body.coupon_no: is asked for now",
    ),
    "a field of a request that is gone": (
        lambda one: start_request(one)["properties"].pop("limit_fen"),
        "POST /api/v1/driver/sessions body.limit_fen: is gone",
    ),
    "a field of a request of another type": (
        lambda one: start_request(one)["properties"].update(connector_no={"type": "integer"}),
        "POST /api/v1/driver/sessions body.connector_no: was string, is integer",
    ),
    "a field of an answer that is gone": (
        lambda one: session_view(one)["properties"].pop("energy_wh"),
        "GET /api/v1/driver/sessions/{session_no} 200.energy_wh: is gone",
    ),
    "a field of an answer that may be left out": (
        lambda one: session_view(one)["required"].remove("hold_fen"),
        "GET /api/v1/driver/sessions/{session_no} 200.hold_fen: may be left out now",
    ),
    "a field of an answer that may be null": (
        lambda one: session_view(one)["properties"].update(
            total_fen={"anyOf": [{"type": "integer"}, {"type": "null"}]}
        ),
        "GET /api/v1/driver/sessions/{session_no} 200.total_fen: was integer, is null",
    ),
    "a field of an answer that is always null": (
        lambda one: session_view(one)["properties"].update(price={"type": "null"}),
        "GET /api/v1/driver/sessions/{session_no} 200.price: is never object now",
    ),
    "a list of an answer that holds something else": (
        lambda one: session_view(one)["properties"]["allowed_actions"].update(items={"type": "object"}),
        "GET /api/v1/driver/sessions/{session_no} 200.allowed_actions[]: was string, is object",
    ),
    "a value of an enum that is gone": (
        lambda one: one["components"]["schemas"]["StopReason"]["enum"].remove("car_full"),
        "GET /api/v1/driver/sessions/{session_no} 200.stop_reason: 'car_full' is gone",
    ),
    "a state of a session that a page has no scene for": (
        lambda one: one["components"]["schemas"]["SessionState"]["enum"].append("queued"),
        "GET /api/v1/driver/sessions/{session_no} 200.state: 'queued' is new, and an old client does not know",
    ),
    "a state of another answer, which may also be null": (
        lambda one: (
            one["components"]["schemas"]["SessionState"]["enum"].append("queued"),
            session_view(one)["properties"].update(
                state={"anyOf": [{"$ref": "#/components/schemas/SessionState"}, {"type": "null"}]}
            ),
        ),
        "GET /api/v1/driver/sessions/{session_no} 200.state: 'queued' is new",
    ),
    "another status of success": (
        lambda one: start(one)["responses"].update({"202": start(one)["responses"].pop("201")}),
        "POST /api/v1/driver/sessions: succeeds with ['202'], not ['201']",
    ),
    "a refusal under another name": (
        lambda one: start(one)["responses"]["409"].update({"x-error-codes": ["gun_busy"]}),
        "POST /api/v1/driver/sessions 409: connector_busy is gone",
    ),
    "another scope": (
        lambda one: start(one).update({"x-scope": "staff"}),
        "POST /api/v1/driver/sessions: asks for another token",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_would_break_the_previous_mini_program_is_found(damage: str) -> None:
    act, sentence = DAMAGE[damage]
    changed = copy.deepcopy(previous())
    act(changed)
    assert any(told.startswith(sentence) for told in find_breaks(previous(), changed))


def test_what_a_new_release_may_add_breaks_nothing() -> None:
    changed = copy.deepcopy(previous())
    session_view(changed)["properties"]["plate"] = {"type": "string"}
    session_view(changed)["required"].append("plate")
    start_request(changed)["properties"]["coupon_no"] = {"type": "string"}
    changed["components"]["schemas"]["StopReason"]["enum"].append("reserved_for_another")
    changed["paths"]["/api/v1/driver/coupons"] = {"get": start(changed)}
    start(changed)["parameters"].append(
        {"name": "plate", "in": "query", "required": False, "schema": {"type": "string"}}
    )
    assert [*find_breaks(previous(), changed)] == []


def test_the_pile_protocol_still_takes_and_says_what_it_did() -> None:
    present = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text(encoding="utf-8"))
    assert [*find_pile_breaks(previous_protocol(), present)] == []


@cache
def previous_protocol() -> Document:
    document: Document = yaml.safe_load(ASYNCAPI.read_text(encoding="utf-8"))
    return document


PILE_DAMAGE: Final[dict[str, tuple[Callable[[Document], object], str]]] = {
    "a message that is gone": (lambda one: one["channels"].pop("heartbeat"), "heartbeat: is gone"),
    "another topic": (
        lambda one: one["channels"]["meter"].update(address="cp/v2/{pile_no}/up/meter"),
        "meter: is at cp/v2/{pile_no}/up/meter",
    ),
    "a receipt that no longer comes": (
        lambda one: one["components"]["messages"]["session_ended"].pop("x-receipted"),
        "session_ended: is not receipted",
    ),
    "a field that a pile must say": (
        lambda one: one["components"]["schemas"]["Meter"]["required"].append("elapsed_s"),
        "meter.elapsed_s: is asked for now",
    ),
    "a range that became smaller": (
        lambda one: one["components"]["schemas"]["Meter"]["properties"]["power_w"].update(maximum=400_000),
        "meter.power_w: maximum 10000000 does not fit into 400000",
    ),
    "a status that is not understood": (
        lambda one: one["components"]["schemas"]["ConnectorStatus"]["enum"].remove("suspended_ev"),
        "status.status: 'suspended_ev' is gone",
    ),
    "a command without its kind": (
        lambda one: one["components"]["schemas"]["CommandDown"]["properties"].pop("kind"),
        "command.kind: is gone",
    ),
}


@pytest.mark.parametrize("damage", PILE_DAMAGE)
def test_what_would_break_the_previous_piles_is_found(damage: str) -> None:
    act, sentence = PILE_DAMAGE[damage]
    changed = copy.deepcopy(previous_protocol())
    act(changed)
    assert any(told.startswith(sentence) for told in find_pile_breaks(previous_protocol(), changed))
