"""The whole product with a fault proxy on each of its wires: to the database, and to the broker from both sides."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.processes.loopback import free_port
from tests.fault_proxy import FaultProxy, MqttFaults, Plan
from tests.faults.after import assert_all_is_well
from tests.faults.drivers import Crowd, crowd_at
from tests.faults.everything import NOTIFY_SPEED, Everything
from tests.real_parts import MariaDb, Redis
from tests.stack import Stack
from tests.whole_charge import bound_to, secrets_of_piles

PILES: Final = 60
SEED: Final = 4


@dataclass(frozen=True)
class Wired:
    """`database` is the wire of all three programs, `bridge` and `piles` are theirs to the broker."""

    everything: Everything
    database: FaultProxy
    bridge: FaultProxy
    piles: FaultProxy
    metrics_port: int

    def crowd(self, *, piles: int, charges: int, guns: int = 2) -> AbstractContextManager[Crowd]:
        """Drivers, a desk, and piles behind their wire."""
        return crowd_at(
            self.everything, seed=SEED, piles=piles, charges=charges, guns=guns, broker_port=self.piles.port
        )

    def heal(self) -> None:
        """No fault on any wire from now on; what was held back is sent."""
        for wire in (self.database, self.bridge, self.piles):
            if wire.mqtt is not None:
                wire.mqtt.up = wire.mqtt.down = Plan()
            wire.release()
            wire.heal()

    def check(self, crowd: Crowd) -> None:
        """Heal; everybody comes to an end, nothing is left half done, and every invariant holds."""
        self.heal()
        assert_all_is_well(self.everything, crowd)


@contextmanager
def running_wired(folder: Path, mariadb: MariaDb, redis: Redis) -> Iterator[Wired]:
    """Everything started on these servers; this process's models reach the database by no wire."""
    pile_secrets = secrets_of_piles(PILES)
    database_url = mariadb.fresh_database()
    broker_port, metrics_port = free_port(), free_port()
    with (
        FaultProxy("127.0.0.1", mariadb.port) as database,
        FaultProxy("127.0.0.1", broker_port, mqtt=MqttFaults(SEED)) as bridge,
        FaultProxy("127.0.0.1", broker_port, mqtt=MqttFaults(SEED)) as piles,
        Stack(
            folder / "stack",
            database_url=database_url.replace(f":{mariadb.port}/", f":{database.port}/"),
            redis_url=redis.url,
            pile_secrets=pile_secrets,
            settings={
                "XINXIANG_MQTT_PORT": str(bridge.port),
                "XINXIANG_BRIDGE_METRICS_PORT": str(metrics_port),
            },
            notify_speed=NOTIFY_SPEED,
            broker_port=broker_port,
        ) as stack,
        bound_to(database_url, redis.url),
    ):
        yield Wired(Everything(stack, mariadb, redis, pile_secrets), database, bridge, piles, metrics_port)
