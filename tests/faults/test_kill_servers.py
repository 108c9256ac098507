"""M3–M6: servers die, freeze or forget while people charge; every charge ends, is billed once, and nothing is lost."""

from collections.abc import Callable, Iterator

import pytest
import requests

from tests.faults.after import LOST_WITH_THE_BROKER, assert_all_is_well, charges_end
from tests.faults.drivers import Crowd, crowd_at
from tests.faults.everything import Everything, running_everything
from tests.faults.kills import RandomKills, frozen
from tests.waiting import LIMIT_S, wait_until

BLOWS = 8


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    with running_everything(tmp_path_factory.mktemp("everything")) as running:
        yield running


@pytest.fixture
def crowd(everything: Everything, request: pytest.FixtureRequest) -> Iterator[Crowd]:
    with crowd_at(everything, seed=len(request.node.name), piles=3, charges=100) as people:
        yield people


def is_ready(everything: Everything) -> bool:
    try:
        return requests.get(f"{everything.stack.api_url}/readyz", timeout=1).ok
    except requests.RequestException:
        return False


def test_nothing_is_lost_when_the_database_is_killed_again_and_again(
    everything: Everything, crowd: Crowd
) -> None:
    for _ in range(3):
        charges_end(crowd, more=2)
        everything.kill("mariadb")
        everything.begin("mariadb")
    assert_all_is_well(everything, crowd)


def test_a_database_that_freezes_for_a_while_costs_nothing_but_time(
    everything: Everything, crowd: Crowd
) -> None:
    charges_end(crowd, more=1)
    with frozen(everything, "mariadb"):
        wait_until(lambda: not is_ready(everything), "the API says that it cannot serve", LIMIT_S)
    charges_end(crowd)
    assert_all_is_well(everything, crowd)


def test_a_run_without_any_redis_charges_as_any_other(everything: Everything, crowd: Crowd) -> None:
    everything.kill("redis")
    for part in ("api", "bridge", "jobs"):
        everything.kill(part)
        everything.begin(part)
    charges_end(crowd, more=6)
    assert_all_is_well(everything, crowd)


@pytest.mark.parametrize("blow", ["emptied", "killed", "frozen"])
def test_a_redis_that_forgets_or_hangs_costs_no_charge(
    everything: Everything, crowd: Crowd, blow: str
) -> None:
    def empty() -> None:
        everything.redis.flush()
        charges_end(crowd, more=3)

    def kill() -> None:
        everything.kill("redis")
        everything.begin("redis")
        charges_end(crowd, more=3)

    def freeze() -> None:
        with frozen(everything, "redis"):
            charges_end(crowd, more=3)

    blows: dict[str, Callable[[], None]] = {"emptied": empty, "killed": kill, "frozen": freeze}
    charges_end(crowd, more=1)
    blows[blow]()
    assert_all_is_well(everything, crowd)


def test_a_broker_that_loses_its_store_loses_no_bill_and_repeats_no_start(
    everything: Everything, crowd: Crowd
) -> None:
    for _ in range(2):
        charges_end(crowd, more=2)
        everything.kill("broker")
        everything.broker.wipe()
        everything.begin("broker")
    charges_end(crowd, more=2)
    assert_all_is_well(everything, crowd, losable=LOST_WITH_THE_BROKER)


@pytest.mark.parametrize("seed", [7])
def test_everything_dies_in_random_order_and_every_charge_is_billed_once(
    everything: Everything, crowd: Crowd, seed: int
) -> None:
    kills = RandomKills(everything, seed=seed)
    for _ in range(BLOWS):
        kills.strike()
    assert_all_is_well(everything, crowd, losable=LOST_WITH_THE_BROKER)
