"""Two worlds to attack: the API's server in this process, and the whole product as real processes."""

from collections.abc import Iterator

import pytest

from tests.api_server import ApiClient, running_api
from tests.bad_input import World, running_world
from tests.pay_channel import Sandbox, running_sandbox, sandbox_gateways
from tests.real_parts import MariaDb, Redis
from tests.security.http_world import HttpWorld


@pytest.fixture(scope="package")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def api(database: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    with sandbox_gateways(sandbox, monkeypatch), running_api() as client:
        yield client


@pytest.fixture
def world(api: ApiClient, sandbox: Sandbox) -> HttpWorld:
    return HttpWorld(api, sandbox)


@pytest.fixture(scope="module")
def product(
    mariadb: MariaDb, redis_server: Redis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Real processes that log all they can. One for each module: other modules bind the models to their own database."""
    folder = tmp_path_factory.mktemp("product")
    with running_world(mariadb, redis_server, folder, {"XINXIANG_LOG_LEVEL": "debug"}) as running:
        yield running
