"""The whole product on servers of its own: every one of the six parts can be killed, stopped, frozen and started."""

import contextlib
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from scripts.processes.child import Child
from tests.brokers import BrokerHandle
from tests.real_parts import MariaDb, Redis, running_mariadb, running_redis
from tests.stack import Stack
from tests.whole_charge import Site, bound_to, secrets_of_piles

PartName = Literal["api", "bridge", "jobs", "mariadb", "redis", "broker"]
PARTS: Final[tuple[PartName, ...]] = ("api", "bridge", "jobs", "mariadb", "redis", "broker")
PROGRAMS: Final[tuple[PartName, ...]] = ("api", "bridge", "jobs")
PILES: Final = 60
NOTIFY_SPEED: Final = 15.0


class Everything:
    """All parts running, and this process's models bound to the database."""

    def __init__(self, stack: Stack, mariadb: MariaDb, redis: Redis, pile_secrets: Mapping[str, str]) -> None:
        self.stack = stack
        self.mariadb = mariadb
        self.redis = redis
        self.site = Site(pile_secrets)
        self._processes: dict[PartName, Child] = {
            "api": stack.api,
            "bridge": stack.bridge,
            "jobs": stack.jobs,
            "mariadb": mariadb.process,
            "redis": redis.process,
        }

    @property
    def broker(self) -> BrokerHandle:
        return self.stack.broker

    def process(self, part: PartName) -> Child:
        """The process of a part other than the broker."""
        return self._processes[part]

    def is_running(self, part: PartName) -> bool:
        if part == "broker":
            return self.broker.child.is_running
        return self._processes[part].is_running

    def kill(self, part: PartName) -> None:
        """SIGKILL, as a crash or the kernel's memory killer would."""
        if part == "broker":
            self.broker.kill()
        else:
            self._processes[part].kill()

    def begin(self, part: PartName, environment: Mapping[str, str] | None = None) -> None:
        """Start a part that does not run; a server is ready when this returns, a program starts to come up."""
        if part == "broker":
            self.broker.restart()
        elif part in PROGRAMS:
            self._processes[part].begin(environment)
        else:
            self._processes[part].start()

    def freeze(self, part: PartName) -> None:
        """SIGSTOP: it keeps its connections and answers nothing, until `thaw`."""
        self._processes[part].send(signal.SIGSTOP)

    def thaw(self, part: PartName) -> None:
        self._processes[part].send(signal.SIGCONT)

    def heal(self) -> None:
        """Start whatever does not run, and wait until all of it is ready."""
        for part in ("mariadb", "redis", "broker", *PROGRAMS):
            if not self.is_running(part):
                self.begin(part)
        for part in PROGRAMS:
            self._processes[part].wait_until_ready()


@contextlib.contextmanager
def running_everything(folder: Path, *, piles: int = PILES) -> Iterator[Everything]:
    """Everything started in `folder`, with accounts for this many piles, and stopped at the end.

    MariaDB has all of its files in `folder`/mariadb, which may be a file system of its own.
    """
    pile_secrets = secrets_of_piles(piles)
    for name in ("mariadb", "redis"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with running_mariadb(folder / "mariadb") as mariadb, running_redis(folder / "redis") as redis:
        database_url = mariadb.fresh_database()
        stack = Stack(
            folder / "stack",
            database_url=database_url,
            redis_url=redis.url,
            pile_secrets=pile_secrets,
            notify_speed=NOTIFY_SPEED,
        )
        with stack, bound_to(database_url, redis.url):
            yield Everything(stack, mariadb, redis, pile_secrets)
