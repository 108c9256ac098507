"""M13 and M33 with real processes: piles empty their memories, and poison comes, while others charge at the same broker."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Final

import pytest

from backend.domain.order import OrderState
from backend.gateways.clock import utc_now
from backend.models import Order, Quarantine
from backend.models.engine.database import reading
from mqtt_bridge.batch import Incoming
from scripts.stand_ins.simulator.envelope import UpMessage
from tests.faults.after import assert_all_is_well, charges_end
from tests.faults.charging_pile import replayed
from tests.faults.drivers import Crowd, crowd_at
from tests.faults.everything import Everything, running_everything
from tests.faults.poison import poison
from tests.invariants import check_invariants
from tests.mqtt_client import BrokerClient
from tests.pile_voice import PileVoice
from tests.waiting import LIMIT_S, wait_until

PILES: Final = 10
RECORDS: Final = 100
MESSAGES: Final = 1_000
POISON_PERCENT: Final = 10
SEED: Final = 13


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    with running_everything(tmp_path_factory.mktemp("everything")) as running:
        yield running


@pytest.fixture
def crowd(everything: Everything) -> Iterator[Crowd]:
    with crowd_at(everything, seed=SEED, piles=2, charges=100) as people:
        yield people


class LoudPile:
    """A registered pile on a raw connection, which says what it is given as fast as the broker takes it."""

    def __init__(self, everything: Everything, leaving: ExitStack) -> None:
        spec = everything.site.add_pile()
        self.pile_no = spec.pile_no
        self.voice = PileVoice(spec.pile_no, utc_now())
        self.said: list[UpMessage] = []
        self._client = BrokerClient(everything.broker.port, spec.pile_no, spec.secret)
        leaving.callback(self._client.leave)
        self._receipts = f"cp/v1/{spec.pile_no}/down/receipt"
        self._client.subscribe(self._receipts)

    def say(self, *messages: Incoming) -> None:
        """Publish them all, as sound messages; `said` keeps them."""
        for topic, payload, _ in messages:
            self.said.append(UpMessage(topic.rsplit("/", 1)[1], json.loads(payload)))
            self._client.publish(topic, payload)

    def throw(self, *messages: Incoming) -> None:
        """Publish what is no sound message."""
        for topic, payload, _ in messages:
            self._client.publish(topic, payload)

    def receipted(self) -> Counter[str]:
        """How often each message's id was named as durable."""
        told = [json.loads(payload) for payload in self._client.payloads(self._receipts)]
        return Counter(one for body in told for one in body["ids"])


def test_memories_of_many_piles_are_taken_once_while_others_charge(
    everything: Everything, crowd: Crowd
) -> None:
    """Each pile sends all of its records twice, as one that missed the receipts."""
    charges_end(crowd, more=1)
    before = utc_now() - timedelta(minutes=20)
    with ExitStack() as leaving:
        piles = [LoudPile(everything, leaving) for _ in range(PILES)]
        for pile in piles:
            pile.say(pile.voice.online(), pile.voice.heartbeat())
        for pile in piles:
            kept = [
                replayed(pile.voice.ended(f"S-{pile.pile_no}-{number}", before, 1_000))
                for number in range(RECORDS)
            ]
            pile.say(*kept, *kept)
        wait_until(
            lambda: all(pile.receipted().total() == 2 * RECORDS for pile in piles), "every receipt", LIMIT_S
        )
        assert {count for pile in piles for count in pile.receipted().values()} == {2}
        assert open_orders() == PILES * RECORDS
        charges_end(crowd)
    assert_all_is_well(everything, crowd)
    check_invariants({pile.pile_no: pile.said for pile in piles})


def test_poison_at_the_broker_is_quarantined_while_others_charge(
    everything: Everything, crowd: Crowd
) -> None:
    charges_end(crowd, more=1)
    chance = random.Random(SEED)
    quarantined = Counter(quarantined_payloads())
    thrown: Counter[bytes] = Counter()
    with ExitStack() as leaving:
        pile = LoudPile(everything, leaving)
        pile.say(pile.voice.online(), pile.voice.heartbeat())
        for number in range(MESSAGES):
            if chance.randrange(100) < POISON_PERCENT:
                bad = poison(pile.voice, chance)
                thrown[bad[1]] += 1
                pile.throw(bad)
            else:
                pile.say(pile.voice.after(milliseconds=1).meter("S-NOBODYS", 1_000_000 + number))
        last = pile.voice.ended("S-LAST", pile.voice.now, 0)
        pile.say(last)
        wait_until(lambda: pile.receipted().total() == 1, "the last word's receipt", LIMIT_S)
        assert Counter(quarantined_payloads()) - quarantined >= thrown
        charges_end(crowd)
    assert_all_is_well(everything, crowd)
    check_invariants({pile.pile_no: pile.said})


@reading
def open_orders() -> int:
    return Order.select().where(Order.state == OrderState.OPEN).count()


@reading
def quarantined_payloads() -> list[bytes]:
    return [bytes(row.payload) for row in Quarantine.select(Quarantine.payload)]
