"""Events: told with the commit and never without it, heard by every consumer however late they commit or badly they fit."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
import structlog

from backend.domain.event import (
    SHAPES,
    Detail,
    EventKind,
    PileCameOnline,
    PileWentOffline,
    decode_detail,
    kind_of,
)
from backend.gateways.clock import utc_now
from backend.jobs.events import CONSUMERS, run_events, tell_parked
from backend.models import AuditRow, Event, EventConsumer, EventRetry, PileDay, PileState
from backend.models.engine.database import transact
from backend.models.engine.fields import ENUM_LENGTH
from backend.services.ground.audit import write_audit
from backend.services.ground.event_queue import PARK_AFTER, Consumer, ToldEvent
from backend.services.ground.events import Fact, write_event, write_events
from backend.services.intake.mark_silent_piles import mark_silent_piles
from backend.services.upkeep.delete_old_events import KEPT, delete_old_events
from tests.at_once import at_once
from tests.builders import a_pile, a_staff, a_station, a_token, an_operator
from tests.pile_voice import PileVoice
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")
NAMES = [consumer.name for consumer in CONSUMERS]
POISON = "P-poison"


def write_down(events: Sequence[ToldEvent], now: datetime) -> None:
    """A consumer: one audit row for each event; one event it cannot take."""
    for event in events:
        write_audit(
            actor=None,
            action="heard",
            object_kind="pile",
            object_no=event.object_no,
            operator_id=event.operator_id,
            detail={},
            now=now,
        )
        if event.object_no == POISON:
            raise LookupError(POISON)


LISTENER = Consumer("listener", frozenset({EventKind.PILE_CAME_ONLINE}), write_down, from_the_first=True)


def tell(*numbers: str) -> None:
    now = utc_now()
    facts = [Fact(detail=PileCameOnline(station_no="ST1"), object_no=no, operator_id=1) for no in numbers]
    write_events(facts, now=now)


def listen(turns: int = 1) -> None:
    for _ in range(turns):
        run_events([LISTENER])


def heard() -> list[str]:
    rows = AuditRow.select().where(AuditRow.action == "heard").order_by(AuditRow.id)
    return [row.object_no for row in rows]


def kinds(object_no: str) -> list[str]:
    return [row.kind for row in Event.select().where(Event.object_no == object_no).order_by(Event.id)]


def test_every_kind_has_a_struct_of_its_own_and_a_name_that_fits() -> None:
    assert set(SHAPES) == set(EventKind)
    assert len({shape[1] for shape in SHAPES.values()}) == len(SHAPES)
    assert max(map(len, EventKind)) <= ENUM_LENGTH
    detail: Detail = PileWentOffline(station_no="ST1", is_silent=True)
    text = msgspec.json.encode(detail).decode()
    assert decode_detail(kind_of(detail), text) == detail
    assert decode_detail(kind_of(detail), text[:-1] + ',"newer":1}') == detail


def test_a_charge_tells_what_became_of_it_in_its_own_transactions() -> None:
    world = Scenario()
    settled = world.start(world.driver()).session_no
    world.say_started(settled)
    world.after(minutes=30)
    world.say_ended(settled, 5_000)
    order = world.order(settled)
    assert kinds(settled) == ["session_started", "session_ended"]
    assert kinds(order.order_no) == ["order_settled"]
    row = Event.get(Event.object_no == order.order_no)
    assert (row.operator_id, row.at) == (order.operator_id, world.now)
    assert msgspec.json.decode(row.detail) == {
        "session_no": settled,
        "total_fen": order.total_fen,
        "debt_fen": 0,
        "is_provisional": False,
        "ended_before": None,
    }
    world.next_car()
    failed = world.start(world.driver()).session_no
    world.say_ended(failed, 0)
    assert kinds(failed) == ["session_failed"]
    reviewed = world.start(world.driver()).session_no
    world.say_started(reviewed)
    world.say_ended(reviewed, 900_000)
    assert kinds(reviewed) == ["session_started", "session_put_in_review"]


def test_what_is_rolled_back_is_told_to_nobody() -> None:
    def fail() -> None:
        tell("P1")
        raise LookupError

    with pytest.raises(LookupError):
        transact(fail)
    listen(2)
    assert (heard(), Event.select().count()) == ([], 0)


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_an_event_that_commits_after_a_later_one_is_heard_too() -> None:
    is_written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        def work() -> None:
            tell("P-slow")
            is_written.set()
            assert may_commit.wait(30)

        transact(work)

    def quick() -> None:
        assert is_written.wait(30)
        tell("P-quick")
        listen(2)
        assert heard() == ["P-quick"]
        may_commit.set()

    assert at_once([slow, quick]) == ["ok", "ok"]
    slow_id, quick_id = (Event.get(Event.object_no == no).id for no in ("P-slow", "P-quick"))
    assert slow_id < quick_id
    listen()
    assert heard() == ["P-quick", "P-slow"]


def test_a_new_consumer_begins_with_what_is_kept_or_with_what_comes_next() -> None:
    late = Consumer("late", LISTENER.kinds, write_down, from_the_first=False)
    tell("P1")
    run_events([late])
    tell("P2")
    run_events([late])
    assert heard() == ["P2"]
    listen(2)
    assert heard() == ["P2", "P1", "P2"]


def test_other_kinds_and_those_of_a_newer_program_are_passed_over() -> None:
    tell("P1")
    write_event(
        detail=PileWentOffline(station_no="ST1", is_silent=True),
        object_no="P1",
        operator_id=1,
        now=utc_now(),
    )
    Event.create(
        at=utc_now(), kind="of_tomorrow", operator_id=1, object_kind="pile", object_no="P1", detail="{}"
    )
    tell("P2")
    listen(2)
    assert heard() == ["P1", "P2"]


def test_a_poisonous_event_stops_no_other_is_tried_again_and_parked_at_last() -> None:
    tell("P1", POISON, "P2")
    with structlog.testing.capture_logs() as logs:
        listen(2)
        assert heard() == ["P1", "P2"]
        retry = EventRetry.get()
        assert (retry.attempts, retry.is_parked, retry.last_error) == (1, False, f"LookupError: {POISON}")
        assert retry.due_at > utc_now()
        waits = []
        for _ in range(PARK_AFTER + 3):
            before = EventRetry.get()
            if not before.is_parked:
                now = utc_now()
                EventRetry.update(due_at=now - timedelta(seconds=1)).execute()
                listen()
                waits.append(round((EventRetry.get().due_at - now).total_seconds(), -1))
        assert waits == sorted(waits)
        assert waits[-1] > waits[0] * 100
        assert (EventRetry.get().is_parked, EventRetry.get().attempts) == (True, PARK_AFTER)
        assert tell_parked(now=utc_now()) == 1
    assert [log["consumer"] for log in logs if log["event"] == "event_parked"] == ["listener"]
    assert [log["events"] for log in logs if log["event"] == "events_parked"] == [1]
    # a person mends what it met and lets it go on
    Event.update(object_no="P3").where(Event.object_no == POISON).execute()
    EventRetry.update(is_parked=False, due_at=utc_now() - timedelta(seconds=1)).execute()
    listen()
    assert (heard(), EventRetry.select().count()) == (["P1", "P2", "P3"], 0)


def test_several_processes_hear_each_event_once() -> None:
    listen()
    numbers = [f"P{number}" for number in range(450)]
    tell(*numbers)

    def work() -> None:
        for _ in range(200):
            EventConsumer.update(claimed_until=None).execute()  # as if every claim had run out
            listen()
            if len(heard()) >= len(numbers):
                return

    assert set(at_once([work] * 3)) == {"ok"}
    assert heard() == numbers


@pytest.fixture
def world(database: str) -> Scenario:
    del database
    return Scenario()


def says(world: Scenario, *messages: Any) -> None:
    from mqtt_bridge.batch import Writer

    writer = Writer(
        acknowledge=lambda _: None, publish=lambda _topic, _payload: None, clock=lambda: world.now
    )
    writer.write(messages)


def test_a_pile_tells_when_it_comes_and_when_it_goes(world: Scenario) -> None:
    world.disconnect()
    voice = PileVoice(world.pile.pile_no, world.now)
    says(world, voice.online())
    says(world, voice.status("plugged"))
    assert kinds(world.pile.pile_no) == ["pile_came_online"]
    world.now += timedelta(seconds=91)
    PileState.update(last_seen_at=world.now - timedelta(seconds=91)).execute()
    assert mark_silent_piles(now=world.now) == 1
    assert mark_silent_piles(now=world.now) == 0
    says(world, voice.after(seconds=91).status("plugged"))
    says(world, voice.online(online=False))
    told = Event.select().where(Event.object_no == world.pile.pile_no).order_by(Event.id)
    assert [(row.kind, msgspec.json.decode(row.detail).get("is_silent")) for row in told] == [
        ("pile_came_online", None),
        ("pile_went_offline", True),
        ("pile_came_online", None),
        ("pile_went_offline", False),
    ]


def test_a_pile_that_has_lost_its_counter_is_told(world: Scenario) -> None:
    voice = PileVoice(world.pile.pile_no, world.now)
    says(world, voice.start(5))
    says(world, voice.start(2))
    (event,) = Event.select().where(Event.kind == EventKind.PILE_LOST_ITS_COUNTER)
    assert msgspec.json.decode(event.detail) == {"last_boot": 5, "boot": 2}


def test_the_desk_sees_how_often_a_pile_went_offline_in_seven_days() -> None:
    from tests.api_server import running_api

    now = utc_now()
    operator = an_operator(now=now)
    pile, other = (a_pile(station=a_station(now=now, operator=operator), now=now) for _ in range(2))
    for days, number in ((0, pile), (0, pile), (3, pile), (8, pile), (0, other)):
        write_event(
            detail=PileWentOffline(station_no="ST1", is_silent=False),
            object_no=number.pile_no,
            operator_id=operator.id,
            now=now - timedelta(days=days),
        )
    write_event(
        detail=PileWentOffline(station_no="ST1", is_silent=False), object_no="gone", operator_id=1, now=now
    )
    for _ in range(2):
        run_events()
    assert sorted(row.times_offline for row in PileDay.select()) == [1, 1, 1, 2]
    with running_api() as client:
        desk = client.as_owner_of(a_token(owner=a_staff(operator=operator, now=now), now=now))
        seen = [desk.get(f"/api/v1/admin/piles/{one.pile_no}").json() for one in (pile, other)]
    assert [one["times_offline"] for one in seen] == [3, 1]


def test_old_events_go_once_everybody_is_past_them() -> None:
    now = utc_now()
    for age in (KEPT + timedelta(days=1), KEPT - timedelta(days=1)):
        write_event(
            detail=PileCameOnline(station_no="ST1"), object_no=str(age.days), operator_id=1, now=now - age
        )
    assert delete_old_events(consumers=NAMES, now=now) == 0
    run_events()
    assert delete_old_events(consumers=NAMES, now=now) == 0
    run_events()
    tell("P1")
    run_events()
    EventRetry.create(consumer="listener", event_id=Event.select().order_by(Event.id).get().id, due_at=now)
    assert delete_old_events(consumers=NAMES, now=now) == 0
    EventRetry.delete().execute()
    assert [delete_old_events(consumers=NAMES, now=now) for _ in range(2)] == [1, 0]
    assert [row.object_no for row in Event.select().order_by(Event.id)] == ["29", "P1"]


def test_a_fleet_tells_of_itself_at_once() -> None:
    tell(*(f"P{number}" for number in range(10_000)))
    assert Event.select().count() == 10_000
