"""What happens to charges: starts that expire, silence, records, stops, limits, reviews."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from backend.domain.command import CommandKind
from backend.domain.decision import Decision
from backend.domain.policy import DEFAULTS
from backend.models import (
    Command,
    Order,
    Pile,
    Session,
)
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
from backend.services.intake.load_progress import load_progress
from backend.services.intake.record_meters import write_behind
from backend.services.upkeep.recount_stations import recount_station
from mqtt_bridge.batch import Writer
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import START_WH, Prepare, charging, somebody
from tests.pile_voice import PileVoice
from tests.scenario import Scenario

IMPOSSIBLE_WH: Final = 900_000
"""More than the pile can deliver in a minute."""


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
    session_no = charging(world)
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
    session_no = charging(world)
    world.after(minutes=10)
    return partial(world.say_ended, session_no, 5_000)


def end_an_unknown_session(world: Scenario) -> Act:
    return partial(world.say_ended, "S-of-nobody", 5_000)


def release_a_review(world: Scenario) -> Act:
    session_no = charging(world)
    world.after(minutes=1)
    world.say_ended(session_no, IMPOSSIBLE_WH)
    return partial(release_review, session_no=session_no, now=world.after(hours=24).now)


def put_before_a_person(world: Scenario) -> Act:
    session_no = charging(world)
    world.after(minutes=1)
    return partial(world.say_ended, session_no, IMPOSSIBLE_WH)


def begin_a_charge_again(world: Scenario) -> Act:
    """A power cut, and the charge resumes at a higher register: a doubt is kept."""
    session_no = charging(world)
    world.after(minutes=1)
    return partial(world.say_started, session_no, 1_000_500)


def write_what_lags(world: Scenario) -> Act:
    """A second reading in the same moment is kept as a reading, and its session's row lags behind it."""
    session_no = charging(world)
    voice = PileVoice(world.pile.pile_no, world.after(seconds=30).now)
    writer = Writer(acknowledge=lambda _: None, publish=lambda _, __: None, clock=lambda: world.now)
    for register_wh in (START_WH + 100, START_WH + 103):
        writer.write([voice.after(milliseconds=300).meter(session_no, register_wh)])
    return partial(_catch_up, now=world.now)


def repeat_a_stop(world: Scenario) -> Act:
    session_no, _ = _stopped(world, "rejected")
    return partial(repeat_stop, session_no=session_no, now=world.after(seconds=15).now)


def ask_for_a_stop_again(world: Scenario) -> Act:
    return _stopped(world, "accepted")[1]


def end_what_its_pile_does_not_know(world: Scenario) -> Act:
    session_no, _ = _stopped(world, "failed", "unknown_session")
    return partial(repeat_stop, session_no=session_no, now=world.after(seconds=3).now)


def raise_a_limit(world: Scenario) -> Act:
    session_no = charging(world)
    Pile.update(capabilities="start,stop,set_limit").execute()
    session = world.session(session_no)
    more_wh = (session.limit_wh or 0) + 1_000
    return partial(raise_limit, session_id=session.id, limit_wh=more_wh, now=world.now)


def refuse_a_limit(world: Scenario) -> Act:
    raise_a_limit(world)()
    (command,) = Command.select().where(Command.kind == CommandKind.SET_LIMIT)
    return partial(world.answer, command, "rejected", "unknown_kind")


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
        staff=somebody(world),
        session_no=session.session_no,
        verdict=verdict,
        idempotency_key="k",
        now=world.after(minutes=1).now,
    )


def release_a_plug(world: Scenario) -> Act:
    end_a_charge(world)()
    connector_no = world.connector().connector_no
    return partial(
        release_plug, staff=somebody(world), connector_no=connector_no, reason="车已开走", now=world.now
    )


def recount_a_station(world: Scenario) -> Act:
    settle_a_silent_session(world)()
    (order,) = Order.select()
    return partial(recount_station, station_id=order.station_id)


CASES: Final[Mapping[str, Prepare]] = {
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
    "recount_stations.recount_station": recount_a_station,
    "events.write_events": end_a_charge,
    "events.write_event": put_before_a_person,
    "repeat_stop.repeat_stop": repeat_a_stop,
    "send_stop.insist_on_stop": ask_for_a_stop_again,
    "settle_by_readings.settle_by_readings": end_what_its_pile_does_not_know,
    "raise_limit.raise_limit": raise_a_limit,
    "raise_limit.take_back_limit": refuse_a_limit,
    "keep_record.keep_record": put_before_a_person,
    "decide_session.decide_session": decide_a_review,
    "plug_claims.claim_plug": end_a_charge,
    "plug_claims.free_plugs": release_a_plug,
    "release_plug.release_plug": release_a_plug,
}


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


def _catch_up(now: datetime) -> None:
    """What a bridge does with the sessions it finds at its start."""
    write_behind(sessions=list(load_progress(list(Session.select())).values()), now=now)
