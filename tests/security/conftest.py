"""Two worlds to attack: the API's server in this process, and the whole product as real processes."""

import dataclasses
from collections.abc import Iterator

import pytest

from backend.api.app import URL_TABLE
from backend.gateways.clock import utc_now
from backend.models.engine import database as db
from tests.api_server import ApiClient, running_api
from tests.bad_input import World, running_world
from tests.desk import hear
from tests.pay_channel import Sandbox, running_sandbox, sandbox_gateways
from tests.real_parts import MariaDb, Redis
from tests.security.http_world import HttpWorld, read_operations
from tests.table_contents import Contents, delete_all_rows


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
def shared_world(mariadb_tables: str, sandbox: Sandbox) -> Iterator[HttpWorld]:
    """One world for a module's tests, on MariaDB and without the limits, which have a test of their own."""
    db.connect(mariadb_tables)
    delete_all_rows()
    routes = [dataclasses.replace(route, limit=None) for route in URL_TABLE]
    with (
        pytest.MonkeyPatch.context() as patching,
        sandbox_gateways(sandbox, patching),
        running_api(routes) as client,
    ):
        world = HttpWorld(client, sandbox)
        for operation in read_operations().values():
            world.path_of(operation)  # what it is about, and who may call it, is made at its first use
            world.token_for(operation)
        yield world
    db.close()


@pytest.fixture(scope="module")
def made(shared_world: HttpWorld) -> Contents:
    """What is in the tables once the module's world is made."""
    hear(pile=shared_world.pile, now=utc_now())
    return Contents()


@pytest.fixture
def same_world(shared_world: HttpWorld, made: Contents) -> Iterator[HttpWorld]:
    """The module's world as it was made, whatever the tests before have done to it; its pile was heard just now."""
    hear(pile=shared_world.pile, now=utc_now())
    yield shared_world
    made.restore()


@pytest.fixture(scope="module")
def product(
    mariadb: MariaDb, redis_server: Redis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Real processes that log all they can. One for each module: other modules bind the models to their own database."""
    folder = tmp_path_factory.mktemp("product")
    with running_world(mariadb, redis_server, folder, {"XINXIANG_LOG_LEVEL": "debug"}) as running:
        yield running
