"""Who talks to the broker under test, and how to know that nothing more is on its way."""

from __future__ import annotations

from collections.abc import Callable

from tests.mqtt_client import BrokerClient, wait_for

Connect = Callable[..., BrokerClient]

SECRETS = {"A1": "secret of A1", "B2": "secret of B2", "bridge": "secret of the bridge"}
FENCE = "cp/v1/{}/down/fence"


def fence(connect: Connect, *clients: BrokerClient) -> None:
    """Return when everything published before has reached these piles: their own last message came after it."""
    bridge = connect("bridge")
    for client in clients:
        topic = FENCE.format(client.name)
        bridge.publish_acked(topic, b"fence")
        wait_for(lambda client=client, topic=topic: b"fence" in client.payloads(topic), "the fence")  # type: ignore[misc]  # bound now
    bridge.leave()
