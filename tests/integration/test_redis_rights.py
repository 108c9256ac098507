"""The user that conf/redis.conf gives the product on a shared Redis: it may do all that it does, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import redis

from backend import live
from backend.live import connection
from backend.live.server import find_server
from tests.async_actors import FeedListener
from tests.faults.drivers import crowd_at
from tests.faults.everything import Everything
from tests.real_parts import REDIS_CONF, MariaDb, Redis, running_redis
from tests.stack import Stack
from tests.waiting import LIMIT_S, wait_until
from tests.whole_charge import Phone, bound_to, secrets_of_piles

PASSWORD: Final = "a-long-random-password"
ADMIN: Final = "watcher"
PILES: Final = 3
KINDS_OF_KEYS: Final = {"pile", "rate", "stations", "token"}
FORBIDDEN: Final = (
    "FLUSHALL",
    "FLUSHDB",
    "KEYS *",
    "SCAN 0",
    "CONFIG GET save",
    "CONFIG SET maxmemory 0",
    "SHUTDOWN NOSAVE",
    "EVAL return 1",
    "ACL LIST",
    "MONITOR",
    "REPLICAOF NO ONE",
    "MODULE LIST",
    "CLIENT KILL TYPE normal",
    "GET another:key",
    "SET another:key 1",
    "RENAME stations another",
    "PUBLISH another 1",
)


class Guarded:
    """A Redis with the users of conf/redis.conf, looked at by an administrator whom only the test has."""

    def __init__(self, server: Redis) -> None:
        self.server = server
        self.url = f"redis://xinxiang:{PASSWORD}@127.0.0.1:{server.port}/0"
        self.admin = redis.Redis(port=server.port, username=ADMIN, password=PASSWORD, decode_responses=True)
        with redis.Redis(port=server.port) as everybody:
            _make_user(everybody, f"{ADMIN} on >{PASSWORD} ~* &* +@all")
        for line in re.findall(r"^#   user (.+)$", REDIS_CONF.read_text(encoding="utf-8"), re.MULTILINE):
            _make_user(self.admin, line.replace(">LONG-RANDOM-PASSWORD", f">{PASSWORD}"))

    def refusals(self) -> list[str]:
        """Who was refused what since the last look."""
        found: Any = self.admin.acl_log()
        self.admin.acl_log_reset()
        return [f"{one['username']}: {one['reason']} {one['object']}" for one in found]

    def kinds_of_keys(self) -> set[str]:
        return {str(key).partition(":")[0] for key in self.admin.scan_iter()}


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    (tmp_path / "redis").mkdir()
    with running_redis(tmp_path / "redis") as server:
        found = Guarded(server)
        yield found
        found.admin.close()


def test_the_product_needs_no_more_than_its_user_may(
    guarded: Guarded, mariadb: MariaDb, tmp_path: Path
) -> None:
    pile_secrets, database_url = secrets_of_piles(PILES), mariadb.fresh_database()
    stack = Stack(
        tmp_path / "stack", database_url=database_url, redis_url=guarded.url, pile_secrets=pile_secrets
    )
    with stack, bound_to(database_url, guarded.url):
        everything = Everything(stack, mariadb, guarded.server, pile_secrets)
        with crowd_at(everything, seed=5, piles=1, charges=2, guns=1) as crowd, Phone(stack) as phone:
            phone.log_in()
            number = everything.site.station.station_no
            with FeedListener(stack.api_url, phone.token, f"station:{number}") as listener:
                wait_until(lambda: listener.frames > 1, "news of the station", LIMIT_S)
            wait_until(lambda: crowd.is_done, "the charges have ended", 3 * LIMIT_S)
            wait_until(lambda: guarded.kinds_of_keys() >= KINDS_OF_KEYS, "the whole live view", LIMIT_S)
            phone.get("stations/nearby", lat="31.3", lng="120.6")
            crowd.leave()
        assert crowd.sessions == 2
        assert "redis_away" not in stack.logs()
    assert guarded.kinds_of_keys() <= KINDS_OF_KEYS
    assert guarded.refusals() == []


@pytest.mark.parametrize("command", FORBIDDEN)
def test_what_the_product_does_not_do_its_user_may_not_do(guarded: Guarded, command: str) -> None:
    words = command.split(" ") if not command.startswith("EVAL") else ["EVAL", "return 1", "0"]
    with redis.Redis.from_url(guarded.url) as ours, pytest.raises(redis.exceptions.NoPermissionError):
        ours.execute_command(*words)
    assert len(guarded.refusals()) == 1


def test_who_has_no_name_may_do_nothing(guarded: Guarded) -> None:
    with (
        redis.Redis(port=guarded.server.port) as stranger,
        pytest.raises(redis.exceptions.AuthenticationError),
    ):
        stranger.ping()


def test_the_self_check_asks_what_it_may_and_says_what_it_may_not(guarded: Guarded) -> None:
    live.connect(guarded.url)
    try:
        assert connection.is_available()
        found = find_server()
    finally:
        live.close()
    assert found is not None
    assert (found.policy, found.keeps_on_disk) == ("allkeys-lru", None)


def _make_user(client: redis.Redis, line: str) -> None:
    client.execute_command("ACL", "SETUSER", *line.split(" "))  # type: ignore[no-untyped-call]
