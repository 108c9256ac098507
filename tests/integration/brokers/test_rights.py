"""Who is let in, what a pile may say and hear: mosquitto with the shipped configuration, and the embedded broker."""

from __future__ import annotations

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.brokers import BrokerHandle
from tests.integration.brokers.clients import SECRETS, Connect, fence
from tests.mqtt_client import wait_for


def test_lets_nobody_in_without_the_right_password(connect: Connect) -> None:
    assert not connect("A1", secret="guessed").is_in
    assert not connect("A1", secret="").is_in
    assert not connect("C3", secret="secret of A1").is_in
    assert not connect("", secret="").is_in
    assert connect("A1").is_in


def test_refuses_a_connection_without_a_username(broker: BrokerHandle) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="A1", reconnect_on_failure=False)
    answers: list[int] = []
    client.on_connect = lambda _client, _data, _flags, code, _properties: answers.append(int(code.value))
    client.connect(broker.host, broker.port)
    client.loop_start()
    wait_for(lambda: bool(answers), "the refusal")
    client.disconnect()
    client.loop_stop()
    assert answers[0] != 0


def test_valid_password_of_one_pile_cannot_take_over_another(connect: Connect) -> None:
    victim = connect("A1")
    victim.subscribe("cp/v1/A1/down/#")
    for _ in range(3):
        connect("B2", client_id="A1").leave()
    fence(connect, victim)
    assert victim.lost == 0


def test_second_connection_of_the_same_pile_replaces_the_first(connect: Connect) -> None:
    first = connect("A1")
    second = connect("A1")
    wait_for(lambda: first.lost == 1, "the first connection to be closed")
    assert second.is_in


def test_messages_reach_the_bridge_and_commands_reach_the_pile(connect: Connect) -> None:
    bridge, pile = connect("bridge"), connect("A1")
    assert bridge.subscribe("cp/v1/+/up/#") == [1]
    assert pile.subscribe("cp/v1/A1/down/#") == [1]
    pile.publish_acked("cp/v1/A1/up/meter", b"up")
    bridge.publish_acked("cp/v1/A1/down/command", b"down")
    wait_for(lambda: bridge.messages == [("cp/v1/A1/up/meter", b"up")], "the meter message")
    wait_for(lambda: pile.messages == [("cp/v1/A1/down/command", b"down")], "the command")


@pytest.mark.parametrize(
    "topic",
    [
        "cp/v1/A1/up/session_ended",
        "cp/v1/A1/down/command",
        "cp/v1/B2/down/command",
        "cp/v1/B2",
        "cp/v2/B2/up/meter",
        "$SYS/broker/version",
        "anything",
    ],
)
def test_forged_message_is_acked_and_dropped_and_the_pile_stays(connect: Connect, topic: str) -> None:
    bridge, victim, forger = connect("bridge"), connect("A1"), connect("B2")
    bridge.subscribe("cp/v1/+/up/#")
    victim.subscribe("cp/v1/A1/down/#")
    forger.subscribe("cp/v1/B2/down/#")
    forger.publish_acked(topic, b"forged")
    forger.publish_acked("cp/v1/B2/up/status", b"own")
    wait_for(lambda: b"own" in bridge.payloads("cp/v1/B2/up/status"), "the pile's own message")
    delivered = [payload for _, payload in bridge.messages + victim.messages + forger.messages]
    assert delivered == [b"own"]
    assert forger.is_in


def test_will_on_another_piles_topic_is_never_published(connect: Connect) -> None:
    bridge = connect("bridge")
    bridge.subscribe("cp/v1/+/up/#")
    forger = connect("B2", will=("cp/v1/A1/up/online", b"forged will"))
    if forger.is_in:
        forger.drop()
    connect("B2").publish_acked("cp/v1/B2/up/status", b"after")
    wait_for(lambda: b"after" in bridge.payloads("cp/v1/B2/up/status"), "the message after the will")
    assert bridge.payloads("cp/v1/A1/up/online") == []


@pytest.mark.parametrize(
    "topic", ["cp/v1/A1/down/#", "cp/v1/+/down/#", "cp/v1/A1/up/#", "cp/#", "#", "+/+/+/+/+", "$SYS/#", "/#"]
)
def test_pile_hears_nothing_that_is_not_its_own(connect: Connect, topic: str) -> None:
    bridge, pile, listener = connect("bridge"), connect("A1"), connect("B2")
    pile.subscribe("cp/v1/A1/down/#")
    pile.publish_acked("cp/v1/A1/up/online", b"retained", retain=True)
    listener.subscribe("cp/v1/B2/down/fence")
    listener.subscribe(topic)
    bridge.publish_acked("cp/v1/A1/down/command", b"start")
    wait_for(lambda: b"start" in pile.payloads("cp/v1/A1/down/command"), "A1's command")
    pile.publish_acked("cp/v1/A1/up/meter", b"meter")
    fence(connect, listener)
    assert {got for got, _ in listener.messages} == {"cp/v1/B2/down/fence"}


def test_refused_filter_beside_a_granted_one_leaks_nothing_to_the_away_session(connect: Connect) -> None:
    listener = connect("B2", clean=False)
    listener.subscribe("cp/v1/B2/down/#", "cp/v1/A1/down/#", "cp/v1/+/up/#")
    listener.leave()
    bridge, pile = connect("bridge"), connect("A1")
    bridge.publish_acked("cp/v1/A1/down/command", b"start")
    pile.publish_acked("cp/v1/A1/up/meter", b"meter")
    back = connect("B2", clean=False)
    assert back.session_present
    bridge.publish_acked("cp/v1/B2/down/fence", b"fence")
    wait_for(lambda: bool(back.payloads("cp/v1/B2/down/fence")), "its own message")
    assert [topic for topic, _ in back.messages] == ["cp/v1/B2/down/fence"]


def test_new_password_works_without_a_restart(broker: BrokerHandle, connect: Connect) -> None:
    bystander = connect("B2")
    bystander.subscribe("cp/v1/B2/down/#")
    assert not connect("C3", secret="new").is_in
    broker.add_credentials({"C3": "new"})
    wait_for(lambda: connect("C3", secret="new").is_in, "the new pile to be let in")
    fence(connect, bystander)
    assert bystander.lost == 0


def test_pile_whose_secret_was_taken_away_is_cut_off(broker: BrokerHandle, connect: Connect) -> None:
    pile = connect("A1")
    broker.remove_credentials("A1")
    wait_for(lambda: pile.lost == 1, "the pile to be cut off")
    assert not connect("A1").is_in


def test_changed_secret_replaces_the_old_one(broker: BrokerHandle, connect: Connect) -> None:
    broker.add_credentials({"A1": "rotated"})
    wait_for(lambda: connect("A1", secret="rotated").is_in, "the rotated secret")
    assert not connect("A1", secret=SECRETS["A1"]).is_in
