"""What is sent arrives, also later, in masses and after a return: on both brokers."""

from __future__ import annotations

import itertools

from tests.integration.brokers.clients import Connect, fence
from tests.mqtt_client import wait_for


def test_retained_online_is_given_to_a_bridge_that_comes_later(connect: Connect) -> None:
    pile = connect("A1")
    pile.publish_acked("cp/v1/A1/up/online", b"first", retain=True)
    pile.publish_acked("cp/v1/A1/up/online", b"second", retain=True)
    bridge = connect("bridge")
    bridge.subscribe("cp/v1/+/up/#")
    wait_for(lambda: bool(bridge.messages), "the retained message")
    assert bridge.messages == [("cp/v1/A1/up/online", b"second")]
    assert bridge.raw[0].retain


def test_will_tells_the_bridge_that_a_pile_lost_power(connect: Connect) -> None:
    bridge = connect("bridge")
    bridge.subscribe("cp/v1/+/up/#")
    pile = connect("A1", will=("cp/v1/A1/up/online", b"offline"))
    pile.publish_acked("cp/v1/A1/up/online", b"online", retain=True)
    pile.drop()
    wait_for(lambda: len(bridge.messages) == 2, "the will")
    assert bridge.payloads("cp/v1/A1/up/online") == [b"online", b"offline"]


def test_will_is_silent_after_a_clean_goodbye(connect: Connect) -> None:
    bridge = connect("bridge")
    bridge.subscribe("cp/v1/+/up/#")
    connect("A1", will=("cp/v1/A1/up/online", b"offline")).leave()
    connect("A1").publish_acked("cp/v1/A1/up/status", b"after")
    wait_for(lambda: bool(bridge.messages), "the message after the goodbye")
    assert bridge.messages == [("cp/v1/A1/up/status", b"after")]


def test_away_bridge_gets_all_of_5000_queued_messages_in_order(connect: Connect) -> None:
    bridge = connect("bridge", clean=False)
    bridge.subscribe("cp/v1/+/up/#")
    bridge.leave()
    pile = connect("A1")
    sent = [str(number).encode() for number in range(5000)]
    for payload in sent:
        pile.publish("cp/v1/A1/up/meter", payload)
    wait_for(lambda: len(pile.acked) == len(sent), "5000 PUBACKs")
    back = connect("bridge", clean=False)
    wait_for(lambda: len(back.messages) >= len(sent), "5000 messages")
    assert back.session_present
    assert back.payloads("cp/v1/A1/up/meter") == sent


def test_live_bridge_gets_all_of_a_burst_of_5000(connect: Connect) -> None:
    bridge = connect("bridge", clean=False)
    bridge.subscribe("cp/v1/+/up/#")
    pile = connect("A1")
    sent = [str(number).encode() for number in range(5000)]
    for payload in sent:
        pile.publish("cp/v1/A1/up/meter", payload)
    wait_for(lambda: len(bridge.messages) >= len(sent), "5000 messages")
    assert bridge.payloads("cp/v1/A1/up/meter") == sent


def test_mix_of_retained_and_plain_and_qos_0_messages_loses_none(connect: Connect) -> None:
    bridge = connect("bridge", clean=False)
    bridge.subscribe("cp/v1/+/up/#")
    piles = [connect("A1"), connect("B2")]
    kinds = [("online", 1, True), ("meter", 1, False), ("online", 0, True), ("heartbeat", 0, False)]
    sent = set()
    for number, pile, (message, qos, retain) in itertools.product(range(200), piles, kinds):
        topic = f"cp/v1/{pile.name}/up/{message}"
        payload = f"{number} at QoS {qos}".encode()
        pile.publish(topic, payload, qos=qos, retain=retain)
        sent.add((topic, payload))
    wait_for(lambda: len(bridge.messages) >= len(sent), "every message of the mix")
    assert set(bridge.messages) == sent


def test_unacked_messages_are_redelivered_after_reconnect_and_acked_ones_are_not(connect: Connect) -> None:
    bridge = connect("bridge", clean=False, manual_ack=True)
    bridge.subscribe("cp/v1/+/up/#")
    pile = connect("A1")
    sent = [str(number).encode() for number in range(100)]
    for payload in sent:
        pile.publish("cp/v1/A1/up/meter", payload)
    wait_for(lambda: len(bridge.raw) == len(sent), "the messages")
    for message in bridge.raw[:40]:
        bridge.paho.ack(message.mid, message.qos)
    # The broker reads one connection in order: when this echo is back, the acks before it have been taken.
    bridge.publish_acked("cp/v1/A1/down/command", b"echo")
    bridge.drop()
    back = connect("bridge", clean=False)
    wait_for(lambda: len(back.messages) >= 60, "the 60 messages that were not acked")
    pile.publish_acked("cp/v1/A1/up/status", b"last")
    wait_for(lambda: bool(back.payloads("cp/v1/A1/up/status")), "the last message")
    assert back.payloads("cp/v1/A1/up/meter") == sent[40:]
    assert all(message.dup for message in back.raw if message.topic.endswith("meter"))


def test_away_pile_gets_its_commands_when_it_returns(connect: Connect) -> None:
    pile = connect("A1", clean=False)
    pile.subscribe("cp/v1/A1/down/#")
    pile.drop()
    connect("bridge").publish_acked("cp/v1/A1/down/command", b"stop")
    back = connect("A1", clean=False)
    wait_for(lambda: bool(back.messages), "the command")
    assert back.messages == [("cp/v1/A1/down/command", b"stop")]


def test_clean_start_forgets_the_away_session(connect: Connect) -> None:
    connect("A1", clean=False).subscribe("cp/v1/A1/down/#")
    connect("A1", clean=True).leave()
    connect("bridge").publish_acked("cp/v1/A1/down/command", b"stop")
    back = connect("A1", clean=False)
    back.subscribe("cp/v1/A1/down/fence")
    fence(connect, back)
    assert back.payloads("cp/v1/A1/down/command") == []
