"""A pile whose counter begins anew within its boot is heard again soon; a single odd message changes nothing."""

import json
import random
from datetime import UTC, datetime

import pytest

from backend.domain.connector import ConnectorStatus
from backend.domain.event import EventKind
from backend.models import Command, Event, MeterValue
from mqtt_bridge.batch import Incoming
from tests.integration.bridge_writer.kit import Kit


def told_before(kit: Kit) -> str:
    """A charge whose pile has counted to a hundred."""
    session_no = kit.charging()
    kit.pile.seq = 100
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250), kit.pile.status("charging"))
    return session_no


def later(kit: Kit) -> Kit:
    """Half a minute later, by the bridge alone: nothing else says that the pile was heard."""
    kit.pile.after(seconds=30)
    return kit


def epochs() -> list[dict[str, int]]:
    rows = Event.select().where(Event.kind == EventKind.PILE_LOST_ITS_COUNTER).order_by(Event.id)
    return [json.loads(row.detail) for row in rows]


@pytest.mark.parametrize("is_restarted", [False, True], ids=["running", "restarted"])
def test_statuses_of_a_pile_that_lost_its_counter_are_heard_again(kit: Kit, *, is_restarted: bool) -> None:
    session_no = told_before(kit)
    if is_restarted:
        kit.writer = kit.new_writer()
    kit.pile.seq = 0
    for _ in range(2):
        later(kit).write(kit.pile.heartbeat())
        assert (kit.connector().status, epochs()) == (ConnectorStatus.CHARGING, [])
    later(kit).write(kit.pile.status("faulted"))
    assert kit.connector().status is ConnectorStatus.FAULTED
    assert epochs() == [{"last_boot": 5, "boot": 5}]
    assert [row.kind for row in Command.select().where(Command.session_id.is_null())] == ["report_status"]
    later(kit).write(kit.pile.meter(session_no, 1_001_000), kit.pile.status("charging"))
    assert (kit.connector().status, kit.connector().register_wh) == (ConnectorStatus.CHARGING, 1_001_000)
    kit.writer.catch_up(is_all=True)
    assert kit.progress(session_no).energy_wh == 1_000
    assert len(epochs()) == 1
    assert kit.conserved()


def test_one_message_does_not_outvote_all_others(kit: Kit) -> None:
    told_before(kit)
    for _ in range(5):
        kit.after(seconds=30).write(kit.pile.heartbeat(seq=1), kit.pile.heartbeat())
    assert epochs() == []
    for _ in range(5):
        kit.after(seconds=30).write(kit.pile.heartbeat(seq=1))
    assert epochs() == [], "a number that does not grow is no counter"


def test_late_repeated_and_reordered_messages_begin_no_epoch(kit: Kit) -> None:
    session_no = told_before(kit)
    chance = random.Random(9)
    sent: list[Incoming] = []
    for number in range(60):
        kit.after(seconds=5)
        sent.append(kit.pile.heartbeat() if number % 3 else kit.pile.meter(session_no, 1_000_260 + number))
    late = sent[:]
    chance.shuffle(late)
    for start in range(0, 60, 7):
        kit.write(*late[start : start + 7], *chance.choices(sent, k=4))
    kit.writer = kit.new_writer()
    kit.write(*sent)
    assert epochs() == []


def test_a_pile_that_lost_its_clock_with_its_counter_is_heard_again(kit: Kit) -> None:
    told_before(kit)
    kit.after(seconds=30)
    lost = datetime(1970, 1, 1, tzinfo=UTC)
    kit.clock_offset, kit.pile.now = lost - kit.pile.now, lost
    kit.pile.seq = 0
    for status in ("charging", "charging", "faulted"):
        kit.after(seconds=30).write(kit.pile.status(status))
    assert kit.connector().status is ConnectorStatus.FAULTED
    assert len(epochs()) == 1


def test_meters_that_were_kept_from_before_the_loss_stay_before_it(kit: Kit) -> None:
    session_no = told_before(kit)
    kept = [
        kit.after(seconds=15).pile.meter(session_no, 1_000_250 + 250 * n, replayed=True) for n in range(1, 4)
    ]
    kit.pile.seq = 0
    for _ in range(3):
        kit.after(seconds=30).write(kit.pile.status("charging"))
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_003_000), *kept)
    assert kit.connector().register_wh == 1_003_000
    registers = [row.register_wh for row in MeterValue.select().order_by(MeterValue.boot, MeterValue.seq)]
    assert registers == sorted(registers)
    kit.after(seconds=15).write(kit.pile.status("suspended_ev"))
    assert kit.connector().status is ConnectorStatus.SUSPENDED_EV


def test_a_lower_boot_is_told_likewise(kit: Kit) -> None:
    told_before(kit)
    kit.after(seconds=15).write(kit.pile.start(1))
    assert epochs() == [{"last_boot": 5, "boot": 1}]
