"""Who may say and hear what at the broker: every identity on every topic, against a rule written down here anew.

Everybody subscribes to everything they could wish for, everybody publishes everywhere; what arrived is compared,
cell by cell, with what may arrive.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.brokers import BROKER_KINDS, BrokerHandle, start_broker
from tests.mqtt_client import BrokerClient, wait_for
from tests.security.tally import nothing_through

Connect = Callable[..., BrokerClient]

SECRETS: Final = {"A1": "secret of A1", "B2": "secret of B2", "bridge": "secret of the bridge"}
UP_KINDS: Final = (
    "online",
    "boot",
    "heartbeat",
    "status",
    "meter",
    "session_started",
    "session_ended",
    "reply",
)
TOPICS: Final = (
    *(f"cp/v1/{pile}/up/{kind}" for pile in ("A1", "B2", "nobody") for kind in (*UP_KINDS, "deep/er")),
    *(
        f"cp/v1/{pile}/down/{kind}"
        for pile in ("A1", "B2", "nobody")
        for kind in ("command", "receipt", "x/y")
    ),
    *(f"cp/v1/bridge/{way}/command" for way in ("up", "down")),
    "cp/v1/A1",
    "cp/v1/A1/",
    "cp/v1/A1/sideways/command",
    "cp/v1//up/meter",
    "cp/v1//down/command",
    "cp/v2/A1/up/meter",
    "CP/v1/A1/down/command",
    "/cp/v1/A1/down/command",
    "$SYS/broker/version",
    "$SYS/cp/v1/A1/down/command",
    "$share/g/cp/v1/A1/down/command",
    "anything",
)
FILTERS: Final = (
    "#",
    "/#",
    "+/+/+/+/+",
    "+/+/+/+/#",
    "$SYS/#",
    "$share/g/#",
    "$share/g/cp/v1/+/up/#",
    "$share/g/cp/v1/A1/down/#",
    "cp/#",
    "cp/v1/#",
    "cp/v1/+/#",
    "cp/v1/+/up/#",
    "cp/v1/+/down/#",
    "cp/v1/A1/up/#",
    "cp/v1/A1/down/#",
    "cp/v1/A1/down/command",
    "cp/v1/B2/down/#",
    "cp/v1/bridge/#",
)


@pytest.fixture(params=BROKER_KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerHandle]:
    handle = start_broker(request.param, tmp_path / "broker", SECRETS)
    yield handle
    handle.stop()


@pytest.fixture
def connect(broker: BrokerHandle) -> Iterator[Connect]:
    clients: list[BrokerClient] = []

    def make(name: str, **options: object) -> BrokerClient:
        clients.append(BrokerClient(broker.port, name, SECRETS[name], **options))  # type: ignore[arg-type]  # passed on as they are
        return clients[-1]

    yield make
    for client in clients:
        client.leave()


def may_say(name: str, topic: str) -> bool:
    """The rule, told differently from the broker's: who one is upwards, and the bridge downwards to all.

    The bridge, too, has what every name has under its own; no pile can be registered by that name.
    """
    parts = topic.split("/")
    if len(parts) < 5 or parts[:2] != ["cp", "v1"]:
        return False
    return (parts[2], parts[3]) == (name, "up") or (name == "bridge" and parts[3] == "down")


def may_hear(name: str, topic: str) -> bool:
    parts = topic.split("/")
    if len(parts) < 5 or parts[:2] != ["cp", "v1"]:
        return False
    return (parts[2], parts[3]) == (name, "down") or (name == "bridge" and parts[3] == "up")


def allowed(hearer: str) -> set[tuple[str, bytes]]:
    """What `hearer` may get of all that was said."""
    return {
        (topic, said(name, topic))
        for name in SECRETS
        for topic in TOPICS
        if may_say(name, topic) and may_hear(hearer, topic)
    }


def needed(hearer: str) -> set[tuple[str, bytes]]:
    """What of it the protocol needs: all but the bridge's talk with itself."""
    return {(topic, payload) for topic, payload in allowed(hearer) if "/bridge/" not in topic}


def said(name: str, topic: str) -> bytes:
    return f"{name} says {topic}".encode()


def heard(client: BrokerClient) -> set[tuple[str, bytes]]:
    """What it got of ours; the broker's own counters ($SYS) would be counted as a leak."""
    return {(topic, payload) for topic, payload in list(client.messages) if b"fence" not in payload}


def pass_fences(clients: dict[str, BrokerClient]) -> None:
    """Return when everybody has got all that was said before, for a broker keeps the order of each sender."""
    for name in ("A1", "B2"):
        topic, back = f"cp/v1/{name}/up/fence", f"cp/v1/{name}/down/fence"
        for speaker, way in ((name, topic), ("bridge", back)):
            hearer = "bridge" if speaker == name else name
            clients[speaker].publish_acked(way, b"fence")
            wait_for(lambda hearer=hearer, way=way: bool(clients[hearer].payloads(way)), f"{way}")  # type: ignore[misc]  # bound now


def test_everybody_hears_exactly_what_is_theirs_whatever_they_say_and_wish_to_hear(connect: Connect) -> None:
    clients = {name: connect(name) for name in SECRETS}
    for client in clients.values():
        for one in FILTERS:
            client.subscribe(one)
        assert client.is_in
    for name, client in clients.items():
        for topic in TOPICS:
            client.publish_acked(topic, said(name, topic))
        assert client.is_in
    pass_fences(clients)
    leaks = [(name, *one) for name, client in clients.items() for one in heard(client) - allowed(name)]
    nothing_through("MQTT: topics of others", tried=len(SECRETS) ** 2 * len(TOPICS), through=leaks)
    for name, client in clients.items():
        assert heard(client) >= needed(name), f"{name} hears all that is its own"


def test_nothing_that_was_retained_for_others_waits_for_them(connect: Connect) -> None:
    forger = connect("B2")
    for topic in TOPICS:
        forger.publish_acked(topic, said("B2", topic), retain=True)
    victims = {name: connect(name) for name in ("A1", "bridge")}
    for client in victims.values():
        for one in FILTERS:
            client.subscribe(one)
    pass_fences({**victims, "B2": _hearing(forger)})
    leaks = [(name, *one) for name, client in victims.items() for one in heard(client) - allowed(name)]
    nothing_through("MQTT: retained for others", tried=len(TOPICS) * len(victims), through=leaks)
    assert ("cp/v1/B2/up/online", said("B2", "cp/v1/B2/up/online")) in heard(victims["bridge"])


def test_a_will_is_published_under_its_own_piles_topics_only(connect: Connect) -> None:
    clients = {name: connect(name) for name in ("A1", "bridge")}
    for client in clients.values():
        for one in FILTERS:
            client.subscribe(one)
    for topic in TOPICS:
        forger = connect("B2", will=(topic, said("B2", topic)))
        if forger.is_in:
            forger.drop()
    pass_fences({**clients, "B2": _hearing(connect("B2"))})
    leaks = [(name, *one) for name, client in clients.items() for one in heard(client) - allowed(name)]
    nothing_through("MQTT: wills of others", tried=len(TOPICS) * len(clients), through=leaks)
    assert ("cp/v1/B2/up/online", said("B2", "cp/v1/B2/up/online")) in heard(clients["bridge"])


def _hearing(client: BrokerClient) -> BrokerClient:
    client.subscribe(f"cp/v1/{client.name}/down/fence")
    return client
