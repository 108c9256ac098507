"""M28: the disk of MariaDB is full to the last byte while people charge.

Whether MariaDB waits, refuses or ends: nothing is acknowledged that is not durable (I21 counts every message), and
once there is room and it runs, every charge ends and is billed once.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.faults.after import assert_all_is_well, charges_end
from tests.faults.drivers import crowd_at
from tests.faults.everything import Everything, running_everything
from tests.faults.small_disk import Ballast, obstacle, small_disk
from tests.waiting import LIMIT_S, wait_until

READY_LIMIT_S = 10.0
DISK_MIB = 256


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "mariadb"
    if why := obstacle(folder):
        pytest.skip(why)
    with small_disk(folder, size_mib=DISK_MIB):
        yield folder


@pytest.fixture
def everything(disk: Path, tmp_path: Path) -> Iterator[Everything]:
    with running_everything(tmp_path) as running:
        yield running


@pytest.mark.parametrize("then", ["waits for room", "dies as well"])
def test_a_database_without_a_byte_of_room_loses_no_charge(
    everything: Everything, disk: Path, then: str
) -> None:
    ballast = Ballast(disk)
    with crowd_at(everything, seed=28, piles=3, charges=100) as crowd:
        charges_end(crowd, more=2)
        ballast.fill()
        bridge = everything.process("bridge")
        wait_until(lambda: bridge.has_logged("database_away"), "the bridge waits for the database", LIMIT_S)
        wait_until(lambda: not is_ready(everything), "the API says that it cannot write", LIMIT_S)
        if then == "dies as well":
            everything.kill("mariadb")
        ballast.drop()
        if not everything.is_running("mariadb"):
            everything.begin("mariadb")
        wait_until(lambda: is_ready(everything), "the API can write again", LIMIT_S)
        charges_end(crowd)
        assert_all_is_well(everything, crowd)


def is_ready(everything: Everything) -> bool:
    """What a load balancer is told."""
    answer = requests.get(f"{everything.stack.api_url}/readyz", timeout=READY_LIMIT_S)
    return answer.ok
