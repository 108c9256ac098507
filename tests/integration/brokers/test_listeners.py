"""Packets that are too much, restarts and crashes, and the listeners that ship."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

from scripts.embedded.mosquitto import render_mosquitto_conf, run_mosquitto
from scripts.processes.loopback import accepts_connections, free_port
from tests.brokers import BrokerHandle, start_broker
from tests.certificate import make_certificate
from tests.integration.brokers.clients import SECRETS, Connect
from tests.mqtt_client import BrokerClient, wait_for
from tests.waiting import LIMIT_S


def test_oversize_packet_costs_its_sender_the_connection_and_nobody_else(connect: Connect) -> None:
    bridge, other, sender = connect("bridge"), connect("A1"), connect("B2")
    bridge.subscribe("cp/v1/+/up/#")
    sender.publish("cp/v1/B2/up/meter", b"x" * 20_500)
    wait_for(lambda: sender.lost == 1, "the sender to be cut off")
    other.publish_acked("cp/v1/A1/up/meter", b"x" * 20_000)
    wait_for(lambda: bool(bridge.messages), "the other pile's message")
    assert [topic for topic, _ in bridge.messages] == ["cp/v1/A1/up/meter"]
    assert other.lost == 0
    assert bridge.lost == 0


def test_announced_giant_packet_is_refused_before_it_arrives(broker: BrokerHandle) -> None:
    with socket.create_connection((broker.host, broker.port), timeout=LIMIT_S) as stranger:
        stranger.sendall(b"\x10\xff\xff\xff\x7f")  # CONNECT of 268 435 455 bytes
        assert stranger.recv(16) == b""


def test_qos_2_publisher_is_sent_away(connect: Connect) -> None:
    pile = connect("A1")
    pile.publish("cp/v1/A1/up/meter", qos=2)
    wait_for(lambda: pile.lost == 1, "the QoS 2 publisher to be cut off")
    assert connect("A1").is_in


def test_broker_comes_back_on_its_port_after_a_crash(broker: BrokerHandle, connect: Connect) -> None:
    pile = connect("A1")
    broker.kill()
    wait_for(lambda: pile.lost == 1, "the crash to be noticed")
    broker.restart()
    assert connect("A1").is_in


def test_real_broker_keeps_the_bridges_queue_across_a_planned_restart(tmp_path: Path) -> None:
    broker = start_broker("mosquitto", tmp_path / "broker", SECRETS)
    bridge = BrokerClient(broker.port, "bridge", SECRETS["bridge"], clean=False)
    bridge.subscribe("cp/v1/+/up/#")
    bridge.leave()
    pile = BrokerClient(broker.port, "A1", SECRETS["A1"])
    pile.publish_acked("cp/v1/A1/up/session_ended", b"record")
    pile.leave()
    broker.stop()
    broker.restart()
    back = BrokerClient(broker.port, "bridge", SECRETS["bridge"], clean=False)
    wait_for(lambda: bool(back.messages), "the record")
    back.leave()
    broker.stop()
    assert back.messages == [("cp/v1/A1/up/session_ended", b"record")]


def test_shipped_listeners_are_tls_for_piles_and_plain_loopback_for_the_bridge(tmp_path: Path) -> None:
    broker = start_broker("mosquitto", tmp_path / "broker", SECRETS)  # leaves its password file behind
    broker.stop()
    certificate = make_certificate(tmp_path)
    port, bridge_port = free_port(), free_port()
    conf = render_mosquitto_conf(
        tmp_path,
        port=port,
        password_file=tmp_path / "broker" / "passwords",
        certificate=certificate,
        bridge_port=bridge_port,
    )
    child = run_mosquitto(conf, port)
    wait_for(lambda: accepts_connections(bridge_port), "the second listener")
    bridge = BrokerClient(bridge_port, "bridge", SECRETS["bridge"])
    bridge.subscribe("cp/v1/+/up/#")
    pile = BrokerClient(port, "A1", SECRETS["A1"], tls=ssl.create_default_context(cafile=certificate.chain))
    pile.publish_acked("cp/v1/A1/up/boot", b"over TLS")
    wait_for(lambda: bool(bridge.messages), "the message over TLS")
    plain = _ask_plainly(port)
    pile.leave()
    bridge.leave()
    child.stop()
    assert bridge.messages == [("cp/v1/A1/up/boot", b"over TLS")]
    assert not plain.startswith(b"\x20"), "a CONNACK without TLS"


def _ask_plainly(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S) as stranger:
        stranger.sendall(b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02A1")
        try:
            return stranger.recv(16)
        except ConnectionError:
            return b""
