"""Bad messages of piles over real processes: each is kept with its reason, moves no money, and loses nothing.

MariaDB, Redis and mosquitto; messages are published by raw MQTT, as a pile would.
"""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.gateways.clock import utc_now
from backend.models import Order
from tests.bad_input import RawPile, World, money
from tests.pile_voice import as_text
from tests.whole_charge import soon


def status_json(**changes: object) -> bytes:
    """A sound status message but for the changes; None leaves a field out."""
    body = {
        "id": "s-1",
        "at": as_text(utc_now()),
        "seq": 1,
        "boot": 7,
        "connector": 1,
        "status": "idle",
        "plugged": False,
        "fault_codes": [],
    } | changes
    return json.dumps({name: value for name, value in body.items() if value is not None}).encode()


BAD_MESSAGES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("status", lambda: b"", "malformed"),
    "half a message": ("status", lambda: status_json()[:40], "malformed"),
    "no text": ("status", lambda: b"\xff\xfe\x00\x01", "malformed"),
    "a list": ("status", lambda: b"[1, 2]", "malformed"),
    "a float": ("status", lambda: status_json(seq=1.5), "malformed"),
    "not a number": ("status", lambda: status_json(seq=float("nan")), "malformed"),
    "a text for a number": ("status", lambda: status_json(seq="1"), "malformed"),
    "a field missing": ("status", lambda: status_json(boot=None), "malformed"),
    "an unknown status": ("status", lambda: status_json(status="exploded"), "malformed"),
    "a time without zone": ("status", lambda: status_json(at="2026-11-23T12:00:00"), "malformed"),
    "a year nobody has": ("status", lambda: status_json(at="9999-12-31T23:59:59Z"), "bad_time"),
    "too deep": ("status", lambda: status_json(more=[[[[[[[[1]]]]]]]]), "too_deep"),
    "too long": ("status", lambda: status_json(more="x" * 17_000), "oversize"),
    "another pile's name": ("status", lambda: status_json(pile_no="32059900000000"), "wrong_identity"),
    "a gun it lacks": ("status", lambda: status_json(connector=3), "unknown_connector"),
    "an unknown kind": ("hello", status_json, "unknown_message"),
}


@pytest.mark.parametrize("case", BAD_MESSAGES)
def test_a_bad_message_is_kept_whole_with_its_reason_and_its_pile_is_heard_on(
    world: World, case: str
) -> None:
    kind, make_payload, reason = BAD_MESSAGES[case]
    payload, before = make_payload(), money()
    with RawPile(world) as pile:
        pile.client.publish_acked(f"cp/v1/{pile.pile_no}/up/{kind}", payload)
        soon(pile.quarantined, "the message is in quarantine")
        assert pile.quarantined() == [(reason, payload)]
        assert pile.state().last_seen_at is None
        pile.come_up("idle", is_plugged=False)
        assert pile.state().is_online
        assert len(pile.quarantined()) == 1
    assert money() == before


def test_messages_of_a_pile_nobody_registered_are_quarantined(world: World) -> None:
    before = money()
    with RawPile(world, is_stranger=True) as pile:
        pile.say("heartbeat", uptime_s=1)
        pile.say("session_ended", **final_record())
        soon(lambda: len(pile.quarantined()) == 2, "both messages are in quarantine")
        assert [reason for reason, _ in pile.quarantined()] == ["unknown_pile"] * 2
    assert money() == before


def test_a_pile_cannot_speak_on_another_piles_topic(world: World) -> None:
    with RawPile(world) as victim, RawPile(world) as attacker:
        victim.come_up("idle", is_plugged=False)
        topic, payload, _ = victim.make(
            "status", connector=1, status="faulted", plugged=False, fault_codes=["E1"]
        )
        attacker.client.publish(topic, payload)
        attacker.flush()
        victim.flush()
        assert victim.gun().status.value == "idle"
        assert victim.quarantined() == attacker.quarantined() == []


def test_a_packet_beyond_the_brokers_limit_costs_only_its_senders_connection(world: World) -> None:
    with RawPile(world) as pile:
        pile.client.publish(f"cp/v1/{pile.pile_no}/up/status", status_json(more="x" * 30_000))
        soon(lambda: pile.client.lost, "the broker hangs up")
        pile.reconnect()
        pile.come_up("idle", is_plugged=False)
        assert pile.quarantined() == []


def final_record() -> dict[str, object]:
    """A sound record of a session that we never began."""
    now = utc_now()
    return {
        "connector": 1,
        "session_no": "S404",
        "started_at": as_text(now - timedelta(minutes=3)),
        "ended_at": as_text(now),
        "register_start_wh": 5_000,
        "register_end_wh": 6_000,
        "segments": [],
        "stop_reason": "car_full",
        "raw_stop_code": "S10",
    }


def test_records_of_unknown_sessions_and_commands_are_refused_by_name(world: World) -> None:
    before = money()
    with RawPile(world) as pile:
        pile.come_up()
        started = pile.say("session_started", connector=1, session_no="S404", register_wh=5, auth="app")
        reply = pile.say("reply", command_id="01NOBODYASKED", result="done")
        broken = pile.say("session_ended", **(final_record() | {"register_start_wh": -1}))
        newer = pile.say("alarm", connector=1, code="E1", severity="warning", state="raised")
        expected = {
            started: "session_not_found",
            reply: "command_not_found",
            broken: "malformed",
            newer: "unknown_message",
        }
        soon(lambda: len(pile.refused()) == len(expected), "all are refused")
        assert pile.refused() == expected
        assert sorted(reason for reason, _ in pile.quarantined()) == sorted(expected.values())
        assert pile.receipted() == set()
    assert money() == before


def test_the_final_record_of_an_unknown_session_opens_one_order_for_review(world: World) -> None:
    before = money()
    with RawPile(world) as pile:
        pile.come_up()
        record = final_record()
        ids = [pile.say("session_ended", **record) for _ in range(3)]
        soon(lambda: set(ids) <= pile.receipted(), "the record is receipted")
        (session,) = pile.sessions()
        assert (session.state.value, session.review_reason) == ("review", "unknown_session S404")
        (order,) = Order.select().where(Order.session_id == session.id)
        assert (order.state.value, order.captured_fen, order.driver_id) == ("open", 0, None)
        assert pile.quarantined() == []
    assert money() == before
