"""M7, M9, M10: connections of piles and bridge to the broker break; messages come again, late and in disorder."""

from collections.abc import Iterator

import pytest

from backend.models import Quarantine
from tests.fault_proxy import Fate, FaultProxy, Plan, Wire
from tests.faults.drivers import Crowd, until
from tests.faults.wired import Wired, running_wired
from tests.real_parts import MariaDb, Redis
from tests.waiting import wait_until
from tests.whole_charge import bridge_counts

CUTS = 3
ENDLESS = 1_000
"""More charges than anybody makes before being told to leave."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, mariadb: MariaDb, redis_server: Redis) -> Iterator[Wired]:
    with running_wired(tmp_path_factory.mktemp("wired"), mariadb, redis_server) as wired:
        yield wired


@pytest.fixture
def wired(stack: Wired) -> Iterator[Wired]:
    yield stack
    stack.heal()


def finish(crowd: Crowd, charges: int = 1) -> None:
    """Wait until so many more charges have come to their end."""
    wanted = crowd.sessions + charges
    wait_until(lambda: crowd.sessions >= wanted, f"{charges} more charges have ended")


def said(crowd: Crowd) -> int:
    return sum(len(pile.said) for pile in crowd.piles.values())


def are_online(crowd: Crowd) -> bool:
    return all(pile.do(lambda one: one.is_online) for pile in crowd.piles.values())


@pytest.mark.parametrize("fate", [Fate.RESET, Fate.CLIENT_GONE])
def test_piles_whose_connections_break_again_and_again_lose_nothing(wired: Wired, fate: Fate) -> None:
    """CLIENT_GONE: the broker believes in the old connection until the pile comes back and takes it over."""
    with wired.crowd(piles=2, charges=ENDLESS) as crowd:
        for _ in range(CUTS):
            wired.piles.cut(fate)
            wait_until(lambda: are_online(crowd), "the piles are back")
        finish(crowd)
        wired.check(crowd)


def test_piles_without_a_network_for_a_while_tell_everything_later(wired: Wired) -> None:
    with wired.crowd(piles=2, charges=ENDLESS) as crowd:
        piles = crowd.piles.values()
        wait_until(lambda: any(pile.messages("meter") for pile in piles), "somebody charges")
        wired.piles.refuse()
        wait_until(
            lambda: any(pile.do(lambda one: len(one.model.backlog) >= 2) for pile in piles), "meters wait"
        )
        wired.heal()
        finish(crowd, 2)
        wired.check(crowd)


def test_piles_that_believe_in_a_dead_connection_say_everything_again(wired: Wired) -> None:
    with wired.crowd(piles=2, charges=ENDLESS) as crowd:
        finish(crowd)
        before = said(crowd)
        wired.piles.cut(Fate.SERVER_GONE)
        wait_until(lambda: said(crowd) > before + 10, "they speak into nothing")
        wired.piles.cut()
        finish(crowd)
        wired.check(crowd)


@pytest.mark.parametrize("fate", [Fate.RESET, Fate.CLIENT_GONE])
def test_a_bridge_whose_connection_breaks_takes_everything_once(wired: Wired, fate: Fate) -> None:
    with wired.crowd(piles=2, charges=ENDLESS) as crowd:
        for _ in range(CUTS):
            cut_and_wait_for_return(wired.bridge, fate)
        finish(crowd)
        wired.check(crowd)


def cut_and_wait_for_return(wire: FaultProxy, fate: Fate) -> None:
    before = wire.accepted
    wire.cut(fate)
    wait_until(lambda: wire.accepted > before, "it has connected again")


def disorder(wire: FaultProxy, plan: Plan) -> None:
    assert wire.mqtt is not None
    wire.mqtt.counts.clear()
    wire.mqtt.up = wire.mqtt.down = plan


def done_to(wire: FaultProxy, what: str) -> int:
    assert wire.mqtt is not None
    return wire.mqtt.counts[what]


def refused() -> int:
    """Messages in quarantine, without those of the pile that nobody knows."""
    return int(Quarantine.select().where(Quarantine.reason != "unknown_pile").count())


def counted(wired: Wired) -> tuple[int, int]:
    """What the bridge has received, and what of it came again. AssertionError while the sum is not right."""
    counts = bridge_counts(wired.metrics_port)
    assert counts["received"] == counts["applied"] + counts["duplicates"] + counts["quarantined"]
    return counts["received"], counts["duplicates"]


def test_messages_that_come_up_to_five_times_count_once(wired: Wired) -> None:
    refused_before = refused()
    _, duplicates_before = until(lambda: counted(wired), "the bridge's counters add up")
    with wired.crowd(piles=2, charges=ENDLESS) as crowd:
        for wire in (wired.piles, wired.bridge):
            disorder(wire, Plan(copies=(1, 5)))
        finish(crowd, 4)
        repeated = [done_to(wire, "repeated") for wire in (wired.piles, wired.bridge)]
        wired.check(crowd)
    assert min(repeated) > 0
    assert refused() == refused_before
    assert until(lambda: counted(wired), "the bridge's counters add up")[1] > duplicates_before


def test_messages_in_any_order_within_twenty_and_late_count_by_their_own_order(wired: Wired) -> None:
    refused_before = refused()
    with wired.crowd(piles=2, charges=ENDLESS) as crowd:
        for wire in (wired.piles, wired.bridge):
            disorder(wire, Plan(window=20))
            wire.spoil(up=Wire(latency_s=0.01, jitter_s=0.1), down=Wire(latency_s=0.01, jitter_s=0.1))
        finish(crowd, 4)
        moved = [done_to(wire, "moved") for wire in (wired.piles, wired.bridge)]
        wired.check(crowd)
    assert min(moved) > 0
    assert refused() == refused_before


def test_repeats_in_any_order_count_once(wired: Wired) -> None:
    with wired.crowd(piles=2, charges=ENDLESS) as crowd:
        for wire in (wired.piles, wired.bridge):
            disorder(wire, Plan(copies=(1, 3), window=20))
        finish(crowd, 4)
        wired.check(crowd)


def test_final_records_that_are_held_back_are_billed_when_they_come(wired: Wired) -> None:
    with wired.crowd(piles=1, charges=ENDLESS) as crowd:
        disorder(wired.piles, Plan(holds=lambda topic: topic.endswith("/session_ended")))
        wait_until(lambda: done_to(wired.piles, "held") >= 2, "two final records are held")
        assert crowd.sessions == 0
        wired.check(crowd)
        assert crowd.sessions >= 2
