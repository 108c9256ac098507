"""Messages that come again, in any order or late are written once, and all are counted."""

import random
from collections.abc import Callable
from typing import Any

from backend.domain.connector import ConnectorStatus
from backend.models import (
    ConnectorState,
    MeterValue,
    PileMessage,
    PileState,
    Quarantine,
    SessionProgress,
)
from mqtt_bridge.batch import Incoming
from tests.integration.bridge_writer.kit import Kit, id_of
from tests.scenario import NOON


def test_duplicates_thrice_and_shuffled_leave_the_same_rows_as_once_in_order(kit: Kit) -> None:
    session_no = kit.charging()
    messages = everything(kit, session_no)
    kit.write(*messages)
    once = rows()
    shuffled = messages * 3
    random.Random(7).shuffle(shuffled)
    for start in range(0, len(shuffled), 11):
        kit.write(*shuffled[start : start + 11])
    assert rows() == once
    assert kit.writer.totals.duplicates == 29 * 3
    assert kit.conserved()


def test_shuffled_from_the_first_message_ends_in_the_same_state(kit: Kit) -> None:
    session_no = kit.charging()
    messages = everything(kit, session_no)
    random.Random(3).shuffle(messages)
    kit.write(*messages)
    assert MeterValue.select().count() == 29
    assert kit.progress(session_no).energy_wh == 29 * 250
    assert kit.connector().register_wh == 1_000_000 + 29 * 250
    assert kit.connector().status is ConnectorStatus.CHARGING


def test_replay_after_an_offline_spell_stores_rows_and_rewinds_nothing(kit: Kit) -> None:
    session_no = kit.charging()
    stored = [
        kit.after(seconds=15).pile.meter(session_no, 1_000_000 + 250 * n, replayed=True) for n in range(1, 9)
    ]
    kit.after(seconds=15)
    kit.write(kit.pile.status("charging"), kit.pile.meter(session_no, 1_002_250))
    kit.write(*stored)
    assert MeterValue.select().where(MeterValue.is_replayed).count() == 8
    assert kit.progress(session_no).energy_wh == 2_250
    assert kit.connector().register_wh == 1_002_250


def test_a_batch_of_new_and_repeated_births_counts_each_once(kit: Kit) -> None:
    first, second = kit.pile.online("c1"), kit.pile.online("c2")
    kit.write(first)
    kit.after(seconds=1).write(first, second, second, kit.pile.start(5))
    assert PileMessage.select().count() == 3
    assert kit.writer.totals.duplicates == 2
    assert kit.state().conn == "c2"
    assert kit.conserved()


def test_a_repeated_final_record_is_receipted_again_and_settled_once(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(minutes=10)
    ended = kit.pile.ended(session_no, NOON, 5_000)
    kit.write(ended, ended)
    kit.write(ended)
    assert kit.receipts().count(id_of(ended)) == 3
    assert kit.writer.totals.duplicates == 2
    assert kit.world.order(session_no).energy_wh == 5_000
    assert kit.conserved()


def test_random_streams_are_conserved(kit: Kit) -> None:
    session_no = kit.charging()
    chance = random.Random(11)
    makers: list[Callable[[], Incoming]] = [
        kit.pile.heartbeat,
        kit.pile.online,
        lambda: kit.pile.status(chance.choice(list(ConnectorStatus)).value),
        lambda: kit.pile.meter(session_no, 1_000_000 + chance.randrange(2_000)),
        lambda: kit.pile.meter(f"S-{chance.randrange(3)}", 5, connector=chance.randrange(1, 4)),
        lambda: kit.pile.say(chance.choice(["alarm", "novelty"])),
        lambda: (kit.pile.heartbeat()[0], chance.randbytes(30), 1),
        lambda: kit.pile.started(chance.choice([session_no, "S-none"])),
    ]
    sent: list[Incoming] = []
    for _ in range(40):
        batch = [chance.choice(makers)() for _ in range(chance.randrange(1, 12))]
        batch += chance.choices(sent, k=3) if sent else []
        sent += batch
        kit.after(seconds=1).write(*batch)
    assert kit.writer.totals.received == len(sent) + 2
    assert kit.conserved()
    assert Quarantine.select().count() == kit.writer.totals.quarantined


def everything(kit: Kit, session_no: str) -> list[Incoming]:
    """A charge with statuses and heartbeats, without its end."""
    messages = [kit.pile.status("charging")]
    for n in range(1, 30):
        kit.after(seconds=15)
        messages.append(kit.pile.meter(session_no, 1_000_000 + 250 * n))
        if n % 5 == 0:
            messages += [kit.pile.heartbeat(), kit.pile.status("suspended_ev"), kit.pile.status("charging")]
    return messages


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """What messages leave behind, without times of receipt."""
    own: dict[str, Any] = {
        "meters": MeterValue.select(
            MeterValue.pile_id, MeterValue.boot, MeterValue.seq, MeterValue.register_wh, MeterValue.at
        ),
        "connectors": ConnectorState.select(),
        "progress": SessionProgress.select(),
        "piles": PileState.select(PileState.pile_id, PileState.is_online, PileState.conn),
        "ids": PileMessage.select(PileMessage.pile_id, PileMessage.message_id),
    }
    return {name: sorted(query.tuples(), key=repr) for name, query in own.items()}
