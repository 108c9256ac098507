"""The bridge on both brokers, with paho's reader and ours: nothing lost, acknowledged late, drained at the end."""

import json
import signal
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from paho.mqtt.enums import MQTTErrorCode
from typing_extensions import override

from backend.gateways.clock import utc_now
from backend.models import MeterValue, PileState, Quarantine
from backend.models.engine import database as db
from mqtt_bridge import fast_reader, topics
from mqtt_bridge.bridge import Bridge
from mqtt_bridge.client import MqttClient, MqttSettings
from mqtt_bridge.inbox import Inbox
from mqtt_bridge.outbound import Outbound
from scripts.processes.child import Child
from scripts.processes.loopback import free_port
from tests.brokers import BROKER_KINDS, BrokerHandle, start_broker
from tests.builders import a_pile, a_station
from tests.mqtt_client import BrokerClient, wait_for
from tests.open_sockets import open_sockets
from tests.pile_voice import PileVoice
from tests.waiting import LIMIT_S

ROOT = Path(__file__).parents[2]
SECRET = "s" * 32
PILE = "CP1"


@pytest.fixture(params=BROKER_KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerHandle]:
    handle = start_broker(request.param, tmp_path / "broker", {"bridge": SECRET, PILE: SECRET})
    yield handle
    handle.stop()


@pytest.fixture(params=[True, False], ids=["fast", "stock"])
def is_fast(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def settings_of(broker: BrokerHandle, password: str = SECRET) -> MqttSettings:
    return MqttSettings(host=broker.host, port=broker.port, username="bridge", password=password)


class Listening:
    """A client whose messages are taken by hand."""

    def __init__(self, broker: BrokerHandle, *, is_fast: bool, cap: int = 10_000) -> None:
        self.port = broker.port
        self.inbox = Inbox(cap)
        self.client = MqttClient(settings_of(broker), self.inbox, is_fast=is_fast)
        self.taken: list[tuple[str, bytes, int]] = []
        self.client.start()
        assert self.client.wait_until_subscribed(20)

    def take(self, count: int) -> list[bytes]:
        """Wait for so many messages more; their payloads."""
        before = len(self.taken)

        def have_all() -> bool:
            self.taken += self.inbox.take(count, 0)
            return len(self.taken) >= before + count

        wait_for(have_all, f"{count} messages")
        return [payload for _, payload, _ in self.taken[before:]]

    def acknowledge(self) -> None:
        """Acknowledge what was taken, and wait until the broker has read that: a later publish came through."""
        pile = BrokerClient(self.port, PILE, SECRET)
        pile.subscribe(topics.down(PILE, "receipt"))
        self.client.acknowledge([token for _, _, token in self.taken])
        self.client.publish(topics.down(PILE, "receipt"), b"{}")
        wait_for(lambda: bool(pile.messages), "the publish behind the acknowledgements")
        pile.leave()

    def stop(self) -> None:
        self.client.stop()


def publish(broker: BrokerHandle, payloads: list[bytes], message: str = "heartbeat") -> None:
    pile = BrokerClient(broker.port, PILE, SECRET)
    mids = [pile.publish(topics.up(PILE, message), payload) for payload in payloads]
    wait_for(lambda: pile.acked.issuperset(mids), "the broker's acknowledgements")
    pile.leave()


def numbered(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def test_messages_arrive_in_order_and_are_not_sent_again_once_acknowledged(
    broker: BrokerHandle, *, is_fast: bool
) -> None:
    first = Listening(broker, is_fast=is_fast)
    publish(broker, numbered(300))
    assert first.take(300) == numbered(300)
    first.acknowledge()
    first.stop()
    publish(broker, [b"while away"])
    second = Listening(broker, is_fast=is_fast)
    assert second.take(1) == [b"while away"]
    second.stop()


def test_what_was_not_acknowledged_comes_again(broker: BrokerHandle, *, is_fast: bool) -> None:
    first = Listening(broker, is_fast=is_fast)
    publish(broker, numbered(50))
    first.take(50)
    first.taken = first.taken[:20]
    first.acknowledge()
    first.stop()
    second = Listening(broker, is_fast=is_fast)
    assert sorted(second.take(30)) == sorted(numbered(50)[20:])
    second.stop()


def test_a_full_inbox_stops_the_reading_and_loses_nothing(broker: BrokerHandle, *, is_fast: bool) -> None:
    listening = Listening(broker, is_fast=is_fast, cap=10)
    publish(broker, numbered(2_000))
    assert listening.client.is_connected
    assert listening.take(2_000) == numbered(2_000)
    listening.stop()


def test_comes_back_when_the_broker_does_and_subscribes_anew_if_it_forgot(broker: BrokerHandle) -> None:
    listening = Listening(broker, is_fast=True)
    broker.kill()
    wait_for(lambda: not listening.client.is_connected, "the loss to be noticed")
    broker.restart()
    wait_for(
        lambda: listening.client.is_connected and listening.client.wait_until_subscribed(0), "the return"
    )
    publish(broker, [b"after"])
    assert listening.take(1) == [b"after"]
    listening.stop()


def test_a_wrong_password_is_no_subscription(broker: BrokerHandle) -> None:
    client = MqttClient(settings_of(broker, "wrong"), Inbox(10))
    client.start()
    assert not client.wait_until_subscribed(0.5)
    assert client.is_alive
    client.stop()


def test_a_stopped_client_leaves_no_socket_open(broker: BrokerHandle) -> None:
    before = open_sockets()
    listening = Listening(broker, is_fast=True)
    listening.stop()
    assert open_sockets() <= before


def test_tokens_of_an_earlier_connection_acknowledge_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    client = fast_reader.FastClient(Inbox(10), "bridge")
    sent: list[bytes] = []
    monkeypatch.setattr(client, "_packet_queue", lambda _, packet, *__: sent.append(bytes(packet)))
    monkeypatch.setattr(client, "_connection", 3)
    client.acknowledge([2 << 16 | 7, 3 << 16 | 8, 3 << 16, 3 << 16 | 0x0102])
    client.acknowledge([2 << 16 | 7])
    assert sent == [b"\x40\x02\x00\x08\x40\x02\x01\x02"]


def test_the_fast_reader_proves_itself_and_gives_way_on_another_paho(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fast_reader.works()
    monkeypatch.setattr(fast_reader, "version", lambda _: "9.9.9")
    assert not fast_reader.works()


def test_gives_way_when_its_proof_fails() -> None:
    class Deaf(fast_reader.FastClient):
        @override
        def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
            return MQTTErrorCode.MQTT_ERR_SUCCESS

    assert not fast_reader.works(Deaf)


@pytest.fixture
def pile_rows(sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    """A database with pile CP1; the value is its URL."""
    path = tmp_path / "bridge.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    db.connect(url)
    now = utc_now()
    pile = a_pile(station=a_station(now=now), now=now, is_online=False)
    pile.pile_no = PILE
    pile.save()
    yield url
    db.close()


@pytest.fixture
def running_bridge(broker: BrokerHandle, pile_rows: str) -> Iterator[Bridge]:
    bridge = Bridge(settings_of(broker), batch_cap=100, queue_cap=1_000, status_asks_per_s=100)
    stop = threading.Event()
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(bridge.run(stop)))
    thread.start()
    assert bridge.client.wait_until_subscribed(20)
    yield bridge
    stop.set()
    thread.join(LIMIT_S)
    assert codes == [0]


def test_a_piles_messages_become_rows_and_its_record_gets_a_receipt(
    broker: BrokerHandle, running_bridge: Bridge
) -> None:
    voice = PileVoice(PILE, utc_now())
    pile = BrokerClient(broker.port, PILE, SECRET)
    pile.subscribe(f"cp/v1/{PILE}/down/#")
    messages = [voice.online(), voice.start(1), *[voice.meter("S-none", n) for n in range(200)]]
    ended = voice.ended("S-none", voice.now, 5)
    for topic, payload, _ in [*messages, ended, ended, (topics.up(PILE, "meter"), b"{poison", 0)]:
        pile.publish(topic, payload, retain=topic.endswith("/online"))
    wait_for(lambda: running_bridge.writer.totals.received == 205, "all messages")
    wait_for(lambda: len(pile.payloads(topics.down(PILE, "receipt"))) >= 1, "the receipt")
    totals = running_bridge.writer.totals
    wait_for(lambda: totals.applied + totals.duplicates + totals.quarantined == 205, "their writing")
    assert (totals.applied, totals.duplicates, totals.quarantined) == (203, 1, 1)
    assert MeterValue.select().count() == 200
    assert Quarantine.select().count() == 1
    assert PileState.get().is_online
    receipt = json.loads(pile.payloads(topics.down(PILE, "receipt"))[0])
    assert receipt["ids"][0] == json.loads(ended[1])["id"]
    pile.leave()


def test_a_dead_writer_ends_the_bridge_with_an_error(
    broker: BrokerHandle, pile_rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = Bridge(settings_of(broker), batch_cap=100, queue_cap=1_000, status_asks_per_s=100)

    db.database.execute_sql(
        "CREATE TRIGGER refuse BEFORE INSERT ON quarantine BEGIN SELECT RAISE(ABORT, 'not even quarantine'); END"
    )
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    publishing = threading.Thread(target=lambda: publish(broker, [b"x"]))
    codes: list[int] = []
    running = threading.Thread(target=lambda: codes.append(bridge.run(threading.Event())))
    running.start()
    assert bridge.client.wait_until_subscribed(20)
    publishing.start()
    publishing.join(LIMIT_S)
    running.join(LIMIT_S)
    assert codes == [1]


def test_outbound_survives_a_bug_and_is_woken() -> None:
    stop = threading.Event()
    calls: list[datetime] = []

    def fail() -> None:
        calls.append(utc_now())
        raise ZeroDivisionError

    outbound = Outbound(
        publish=lambda *_: None, is_connected=lambda: False, clock=utc_now, every_turn=fail, sweep_s=LIMIT_S
    )
    thread = threading.Thread(target=outbound.run, args=(stop,))
    thread.start()
    outbound.wake()
    wait_for(lambda: len(calls) == 1, "the wake-up")
    outbound.wake()
    wait_for(lambda: len(calls) == 2, "the wake-up after the bug")
    stop.set()
    outbound.wake()
    thread.join(LIMIT_S)
    assert not thread.is_alive()


def bridge_process(tmp_path: Path, **environment: str) -> Child:
    return Child(
        "bridge",
        [sys.executable, "-m", "mqtt_bridge"],
        tmp_path / "bridge.log",
        lambda one: one.has_logged("bridge_ready"),
        environment={"XINXIANG_MODE": "demo", **environment},
    )


def test_the_process_serves_metrics_and_ends_on_sigterm(
    broker: BrokerHandle, pile_rows: str, tmp_path: Path
) -> None:
    password_file = tmp_path / "mqtt-password"
    password_file.write_text(SECRET, encoding="utf-8")
    port = free_port()
    process = bridge_process(
        tmp_path,
        XINXIANG_DATABASE_URL=pile_rows,
        XINXIANG_MQTT_PORT=str(broker.port),
        XINXIANG_MQTT_PASSWORD_FILE=str(password_file),
        XINXIANG_BRIDGE_METRICS_PORT=str(port),
    )
    process.start()
    try:
        topic, payload, _ = PileVoice(PILE, utc_now()).heartbeat()
        publish(broker, [payload], topic.rpartition("/")[2])
        wait_for(lambda: b"xinxiang_bridge_applied_total 1.0" in scrape(port), "the metric")
        process.send(signal.SIGTERM)
        assert process.wait() == 0
    finally:
        process.kill()
    assert process.has_logged("bridge_stopped")
    assert PileState.get().is_online


def scrape(port: int) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=LIMIT_S) as answer:
        body = answer.read()
    assert isinstance(body, bytes)
    return body


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"XINXIANG_DATABASE_URL": "oracle://x"}, "database URL must start with"),
        ({"XINXIANG_NONSENSE": "1"}, "unknown setting"),
        ({"XINXIANG_BRIDGE_BATCH_CAP": "0"}, "bridge.batch_cap is 0"),
        ({"XINXIANG_BRIDGE_STATUS_ASKS_PER_S": "0"}, "bridge.status_asks_per_s is 0"),
        ({"XINXIANG_MQTT_PASSWORD_FILE": "/nowhere/at/all"}, "secret file"),
        ({"XINXIANG_MQTT_TLS_CA_FILE": "/nowhere/at/all"}, "No such file"),
        ({"XINXIANG_REDIS_URL": "http://x"}, "redis"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_exit_2(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    process = bridge_process(tmp_path, **({"XINXIANG_DATABASE_URL": "sqlite:///x.sqlite"} | environment))
    process.begin()
    assert process.wait() == 2
    lines = process.tail()
    assert len(lines) == 1
    assert sentence in lines[0]
