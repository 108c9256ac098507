"""What the programs do for themselves: timers, events, files, statuses asked for, messages kept apart."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from backend import gateways
from backend.domain.event import EventKind, PileWentOffline
from backend.domain.report import BOOTS_PER_EPOCH
from backend.domain.stored_file import OCTETS, FilePurpose
from backend.domain.timer import TimerKind
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.store import INCOMING, Files
from backend.jobs.events import run_events
from backend.models import (
    Command,
    Event,
    EventConsumer,
    EventRetry,
    Operator,
    Pile,
    Quarantine,
)
from backend.services.access.password_guesses import note_wrong
from backend.services.commands.ask_statuses import ask_statuses
from backend.services.ground.event_queue import Consumer, ToldEvent
from backend.services.ground.events import write_event
from backend.services.ground.stored_files import GRACE, delete_unnamed_files, store_file
from backend.services.ground.timers import ClaimedTimer, claim_timers, renew_claims, retry_timer, set_timer
from backend.services.intake.count_offline import count_offline
from backend.services.intake.mark_silent_piles import mark_silent_piles
from backend.services.intake.quarantine_message import RefusedMessage, quarantine_messages
from backend.services.intake.record_epochs import NewEpoch, record_epochs
from backend.services.upkeep.close_quarantined import close_quarantined
from backend.services.upkeep.delete_old_events import KEPT, delete_old_events
from tests.builders import a_staff
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare, somebody
from tests.scenario import Scenario

BROKEN: Final = "broken"


def put_a_timer_off(world: Scenario) -> Act:
    return partial(retry_timer, timer=_claimed(world), error="OSError: no", now=world.now)


def renew_a_claim(world: Scenario) -> Act:
    return partial(renew_claims, timers=[_claimed(world)], now=world.now)


def ask_after_a_loss(world: Scenario) -> Act:
    pile = (world.pile.id, world.pile.operator_id)
    return partial(_ask_once, pile, now=world.after(minutes=1).now)


def guess_a_password(world: Scenario) -> Act:
    staff = a_staff(operator=Operator.get(), now=world.now)
    return partial(note_wrong, staff_id=staff.id, ip="203.0.113.7", now=world.now)


def hear_of_a_silent_pile(world: Scenario) -> Act:
    return partial(_hear, mark_silent_piles, now=world.now + timedelta(minutes=2))


def hear_badly(world: Scenario) -> Act:
    """A consumer that fails: the event is set aside, fails once more, and is taken when its pile is mended."""
    Pile.update(name=BROKEN).execute()
    _tell_offline(world.pile.pile_no, world.now)
    return _hear_until_mended


def forget_old_events(world: Scenario) -> Act:
    _tell_offline(world.pile.pile_no, world.now)
    _hear(_nothing_happens, now=world.now)
    later = world.now + KEPT + timedelta(days=1)
    _tell_offline(world.pile.pile_no, later)
    _hear(_nothing_happens, now=later)
    return partial(delete_old_events, consumers=["pile_days"], now=later)


def store_a_file(world: Scenario) -> Act:
    return partial(_store_a_file, Path(tempfile.mkdtemp(prefix="xinxiang-files-")), now=world.now)


def delete_a_file(world: Scenario) -> Act:
    folder = Path(tempfile.mkdtemp(prefix="xinxiang-files-"))
    _store_a_file(folder, now=world.now)
    return partial(_delete_files, folder, now=world.now + 2 * GRACE)


def begin_an_epoch(world: Scenario) -> Act:
    epoch = NewEpoch(pile=world.known, last_boot=1, last_seq=100, boot=BOOTS_PER_EPOCH + 1, seq=3)
    return partial(_begin_once, epoch, now=world.now)


def close_a_refused_message(world: Scenario) -> Act:
    refused = RefusedMessage(
        topic="t", pile_no=world.pile.pile_no, payload=b"{", reason="bad_json", detail=""
    )
    quarantine_messages(messages=[refused], now=world.now)
    (row,) = Quarantine.select()
    return partial(
        close_quarantined, staff=somebody(world), quarantine_id=row.id, note="已核对", now=world.now
    )


CASES: Final[Mapping[str, Prepare]] = {
    "timers.retry_timer": put_a_timer_off,
    "timers.renew_claims": renew_a_claim,
    "ask_statuses.ask_statuses": ask_after_a_loss,
    "queue.queue_for_piles": ask_after_a_loss,
    "password_guesses._count_for_account": guess_a_password,
    "mark_silent_piles.mark_silent_piles": hear_of_a_silent_pile,
    "event_queue.hand_out_events": hear_of_a_silent_pile,
    "event_queue.begin_consumer": hear_of_a_silent_pile,
    "event_queue.claim_consumer": hear_of_a_silent_pile,
    "event_queue.take_events": hear_of_a_silent_pile,
    "event_queue.release_consumer": hear_of_a_silent_pile,
    "count_offline.count_offline": hear_of_a_silent_pile,
    "event_queue.set_aside": hear_badly,
    "event_queue.claim_retries": hear_badly,
    "event_queue.note_failed_retry": hear_badly,
    "event_queue.retry_event": hear_badly,
    "delete_old_events.delete_old_events": forget_old_events,
    "stored_files._announce": store_a_file,
    "stored_files._confirm": store_a_file,
    "stored_files._doom": delete_a_file,
    "stored_files._forget": delete_a_file,
    "record_epochs.record_epochs": begin_an_epoch,
    "close_quarantined.close_quarantined": close_a_refused_message,
}


def _claimed(world: Scenario) -> ClaimedTimer:
    set_timer(kind=TimerKind.REVIEW_RELEASE, subject_no="S-of-nobody", due_at=world.now)
    (timer,) = claim_timers(limit=1, now=world.now)
    return timer


def _hear(happens: Callable[..., object], now: datetime) -> None:
    """Something happens, and the jobs go on until everybody has heard of it."""
    happens(now=now)
    EventConsumer.update(claimed_until=None).execute()  # that of a killed process has run out
    for _ in range(3):
        run_events()


def _nothing_happens(now: datetime) -> None:
    del now


def _hear_until_mended() -> None:
    EventConsumer.update(claimed_until=None).execute()
    for name in (BROKEN, BROKEN, BROKEN, "mended", "mended"):
        if Pile.get().name == BROKEN:
            Pile.update(name=name).execute()
        for row in list(EventRetry.select()):
            EventRetry.update(due_at=row.due_at - timedelta(days=1)).execute()
        run_events([STRICT])


def _count_strictly(events: Sequence[ToldEvent], now: datetime) -> None:
    if Pile.get().name == BROKEN:
        raise LookupError(BROKEN)
    count_offline(events, now)


STRICT: Final = Consumer(
    "strict", frozenset({EventKind.PILE_WENT_OFFLINE}), _count_strictly, from_the_first=True
)


def _tell_offline(pile_no: str, now: datetime) -> None:
    detail = PileWentOffline(station_no="ST1", is_silent=True)
    write_event(detail=detail, object_no=pile_no, operator_id=Operator.get().id, now=now)


def _store_a_file(folder: Path, now: datetime) -> None:
    files = Files(store=LocalFolder(folder), incoming=folder / INCOMING, max_bytes=100)
    gateways.configure_files(files)
    with files.receive(max_bytes=100) as file:
        file.write(b"a photo")
        file.close()
        store_file(file=file, media_type=OCTETS, purpose=FilePurpose.PHOTO, now=now)


def _delete_files(folder: Path, now: datetime) -> None:
    gateways.configure_files(Files(store=LocalFolder(folder), incoming=folder / INCOMING, max_bytes=100))
    delete_unnamed_files(now=now)


def _ask_once(pile: tuple[int, int], now: datetime) -> None:
    """What a bridge does, which remembers whom it has asked."""
    if not Command.select().exists():
        ask_statuses(piles=[pile], not_told_since=now, now=now)


def _begin_once(epoch: NewEpoch, now: datetime) -> None:
    """What a bridge does, whose mark of the pile is a row by then."""
    if not Event.select().where(Event.kind == EventKind.PILE_LOST_ITS_COUNTER).exists():
        record_epochs(epochs=[epoch], now=now)
