"""Piles whose firmware is of the previous landing: what they say is taken, and what they are told they can do."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
import yaml

from backend.gateways.clock import utc_now
from backend.models import ConnectorState, MeterValue, Pile, PileMessage
from mqtt_bridge import messages, topics
from scripts.stand_ins.simulator import PileSettings, PileSpec
from scripts.stand_ins.simulator.envelope import from_text
from scripts.stand_ins.simulator.pile_model import PileModel
from tests.pile_voice import PileVoice, as_text
from tests.upgrade import pile_rules, snapshot
from tests.upgrade.keep_landing import ASYNCAPI, ROOT, WIRE
from tests.upgrade.present_bridge import PresentBridge
from tests.upgrade.snapshot import Snapshot

SAID: Final = tuple(sorted((WIRE / "up").glob("*.json")))
HEARD: Final = tuple(
    path for wire in (WIRE, ROOT / "tests" / "wire") for path in sorted((wire / "down").glob("*.json"))
)
"""The golden messages of then and of now, which another test holds to what the bridge sends."""


def body_of(path: Path) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return body


@pytest.mark.parametrize("path", SAID, ids=lambda path: path.stem)
@pytest.mark.parametrize("more", [{}, {"replayed": True}, {"pile_no": "CP1"}], ids=["", "replayed", "named"])
def test_what_the_previous_piles_say_is_decoded(path: Path, more: dict[str, Any]) -> None:
    body = body_of(path) | more
    message = messages.decode(topics.up("CP1", path.stem), json.dumps(body).encode())
    told = msgspec.json.decode(msgspec.json.encode(message))
    for name in told.keys() & body.keys():
        assert as_instants(told[name]) == as_instants(body[name]), name


def as_instants(value: Any) -> Any:
    """Times compare as times, however they are written."""
    if isinstance(value, dict):
        return {name: as_instants(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_instants(inner) for inner in value]
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def test_what_the_previous_piles_say_is_taken(landed: Snapshot) -> None:
    """All of it, of the charge that runs; whether it is plausible is another matter."""
    pile = PileVoice(landed.names["pile_no"], utc_now())
    bridge = PresentBridge(pile)
    *_, command_no = snapshot.find_values(landed, "command", "command_no")
    place = {"boot": 2, "at": as_text(pile.now)}
    subject = {"session_no": landed.names["charging_session"], "command_id": command_no}
    for seq, path in enumerate(SAID, start=1):
        body = body_of(path)
        body |= place | {name: subject[name] for name in subject.keys() & body.keys()}
        body |= {"seq": seq, "id": f"said-{path.stem}"}
        bridge.take((topics.up(pile.pile_no, path.stem), json.dumps(body).encode(), seq))
    assert bridge.quarantined() == 0
    pile_id = Pile.get(Pile.pile_no == pile.pile_no).id
    known = {row.message_id for row in PileMessage.select().where(PileMessage.pile_id == pile_id)}
    rare = {"said-boot", "said-online", "said-reply", "said-session_started", "said-session_ended"}
    assert rare <= known
    receipted = {message_id for body in bridge.down for message_id in body["ids"]}
    assert receipted == rare - {"said-boot", "said-online"}
    assert MeterValue.select().where((MeterValue.pile_id == pile_id) & (MeterValue.boot == 2)).count() == 1
    assert ConnectorState.select().where(ConnectorState.boot == 2).count() == 1


@pytest.mark.parametrize("path", HEARD, ids=lambda path: f"{path.parents[2].name}-{path.stem}")
def test_what_piles_are_told_fits_their_rules(path: Path) -> None:
    """A file is named by its message and, where there are several, by its kind."""
    message = path.name.partition(".")[0]
    assert pile_rules.find_faults(topics.down("CP1", message), body_of(path)) == []


def test_there_is_a_rule_for_each_command_of_the_previous_contract() -> None:
    contract = yaml.safe_load(ASYNCAPI.read_text(encoding="utf-8"))
    assert set(contract["components"]["schemas"]["CommandKind"]["enum"]) <= pile_rules.KINDS


START: Final = {
    "id": "1",
    "kind": "start",
    "params": {"connector": 1, "session_no": "S1", "limit_fen": 100, "limit_wh": 500},
    "expires_at": "2026-11-23T04:00:30Z",
}
DAMAGE: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "a start for ever": ("command", {name: START[name] for name in ("id", "kind", "params")}),
    "a start until a local time": ("command", START | {"expires_at": "2026-11-23T04:00:30"}),
    "a start without a limit": ("command", START | {"params": {"connector": 1, "session_no": "S1"}}),
    "a limit in yuan": (
        "command",
        START | {"params": {"connector": 1, "session_no": "S1", "limit_fen": 1.5}},
    ),
    "a limit of nothing": (
        "command",
        START | {"params": {"connector": 1, "session_no": "S1", "limit_fen": 100, "limit_wh": 0}},
    ),
    "a limit of no session": (
        "command",
        {"id": "1", "kind": "set_limit", "params": {"limit_fen": 1, "limit_wh": 1}},
    ),
    "a stop of no session": ("command", {"id": "1", "kind": "stop", "params": {"reason": "staff"}}),
    "a stop for a reason of its own": (
        "command",
        {"id": "1", "kind": "stop", "params": {"session_no": "S1", "reason": "because"}},
    ),
    "a kind that no pile knows": ("command", {"id": "1", "kind": "reboot", "params": {}}),
    "a receipt by another name": ("receipt", {"messages": ["1"]}),
    "a refusal without its id": ("receipt", {"ids": [], "refused": [{"code": "malformed"}]}),
    "another message": ("config", {}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_a_pile_would_not_do_is_found(damage: str) -> None:
    what, body = DAMAGE[damage]
    assert pile_rules.find_faults(topics.down("CP1", "command"), START) == []
    assert pile_rules.find_faults(topics.down("CP1", what), body)


def test_the_rules_are_those_that_the_simulated_pile_answers_by() -> None:
    spec = PileSpec(pile_no="CP1", secret="", kind="dc", rated_w=60_000, connectors=1)
    desk = PileModel(spec, PileSettings(), from_text("2026-11-23T04:00:00Z")).desk
    answers = {}
    for name, (what, body) in {"sound": ("command", START), **DAMAGE}.items():
        if what == "command":
            said = desk.execute(body | {"id": name}, from_text("2026-11-23T04:00:01Z"))
            (reply,) = [message for message in said if message.name == "reply"]
            answers[name] = (reply.body["result"], reply.body.get("reason"))
    assert answers.pop("sound")[0] == "accepted"
    assert answers.pop("a kind that no pile knows") == ("rejected", "unknown_kind")
    # it does stop, and its record cannot say why
    assert answers.pop("a stop for a reason of its own")[0] == "done"
    assert set(answers.values()) == {("rejected", "bad_params")}
