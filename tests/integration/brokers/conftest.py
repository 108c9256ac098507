"""Either broker, with three accounts and a maker of connections to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import BROKER_KINDS, BrokerHandle, BrokerKind, start_broker
from tests.integration.brokers.clients import SECRETS, Connect
from tests.mqtt_client import BrokerClient


@pytest.fixture(params=BROKER_KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerHandle]:
    kind: BrokerKind = request.param
    handle = start_broker(kind, tmp_path / "broker", SECRETS)
    yield handle
    handle.stop()


@pytest.fixture
def connect(broker: BrokerHandle) -> Iterator[Connect]:
    clients: list[BrokerClient] = []

    def make(name: str, secret: str | None = None, **options: object) -> BrokerClient:
        client = BrokerClient(broker.port, name, SECRETS[name] if secret is None else secret, **options)  # type: ignore[arg-type]  # passed on as they are
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.leave()
