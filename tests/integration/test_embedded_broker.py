"""What only the embedded broker does: its own care for retained messages, guessers, its parent and its files."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from scripts.embedded.broker import INSTALLED, prepare_broker
from scripts.processes.child import StartError
from tests.brokers import start_broker
from tests.mqtt_client import BrokerClient, wait_for
from tests.waiting import LIMIT_S

SECRETS = {"A1": "secret of A1", "B2": "secret of B2", "bridge": "secret of the bridge"}


def test_embedded_broker_retains_nothing_but_online(tmp_path: Path) -> None:
    broker = start_broker("embedded", tmp_path / "broker", SECRETS)
    pile = BrokerClient(broker.port, "A1", SECRETS["A1"])
    pile.publish_acked("cp/v1/A1/up/meter", b"meter", retain=True)
    pile.publish_acked("cp/v1/A1/up/online", b"online", retain=True)
    bridge = BrokerClient(broker.port, "bridge", SECRETS["bridge"])
    bridge.subscribe("cp/v1/+/up/#")
    wait_for(lambda: bool(bridge.messages), "the retained online")
    pile.publish_acked("cp/v1/A1/up/status", b"status")
    wait_for(lambda: bool(bridge.payloads("cp/v1/A1/up/status")), "the fresh status")
    for client in (pile, bridge):
        client.leave()
    broker.stop()
    assert [payload for _, payload in bridge.messages] == [b"online", b"status"]


def test_embedded_broker_stops_listening_to_a_guesser_but_not_to_the_pile(tmp_path: Path) -> None:
    broker = start_broker("embedded", tmp_path / "broker", SECRETS)
    for number in range(20):
        assert not BrokerClient(broker.port, "A1", f"guess {number}").is_in
    guesser = BrokerClient(broker.port, "A1", SECRETS["A1"])
    pile = BrokerClient(broker.port, "A1", SECRETS["A1"], source_address="127.0.0.2")
    other = BrokerClient(broker.port, "B2", SECRETS["B2"])
    results = guesser.is_in, pile.is_in, other.is_in
    for client in (guesser, pile, other):
        client.leave()
    broker.stop()
    assert results == (False, True, True)


def test_embedded_broker_keeps_the_old_rules_when_the_new_file_is_damaged(tmp_path: Path) -> None:
    broker = start_broker("embedded", tmp_path / "broker", SECRETS)
    (broker.folder / "passwords").write_text("A1:plain text\n", encoding="utf-8")
    broker.child.send(signal.SIGHUP)
    wait_for(lambda: "not reloaded" in broker.child.since_start(), "the broker's complaint")
    pile = BrokerClient(broker.port, "A1", SECRETS["A1"])
    is_in = pile.is_in
    pile.leave()
    broker.stop()
    assert is_in


def test_embedded_broker_does_not_start_on_a_damaged_password_file(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="line 1"):
        start_broker("embedded", tmp_path / "broker", {"A1\nbroken": "x"})


QUEUE_PROBE = """
const { SessionQueues, MAX_QUEUED_MESSAGES } = await import(process.argv[1])
const full = []
const mayRead = (id, filter) => filter.startsWith(id)
const queues = new SessionQueues({ mayRead, onFull: id => full.push(id) })
const packet = counter => ({ topic: 't', payload: Buffer.from('x'), qos: 1, brokerId: 'b', brokerCounter: counter })
const a1 = { id: 'A1' }
await queues.addSubscriptions(a1, [{ topic: 'A1/x', qos: 1 }, { topic: 'B2/x', qos: 1 }])
for (let n = 1; n <= MAX_QUEUED_MESSAGES + 5; n++) await queues.outgoingEnqueueCombi([{ clientId: 'A1' }], packet(n))
await queues.outgoingUpdate(a1, { ...packet(MAX_QUEUED_MESSAGES + 5), messageId: 9 })
await queues.outgoingUpdate(a1, { ...packet(1), messageId: 7 })
await queues.outgoingClearMessageId(a1, { messageId: 7 })
await queues.outgoingClearMessageId(a1, { messageId: 9 })
await queues.outgoingEnqueue({ clientId: 'A1' }, packet(900000))
await queues.outgoingEnqueue({ clientId: 'A1' }, packet(900001))
let kept = 0
let last = 0
for await (const one of queues.outgoingStream(a1)) { kept += 1; last = one.brokerCounter }
const subscriptions = (await queues.subscriptionsByClient(a1)).map(sub => sub.topic)
await queues.cleanSubscriptions(a1)
const left = (await queues.outgoingStream(a1).toArray()).length
console.log(JSON.stringify({ bound: MAX_QUEUED_MESSAGES, kept, last, full, subscriptions, left }))
"""


def test_embedded_session_queue_is_bounded_and_forgets_with_its_session() -> None:
    tools = prepare_broker(print)
    command = [
        str(tools.node),
        "--input-type=module",
        "-e",
        QUEUE_PROBE,
        str(INSTALLED / "session_queue.mjs"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["kept"] == found["bound"]
    assert found["last"] == 900_000
    assert found["full"] == ["A1"]
    assert found["subscriptions"] == ["A1/x"]
    assert found["left"] == 0
