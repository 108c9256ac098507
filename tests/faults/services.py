"""The services that only time or a broken pile brings about: each killed before and after its commit, then done again.

A killed process leaves everything or nothing, and doing it again ends exactly as if nobody had died.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.command import CommandKind
from backend.domain.decision import Decision
from backend.domain.errors import ChannelUnavailable
from backend.domain.event import EventKind, PileWentOffline
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.permission import ActorKind, Permission
from backend.domain.policy import DEFAULTS
from backend.domain.report import BOOTS_PER_EPOCH
from backend.domain.stored_file import OCTETS, FilePurpose
from backend.domain.timer import TimerKind
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.store import INCOMING, Files
from backend.jobs.events import run_events
from backend.models import (
    TABLES,
    Command,
    Event,
    EventConsumer,
    EventRetry,
    Operator,
    Order,
    Payment,
    Pile,
    PileDay,
    PlugClaim,
    Quarantine,
    RecordSegment,
    Refund,
    RefundPart,
    Session,
    SessionDecision,
    SessionProgress,
    SessionRecord,
    StoredFile,
    Timer,
)
from backend.models.engine import database as db
from backend.models.engine.migrations import apply_migrations
from backend.models.ledger import LedgerPosting
from backend.services.access.password_guesses import note_wrong
from backend.services.charging.decide_session import Verdict, decide_session
from backend.services.charging.expire_command import expire_command
from backend.services.charging.expire_start import expire_start
from backend.services.charging.raise_limit import raise_limit
from backend.services.charging.release_plug import release_plug
from backend.services.charging.release_review import release_review
from backend.services.charging.repeat_stop import repeat_stop
from backend.services.charging.session_evidence import gather
from backend.services.charging.stop_session import stop_session
from backend.services.charging.watch_session import watch_session
from backend.services.commands.ask_statuses import ask_statuses
from backend.services.ground.event_queue import Consumer, ToldEvent
from backend.services.ground.events import write_event
from backend.services.ground.stored_files import GRACE, delete_unnamed_files, store_file
from backend.services.ground.timers import ClaimedTimer, claim_timers, renew_claims, retry_timer, set_timer
from backend.services.intake.count_offline import count_offline
from backend.services.intake.load_progress import load_progress
from backend.services.intake.mark_silent_piles import mark_silent_piles
from backend.services.intake.quarantine_message import RefusedMessage, quarantine_messages
from backend.services.intake.record_epochs import NewEpoch, record_epochs
from backend.services.intake.record_meters import write_behind
from backend.services.payments import refresh_payment, top_up_wallet
from backend.services.payments.claim_refund_steps import claim_refund_steps
from backend.services.payments.refund_wallet import refund_wallet
from backend.services.payments.step_refund_part import step_refund_part
from backend.services.upkeep.close_quarantined import close_quarantined
from backend.services.upkeep.delete_old_events import KEPT, delete_old_events
from backend.services.upkeep.pay_out_refund_part import pay_out_refund_part
from backend.services.upkeep.recount_stations import recount_station
from backend.services.upkeep.retry_refund_part import retry_refund_part
from mqtt_bridge.batch import Writer
from tests.builders import a_staff
from tests.faults import station_services
from tests.faults.armed import Act, die_at
from tests.invariants import Violation, find_violations
from tests.pile_voice import PileVoice
from tests.real_parts import running_mariadb
from tests.refund_channel import LOST, REFUSED, connected, pay_top_up
from tests.scenario import Scenario

START_WH: Final = 1_000_000
IMPOSSIBLE_WH: Final = 900_000
"""More than the pile can deliver in a minute."""
LAGGING: Final = frozenset({"I12"})
"""The latest rows may lag behind the readings (docs/adr/0009) until whoever died is back."""
BROKEN: Final = "broken"
PHASES: Final = ("before_commit", "after_commit")


def expire_a_start(world: Scenario) -> Act:
    session_no = world.start(world.driver()).session_no
    return partial(expire_start, session_no=session_no, now=world.after(seconds=90).now)


def expire_a_command(world: Scenario) -> Act:
    (command,) = world.commands(world.start(world.driver()).session_no)
    return partial(expire_command, command_no=command.command_no, now=world.after(seconds=35).now)


def refuse_a_start(world: Scenario) -> Act:
    (command,) = world.commands(world.start(world.driver()).session_no)
    return partial(world.answer, command, "rejected", "faulted")


def settle_a_silent_session(world: Scenario) -> Act:
    session_no = _charging(world)
    world.after(seconds=DEFAULTS.terms.provisional_after_s)
    return partial(watch_session, session_no=session_no, now=world.now)


def correct_a_provisional_order(world: Scenario) -> Act:
    settle = settle_a_silent_session(world)
    settle()
    (session,) = Session.select()
    started_at = session.started_at
    world.after(minutes=10)
    return partial(world.say_ended, session.session_no, 5_000, started_at=started_at)


def end_a_charge(world: Scenario) -> Act:
    session_no = _charging(world)
    world.after(minutes=10)
    return partial(world.say_ended, session_no, 5_000)


def end_an_unknown_session(world: Scenario) -> Act:
    return partial(world.say_ended, "S-of-nobody", 5_000)


def release_a_review(world: Scenario) -> Act:
    session_no = _charging(world)
    world.after(minutes=1)
    world.say_ended(session_no, IMPOSSIBLE_WH)
    return partial(release_review, session_no=session_no, now=world.after(hours=24).now)


def put_before_a_person(world: Scenario) -> Act:
    session_no = _charging(world)
    world.after(minutes=1)
    return partial(world.say_ended, session_no, IMPOSSIBLE_WH)


def begin_a_charge_again(world: Scenario) -> Act:
    """A power cut, and the charge resumes at a higher register: a doubt is kept."""
    session_no = _charging(world)
    world.after(minutes=1)
    return partial(world.say_started, session_no, 1_000_500)


def close_a_payment(world: Scenario) -> Act:
    return partial(refresh_payment._close, payment_no=_payment(world), now=world.after(minutes=31).now)


def fail_to_order_a_payment(world: Scenario) -> Act:
    return partial(_note_failure, payment_no=_payment(world))


def write_what_lags(world: Scenario) -> Act:
    """A second reading in the same moment is kept as a reading, and its session's row lags behind it."""
    session_no = _charging(world)
    voice = PileVoice(world.pile.pile_no, world.after(seconds=30).now)
    writer = Writer(acknowledge=lambda _: None, publish=lambda _, __: None, clock=lambda: world.now)
    for register_wh in (START_WH + 100, START_WH + 103):
        writer.write([voice.after(milliseconds=300).meter(session_no, register_wh)])
    return partial(_catch_up, now=world.now)


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


def recount_a_station(world: Scenario) -> Act:
    settle_a_silent_session(world)()
    (order,) = Order.select()
    return partial(recount_station, station_id=order.station_id)


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


def _stopped(world: Scenario, result: str, reason: str = "") -> tuple[str, Callable[[], None]]:
    """A charge whose driver's stop was answered so; and the driver's next tap, six seconds later."""
    driver = world.driver()
    session_no = world.start(driver).session_no
    world.after(seconds=5)
    world.say_started(session_no, START_WH)
    stop_session(driver=driver, session_no=session_no, now=world.now)
    world.answer(world.commands(session_no)[-1], result, reason)
    return session_no, partial(
        stop_session, driver=driver, session_no=session_no, now=world.now + timedelta(seconds=6)
    )


def repeat_a_stop(world: Scenario) -> Act:
    session_no, _ = _stopped(world, "rejected")
    return partial(repeat_stop, session_no=session_no, now=world.after(seconds=15).now)


def ask_for_a_stop_again(world: Scenario) -> Act:
    return _stopped(world, "accepted")[1]


def end_what_its_pile_does_not_know(world: Scenario) -> Act:
    session_no, _ = _stopped(world, "failed", "unknown_session")
    return partial(repeat_stop, session_no=session_no, now=world.after(seconds=3).now)


def raise_a_limit(world: Scenario) -> Act:
    session_no = _charging(world)
    Pile.update(capabilities="start,stop,set_limit").execute()
    session = world.session(session_no)
    more_wh = (session.limit_wh or 0) + 1_000
    return partial(raise_limit, session_id=session.id, limit_wh=more_wh, now=world.now)


def refuse_a_limit(world: Scenario) -> Act:
    raise_a_limit(world)()
    (command,) = Command.select().where(Command.kind == CommandKind.SET_LIMIT)
    return partial(world.answer, command, "rejected", "unknown_kind")


def begin_an_epoch(world: Scenario) -> Act:
    epoch = NewEpoch(pile=world.known, last_boot=1, last_seq=100, boot=BOOTS_PER_EPOCH + 1, seq=3)
    return partial(_begin_once, epoch, now=world.now)


def decide_a_review(world: Scenario) -> Act:
    put_before_a_person(world)()
    (session,) = Session.select()
    verdict = Verdict(
        decision=Decision.BILL_REGISTER,
        reason="止码跳变",
        seen=gather(session).seen,
        register_end_wh=START_WH + 1_000,
    )
    return partial(
        decide_session,
        staff=_staff(world),
        session_no=session.session_no,
        verdict=verdict,
        idempotency_key="k",
        now=world.after(minutes=1).now,
    )


def release_a_plug(world: Scenario) -> Act:
    end_a_charge(world)()
    connector_no = world.connector().connector_no
    return partial(
        release_plug, staff=_staff(world), connector_no=connector_no, reason="车已开走", now=world.now
    )


def close_a_refused_message(world: Scenario) -> Act:
    refused = RefusedMessage(
        topic="t", pile_no=world.pile.pile_no, payload=b"{", reason="bad_json", detail=""
    )
    quarantine_messages(messages=[refused], now=world.now)
    (row,) = Quarantine.select()
    return partial(close_quarantined, staff=_staff(world), quarantine_id=row.id, note="已核对", now=world.now)


def _for_staff(prepare: station_services.Prepare) -> Callable[[Scenario], Act]:
    return lambda world: prepare(_staff(world), world.now)


def ask_money_back(world: Scenario) -> Act:
    driver, _ = _paid(world)
    return partial(_ask_money_back, driver, world.now)


def claim_a_refund(world: Scenario) -> Act:
    _asked_back(world)
    return partial(claim_refund_steps, limit=10, now=world.now)


def send_a_refund(world: Scenario) -> Act:
    part_no = _asked_back(world)
    return partial(_send_refund, part_no, now=world.now)


def lose_a_refund(world: Scenario) -> Act:
    part_no = _asked_back(world)
    return partial(_lose_refund, part_no, now=world.now)


def retry_a_refund(world: Scenario) -> Act:
    part_no = _asked_back(world, refused=True)
    return partial(retry_refund_part, staff=_staff(world), part_no=part_no, now=world.now)


def pay_a_refund_out(world: Scenario) -> Act:
    part_no = _asked_back(world, refused=True)
    return partial(_pay_refund_out, part_no, _staff(world), now=world.now)


CASES: Final[Mapping[str, Callable[[Scenario], Act]]] = {
    "expire_start.expire_start": expire_a_start,
    "expire_command.expire_command": expire_a_command,
    "fail_session.fail_session": refuse_a_start,
    "release.release_hold": refuse_a_start,
    "watch_session.watch_session": settle_a_silent_session,
    # in a crowd the batch of a final record is often killed elsewhere first
    "end_session.end_session": end_a_charge,
    "settle_order.settle_order": end_a_charge,
    "roll_ups.bump_charging": end_a_charge,
    "release.free_connector": end_a_charge,
    "timers.clear_session_timers": end_a_charge,
    "correct_order.correct_order": correct_a_provisional_order,
    "open_unknown_session.open_unknown_session": end_an_unknown_session,
    "review_session.review_session": put_before_a_person,
    "note_doubt.note_doubt": begin_a_charge_again,
    "release_review.release_review": release_a_review,
    "record_meters.write_behind": write_what_lags,
    "refresh_payment._close": close_a_payment,
    "top_up_wallet._record_failure": fail_to_order_a_payment,
    "timers.retry_timer": put_a_timer_off,
    "timers.renew_claims": renew_a_claim,
    "ask_statuses.ask_statuses": ask_after_a_loss,
    "queue.queue_for_piles": ask_after_a_loss,
    "password_guesses._count_for_account": guess_a_password,
    "recount_stations.recount_station": recount_a_station,
    "events.write_events": end_a_charge,
    "events.write_event": put_before_a_person,
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
    "repeat_stop.repeat_stop": repeat_a_stop,
    "send_stop.insist_on_stop": ask_for_a_stop_again,
    "settle_by_readings.settle_by_readings": end_what_its_pile_does_not_know,
    "raise_limit.raise_limit": raise_a_limit,
    "raise_limit.take_back_limit": refuse_a_limit,
    "record_epochs.record_epochs": begin_an_epoch,
    "keep_record.keep_record": put_before_a_person,
    "decide_session.decide_session": decide_a_review,
    "plug_claims.claim_plug": end_a_charge,
    "plug_claims.free_plugs": release_a_plug,
    "release_plug.release_plug": release_a_plug,
    "close_quarantined.close_quarantined": close_a_refused_message,
    **{name: _for_staff(prepare) for name, prepare in station_services.STATION_CASES.items()},
    "refund_wallet.refund_wallet": ask_money_back,
    "claim_refund_steps.claim_refund_steps": claim_a_refund,
    "step_refund_part._claim": send_a_refund,
    "record_refund._record": send_a_refund,
    "step_refund_part._record_failure": lose_a_refund,
    "retry_refund_part.retry_refund_part": retry_a_refund,
    "pay_out_refund_part._close": pay_a_refund_out,
}
"""The service of the crash points → what leads up to it."""


@dataclass
class Outcome:
    """What a sweep of services visited and found; `problems` are endings that differ, one sentence each."""

    visited: set[str] = field(default_factory=set)
    kills: int = 0
    violations: list[Violation] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def sweep_services(folder: Path) -> Outcome:
    """Every case at both of its points, on a MariaDB of its own in `folder`."""
    outcome = Outcome()
    with running_mariadb(folder) as server, _bound(server.fresh_database()) as url:
        for service, prepare in CASES.items():
            expected = _undisturbed(prepare)
            for phase in PHASES:
                point = f"{service}.{phase}"
                act = prepare(_new_world())
                if not die_at(point, url, act):
                    outcome.problems.append(f"{point} was not reached")
                    continue
                outcome.visited.add(point)
                outcome.kills += 1
                outcome.violations += [one for one in find_violations() if one.invariant not in LAGGING]
                act()
                outcome.violations += find_violations()
                if (found := _fingerprint()) != expected:
                    outcome.problems.append(f"{point}: ended as {found} instead of {expected}")
    return outcome


@contextmanager
def _bound(database_url: str) -> Iterator[str]:
    db.connect(database_url)
    apply_migrations()
    try:
        yield database_url
    finally:
        db.close()


def _new_world() -> Scenario:
    """Tables without a row but those of a new scenario."""
    for table in TABLES:
        table.delete().execute()
    db.forget()
    return Scenario()


def _undisturbed(prepare: Callable[[Scenario], Act]) -> Any:
    """How it ends when nobody dies."""
    act = prepare(_new_world())
    act()
    act()
    return _fingerprint()


def _fingerprint() -> Any:
    """All that a driver, a pile or a job could tell apart, without numbers that are new each time."""
    return (
        [(row.state, row.failure_reason, row.stop_reason, row.review_reason) for row in Session.select()],
        [(row.state, row.total_fen, row.captured_fen, row.released_fen) for row in Order.select()],
        sorted(row.amount_fen for row in LedgerPosting.select()),
        [(row.kind, row.state) for row in Command.select().order_by(Command.id)],
        [(row.state, row.last_error, row.refunded_fen) for row in Payment.select()],
        [row.state for row in Refund.select()],
        [(row.state, row.last_error, row.payout_reference, row.ended_at) for row in RefundPart.select()],
        [(row.register_wh, row.energy_wh) for row in SessionProgress.select()],
        sorted((row.kind, row.due_at, row.last_error) for row in Timer.select()),
        sorted(row.kind for row in Event.select()),
        [row.times_offline for row in PileDay.select()],
        EventRetry.select().count(),
        [(row.sha256, row.state) for row in StoredFile.select()],
        [(row.number, row.total_fen) for row in SessionDecision.select()],
        (PlugClaim.select().count(), SessionRecord.select().count(), RecordSegment.select().count()),
        [row.closing_note for row in Quarantine.select()],
        station_services.fingerprint(),
    )


def _staff(world: Scenario) -> Actor:
    """Somebody of the platform who may do all of it."""
    return Actor(
        kind=ActorKind.STAFF,
        id=a_staff(operator=Operator.get(), now=world.now).id,
        no="staff",
        is_platform=True,
        permissions=frozenset(one.value for one in Permission),
    )


def _charging(world: Scenario) -> str:
    session_no = world.start(world.driver()).session_no
    world.after(seconds=5)
    world.say_started(session_no, START_WH)
    return session_no


def _catch_up(now: datetime) -> None:
    """What a bridge does with the sessions it finds at its start."""
    write_behind(sessions=list(load_progress(list(Session.select())).values()), now=now)


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


def _note_failure(payment_no: str) -> None:
    top_up_wallet._record_failure(payment_no=payment_no, failure=ChannelUnavailable())


def _paid(world: Scenario) -> tuple[Actor, Payment]:
    """A driver who paid 50 yuan."""
    connected()
    driver = world.driver(0)
    payment = pay_top_up(
        driver=driver,
        operator_id=Operator.get().id,
        amount_fen=5_000,
        transaction_no="4200000000001",
        now=world.now,
    )
    return driver, payment


def _asked_back(world: Scenario, *, refused: bool = False) -> str:
    """The number of a part on its way; `refused`: the channel will not take it."""
    driver, _ = _paid(world)
    refund_wallet(driver=driver, amount_fen=1_000, idempotency_key="k", now=world.now)
    (part,) = RefundPart.select()
    if refused:
        connected(REFUSED)
        step_refund_part(part_no=part.part_no, now=world.now)
    return str(part.part_no)


def _ask_money_back(driver: Actor, now: datetime) -> None:
    connected()
    refund_wallet(driver=driver, amount_fen=1_000, idempotency_key="k", now=now)


def _send_refund(part_no: str, now: datetime) -> None:
    connected()
    step_refund_part(part_no=part_no, now=now)


def _pay_refund_out(part_no: str, staff: Actor, now: datetime) -> None:
    connected()
    pay_out_refund_part(staff=staff, part_no=part_no, reference="T-1", reason="卡已注销", now=now)


def _lose_refund(part_no: str, now: datetime) -> None:
    connected(LOST)
    step_refund_part(part_no=part_no, now=now)


def _payment(world: Scenario) -> str:
    """A payment that waits for its driver."""
    payment = Payment.create(
        payment_no="P-waiting",
        driver_id=world.driver(0).id,
        operator_id=Operator.get().id,
        purpose=PaymentPurpose.TOP_UP,
        channel=Channel.WECHAT,
        amount_fen=5_000,
        state=PaymentState.CREATED,
        created_at=world.now,
        expires_at=world.now.replace(microsecond=0),
    )
    return str(payment.payment_no)
