"""M13 and M33: many piles hand over what they kept, and messages nobody can take come among the others."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import pytest

from backend.domain.connector import ConnectorStatus
from backend.domain.order import OrderState
from backend.models import MeterValue, Order, Pile, PileMessage, Quarantine, Session
from mqtt_bridge.batch import Incoming, Writer
from tests.builders import a_pile
from tests.faults.charging_pile import ChargingPile, replayed
from tests.faults.poison import poison
from tests.invariants import check_invariants
from tests.pile_voice import PileVoice
from tests.scenario import NOON, Scenario

PILES: Final = 20
RECORDS: Final = 100
METERS: Final = 200
BATCH: Final = 400
SEED: Final = 7
POISON_PERCENT: Final = 10
MESSAGES: Final = 1_000


class Ear:
    """A writer that notes what it acknowledges and what it tells the piles."""

    def __init__(self, world: Scenario) -> None:
        self.acknowledged: Counter[int] = Counter()
        self.told: list[dict[str, Any]] = []
        self.writer = Writer(
            acknowledge=self.acknowledged.update,
            publish=lambda _, payload: self.told.append(json.loads(payload)),
            clock=lambda: world.now,
        )

    def hear(self, messages: Sequence[Incoming]) -> None:
        """In batches, each message with a token of its own; every one must be acknowledged once."""
        tokens = range(len(messages))
        numbered = [(topic, payload, token) for token, (topic, payload, _) in enumerate(messages)]
        for start in range(0, len(numbered), BATCH):
            self.writer.write(numbered[start : start + BATCH])
        self.writer.catch_up(is_all=True)
        assert self.acknowledged == Counter(tokens)
        totals = self.writer.totals
        assert totals.received == totals.applied + totals.duplicates + totals.quarantined


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_what_many_piles_kept_is_taken_once_while_others_charge_on(database: str) -> None:
    """Each record comes twice, as from a pile that missed the receipt; another pile's meters come between."""
    charging = ChargingPile()
    charging.begin()
    world = charging.world
    voices = [
        PileVoice(a_pile(station=world.station, status=ConnectorStatus.IDLE, now=NOON).pile_no, NOON, boot=2)
        for _ in range(PILES)
    ]
    kept = [
        replayed(voice.ended(f"S{number}", NOON - timedelta(minutes=20), 1_000))
        for voice in voices
        for number in range(RECORDS)
    ]
    world.after(seconds=METERS)
    meters = [
        charging.voice.after(seconds=1).meter(charging.session_no, 1_000_000 + 16 * n) for n in range(METERS)
    ]
    burst = [*kept, *kept, *meters]
    random.Random(SEED).shuffle(burst)
    ear = Ear(world)
    ear.hear(burst)
    assert ear.writer.totals.duplicates == len(kept)
    receipted = Counter(one for body in ear.told for one in body["ids"])
    assert receipted == {json.loads(payload)["id"]: 2 for _, payload, _ in kept}
    assert Order.select().where(Order.state == OrderState.OPEN).count() == len(kept)
    assert MeterValue.select().count() == METERS
    charging.minute = 0
    charging.hear(charging.record(started_at=NOON.isoformat(), register_end_wh=1_000_000 + 16 * (METERS - 1)))
    (order,) = charging.orders()
    assert (order.state, order.energy_wh) == (OrderState.SETTLED, 16 * (METERS - 1))
    check_invariants()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("percent", [0, POISON_PERCENT])
def test_poison_is_quarantined_to_the_message_and_all_others_flow(percent: int) -> None:
    """With 0 percent it is one message among a thousand."""
    charging = ChargingPile()
    charging.begin()
    chance = random.Random(SEED)
    places = {place for place in range(MESSAGES) if chance.randrange(100) < percent} or {MESSAGES // 2}
    charging.world.after(seconds=MESSAGES)
    messages = [
        poison(charging.voice, chance)
        if place in places
        else charging.voice.after(seconds=1).meter(charging.session_no, 1_000_000 + 16 * place)
        for place in range(MESSAGES)
    ]
    ear = Ear(charging.world)
    ear.hear(messages)
    kept = Counter(bytes(row.payload) for row in Quarantine.select())
    assert kept == Counter(messages[place][1] for place in places)
    assert MeterValue.select().count() == MESSAGES - len(places)
    assert (ear.writer.totals.quarantined, ear.writer.totals.duplicates) == (len(places), 0)
    assert (Session.select().count(), Pile.select().count()) == (1, 1)
    assert PileMessage.select().where(PileMessage.message_id == "p").count() == 0
    check_invariants()
