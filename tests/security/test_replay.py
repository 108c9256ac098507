"""Frames of a charge recorded on the wire and sent again: no second start, no second bill, no money moves."""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest

from backend.domain.command import CommandKind
from backend.domain.session import LIVE_STATES
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_ulid
from backend.models import Command, Order, Session
from mqtt_bridge.batch import Incoming
from tests.bad_input import RawPile, World, a_phone, id_of, money
from tests.invariants import check_invariants
from tests.pile_voice import as_text
from tests.security.tally import SCALE, SEED, nothing_through
from tests.whole_charge import answer_of, soon

Frames = Sequence[Incoming]
COPIES: Final = 3
REGISTER_WH: Final = 5_000
# No more than a meter's tolerance, for the charge takes no time.
ENERGY_WH: Final = 40


def _shuffled(frames: Frames) -> list[Incoming]:
    found = [*frames] * COPIES * SCALE
    random.Random(SEED).shuffle(found)
    return found


def _renamed(frames: Frames) -> list[Incoming]:
    """The same words under new message ids, as one would who knows that ids are looked at."""
    found = []
    for topic, payload, token in frames:
        body: dict[str, Any] = json.loads(payload)
        found.append((topic, json.dumps({**body, "id": f"replay-{new_ulid()}"}).encode(), token))
    return found


REPLAYS: Final[dict[str, Callable[[Frames], list[Incoming]]]] = {
    "in order": lambda frames: [*frames] * SCALE,
    "backwards": lambda frames: [*frames[::-1]] * SCALE,
    "each thrice, shuffled": _shuffled,
    "under new ids": _renamed,
}


@pytest.mark.parametrize("way", REPLAYS)
def test_recorded_frames_sent_again_during_the_next_charge_change_nothing(product: World, way: str) -> None:
    with RawPile(product) as pile, a_phone(product) as phone, a_phone(product) as next_phone:
        pile.come_up()
        frames = record_charge(pile, answer_of(phone.start(pile.connector_no))["session_no"])
        pile.say("status", connector=1, status="idle", plugged=False, fault_codes=[])
        soon(lambda: not pile.gun().is_plugged, "the car has left")
        pile.say("status", connector=1, status="plugged", plugged=True, fault_codes=[])
        soon(lambda: pile.gun().status.value == "plugged", "the gun is free again")
        running = answer_of(next_phone.start(pile.connector_no))["session_no"]
        soon(lambda: len(pile.commands("start")) == 2, "the next start arrives")
        before = state(pile)
        replayed = REPLAYS[way](frames)
        for topic, payload, _ in replayed:
            pile.client.publish(topic, payload)
        pile.flush()
        changes = [name for name, value in state(pile).items() if value != before[name]]
        nothing_through("MQTT: replayed frames", tried=len(replayed), through=changes)
        assert next_phone.get(f"sessions/{running}")["state"] == "starting"
        check_invariants()
        pile.say("reply", command_id=pile.commands("start")[-1]["id"], result="rejected", reason="busy")
        soon(
            lambda: next_phone.get(f"sessions/{running}")["state"] == "failed", "the next charge is given up"
        )


def test_a_recording_sent_from_another_piles_connection_is_not_heard_at_all(product: World) -> None:
    with RawPile(product) as pile, RawPile(product) as thief, a_phone(product) as phone:
        pile.come_up()
        frames = record_charge(pile, answer_of(phone.start(pile.connector_no))["session_no"])
        seen, before = pile.state().seq, state(pile)
        for topic, payload, _ in frames * SCALE:
            thief.client.publish_acked(topic, payload)
            kind = topic.rpartition("/")[2]
            thief.client.publish_acked(f"cp/v1/{thief.pile_no}/up/{kind}", payload)
        thief.flush()
        # the thief's own pile told of a session nobody knows, which a person will look at: that costs nobody
        changes = [name for name, value in state(pile).items() if value != before[name]]
        nothing_through("MQTT: recordings of others", tried=2 * len(frames) * SCALE, through=changes)
        assert pile.state().seq == seen
        check_invariants()


def record_charge(pile: RawPile, session_no: str) -> list[Incoming]:
    """The frames of a whole charge, which were sent once and are settled."""
    (start,) = soon(lambda: pile.commands("start"), "the start arrives")
    started_at = as_text(utc_now())
    registers = {"register_start_wh": REGISTER_WH, "register_end_wh": REGISTER_WH + ENERGY_WH}
    told: dict[str, Any] = {"connector": 1, "session_no": session_no}
    electric = {"power_w": 60_000, "voltage_mv": 400_000, "current_ma": 150_000}
    frames = [
        pile.make("reply", command_id=start["id"], result="accepted"),
        pile.make("session_started", register_wh=REGISTER_WH, auth="app", **told),
        pile.make("status", connector=1, status="charging", plugged=True, fault_codes=[]),
        *(pile.make("meter", register_wh=REGISTER_WH + wh, **electric, **told) for wh in (0, 10, 20, 30)),
    ]
    ended_at = as_text(utc_now())
    ended = {
        "started_at": started_at,
        "ended_at": ended_at,
        "stop_reason": "car_full",
        "raw_stop_code": "S10",
    }
    frames.append(pile.make("session_ended", at=ended_at, segments=[], **ended, **registers, **told))
    for topic, payload, _ in frames:
        pile.client.publish(topic, payload)
    soon(lambda: id_of(frames[-1][1]) in pile.receipted(), "the final record is receipted")
    assert _session(session_no).state.value == "settled"
    return frames


def state(pile: RawPile) -> dict[str, object]:
    """The pile's sessions and bills, and everybody's commands and money."""
    bills = Order.select().where(Order.session_id.in_([row.id for row in pile.sessions()]))
    return {
        "sessions": sorted((row.session_no, row.state) for row in pile.sessions()),
        "bills": sorted((row.order_no, row.state, row.total_fen, row.energy_wh) for row in bills),
        "commands": sorted(row.command_no for row in Command.select() if not _ends_what_is_over(row)),
        "money": money(),
    }


def _ends_what_is_over(command: Command) -> bool:
    """A meter reading of a session that is over makes us tell its pile so; that stops nothing else."""
    session = Session.get_or_none(Session.id == command.session_id)
    return command.kind is CommandKind.STOP and session is not None and session.state not in LIVE_STATES


def _session(session_no: str) -> Session:
    return Session.get(Session.session_no == session_no)
