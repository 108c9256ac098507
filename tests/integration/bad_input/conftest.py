"""One running product for all tests of bad input, which must still work after each of them."""

from collections.abc import Iterator

import pytest

from tests.bad_input import World, assert_still_works, running_world
from tests.real_parts import MariaDb, Redis


@pytest.fixture(scope="package")
def world(mariadb: MariaDb, redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(mariadb, redis_server, tmp_path_factory.mktemp("bad_input")) as world:
        yield world


@pytest.fixture(autouse=True)
def still_works(world: World) -> Iterator[None]:
    """After whatever a test did."""
    yield
    assert_still_works(world)
