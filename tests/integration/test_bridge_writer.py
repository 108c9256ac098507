"""The writer on both databases: what becomes of messages, once, in any order, and when something is wrong."""

import json
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from backend.domain.command import CommandKind
from backend.domain.connector import ConnectorStatus
from backend.domain.errors import ServiceUnavailable
from backend.domain.order import OrderState
from backend.domain.session import SessionState, StopReason
from backend.live import live_status
from backend.models import (
    Command,
    ConnectorState,
    MeterValue,
    Pile,
    PileMessage,
    PileState,
    Quarantine,
    SessionProgress,
)
from backend.models.database import database as bound
from backend.services.commands import claim_commands
from backend.services.record_meters import record_meters
from backend.services.touch_piles import touch_piles
from mqtt_bridge import application, inbound
from mqtt_bridge import batch as batch_module
from mqtt_bridge.batch import Incoming, StoppedError, Writer
from mqtt_bridge.outbound import Outbound
from tests.builders import a_pile
from tests.pile_voice import PileVoice
from tests.scenario import NOON, Scenario

pytestmark = pytest.mark.usefixtures("database")


class Kit:
    """A writer whose broker is a list; its clock is the pile's."""

    def __init__(self) -> None:
        self.world = Scenario()
        self.pile = PileVoice(self.world.pile.pile_no, NOON, boot=5)
        self.acknowledged: list[int] = []
        self.published: list[tuple[str, dict[str, Any]]] = []
        self.stopping = threading.Event()
        self.clock_offset = timedelta(0)
        self.writer = self.new_writer()

    def new_writer(self) -> Writer:
        return Writer(
            acknowledge=self.acknowledged.extend,
            publish=lambda topic, payload: self.published.append((topic, json.loads(payload))),
            clock=self.now,
            stopping=self.stopping,
        )

    def now(self) -> datetime:
        return self.pile.now - self.clock_offset

    def write(self, *messages: Incoming) -> None:
        self.writer.write(messages)

    def after(self, **delta: float) -> "Kit":
        self.pile.after(**delta)
        self.world.after(**delta)
        return self

    def charging(self, **start: Any) -> str:
        """A session whose pile has closed the relay."""
        driver = self.world.driver(20_000)
        session_no = self.world.start(driver, **start).session_no
        self.write(self.pile.online(), self.pile.started(session_no))
        return session_no

    def receipts(self) -> list[str]:
        return [one for topic, body in self.published if topic.endswith("/receipt") for one in body["ids"]]

    def refusals(self) -> list[tuple[str, str]]:
        return [
            (one["id"], one["code"])
            for topic, body in self.published
            if topic.endswith("/receipt")
            for one in body.get("refused", [])
        ]

    def state(self) -> PileState:
        return PileState.get_by_id(self.world.pile.id)

    def connector(self, gun: int = 1) -> ConnectorState:
        return ConnectorState.get_by_id(self.world.known.connectors[gun].id)

    def progress(self, session_no: str) -> SessionProgress:
        return SessionProgress.get_by_id(self.world.session(session_no).id)

    def conserved(self) -> bool:
        totals = self.writer.totals
        return totals.received == totals.applied + totals.duplicates + totals.quarantined


@pytest.fixture
def kit() -> Kit:
    return Kit()


def id_of(message: Incoming) -> str:
    return str(json.loads(message[1])["id"])


def body_of(message: Incoming) -> dict[str, Any]:
    body = json.loads(message[1])
    assert isinstance(body, dict)
    return body


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


def test_a_charge_told_in_one_batch_is_settled_and_receipted(kit: Kit) -> None:
    driver = kit.world.driver(20_000)
    session_no = kit.world.start(driver, gun=1).session_no
    online, started = kit.pile.online(), kit.pile.started(session_no)
    meters = [kit.pile.after(seconds=15).meter(session_no, 1_000_000 + 250 * n) for n in range(1, 5)]
    ended = kit.pile.after(seconds=15).ended(session_no, NOON, 1_250)
    kit.write(online, started, *meters, ended)

    assert kit.world.order(session_no).state is OrderState.SETTLED
    assert kit.world.order(session_no).energy_wh == 1_250
    assert MeterValue.select().count() == 4
    assert kit.acknowledged == [message[2] for message in (online, started, *meters, ended)]
    assert kit.receipts() == [id_of(started), id_of(ended)]
    assert kit.conserved()


def test_progress_grows_by_register_differences_and_is_priced_by_period(kit: Kit) -> None:
    session_no = kit.charging()
    for n in range(1, 4):
        kit.after(seconds=15)
        kit.write(kit.pile.meter(session_no, 1_000_000 + 250 * n))
    progress = kit.progress(session_no)
    assert progress.energy_wh == 750
    assert (progress.electricity_fen_e6, progress.service_fen_e6) == (750 * 100_000, 750 * 50_000)
    assert (progress.register_wh, progress.meter_at) == (1_000_750, kit.pile.now)
    state = kit.connector()
    assert (state.session_no, state.register_wh, state.power_w) == (session_no, 1_000_750, 60_000)


def test_progress_goes_on_after_a_restart_of_the_bridge(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250))
    kit.writer = kit.new_writer()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_500))
    assert kit.progress(session_no).energy_wh == 500


def shown(kit: Kit, session_no: str) -> tuple[int, int | None]:
    """The session's energy and its connector's register, as rows."""
    return kit.progress(session_no).energy_wh, kit.connector().register_wh


def test_rows_follow_a_pile_that_talks_fast_once_a_second_and_after_its_last_word(kit: Kit) -> None:
    session_no = kit.charging()
    for n in range(1, 4):
        kit.after(milliseconds=300).write(kit.pile.meter(session_no, 1_000_000 + 5 * n))
    assert shown(kit, session_no) == (5, 1_000_005)
    kit.after(milliseconds=400).write(kit.pile.meter(session_no, 1_000_020))
    assert shown(kit, session_no) == (20, 1_000_020)
    kit.after(milliseconds=300).write(kit.pile.meter(session_no, 1_000_025))
    kit.writer.catch_up()
    assert shown(kit, session_no) == (20, 1_000_020)
    kit.after(seconds=1).writer.catch_up()
    assert shown(kit, session_no) == (25, 1_000_025)
    assert MeterValue.select().count() == 5


@pytest.mark.parametrize("is_restored", [True, False])
def test_what_a_killed_bridge_had_not_shown_is_made_good_from_the_raw_rows(
    kit: Kit, *, is_restored: bool
) -> None:
    session_no = kit.charging()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250))
    for n in range(1, 4):
        kit.after(milliseconds=200).write(kit.pile.meter(session_no, 1_000_250 + 3 * n))
    assert shown(kit, session_no) == (250, 1_000_250)

    kit.writer = kit.new_writer()
    if is_restored:
        kit.writer.restore()
        assert shown(kit, session_no) == (259, 1_000_259)
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_509))
    assert shown(kit, session_no) == (509, 1_000_509)
    progress = kit.progress(session_no)
    assert (progress.electricity_fen_e6, progress.service_fen_e6) == (509 * 100_000, 509 * 50_000)


def test_a_restored_bridge_does_not_move_a_session_by_energy_after_its_end(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(minutes=1).write(kit.pile.meter(session_no, 1_000_900))
    kit.write(kit.pile.ended(session_no, NOON, 900), kit.pile.meter(session_no, 1_005_000))
    kit.writer = kit.new_writer()
    kit.writer.restore()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_005_100))
    assert kit.progress(session_no).energy_wh == 900


def test_a_final_record_is_judged_by_the_last_reading_although_it_was_not_shown_yet(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(minutes=1).write(kit.pile.meter(session_no, 1_000_900))
    kit.after(milliseconds=500).write(kit.pile.meter(session_no, 1_000_908))
    kit.write(kit.pile.ended(session_no, NOON, 904))
    session = kit.world.session(session_no)
    assert (session.state, session.review_reason) == (SessionState.REVIEW, "behind_last_reading")


def test_rows_that_cannot_be_written_late_are_left_and_made_good_by_the_next_message(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_no = kit.charging()
    for register_wh in (1_000_003, 1_000_006):
        kit.after(milliseconds=200).write(kit.pile.meter(session_no, register_wh))

    def fail(**_: Any) -> Any:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(batch_module, "write_behind", fail)
    with capture_logs() as logs:
        kit.after(seconds=2).writer.catch_up()
    assert [entry["event"] for entry in logs] == ["rows_left_behind"]
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250))
    assert kit.progress(session_no).energy_wh == 250
    assert kit.conserved()


def test_a_meter_is_proof_enough_that_a_session_charges(kit: Kit) -> None:
    session_no = kit.world.start(kit.world.driver(20_000)).session_no
    kit.write(kit.pile.meter(session_no, 1_000_000), kit.pile.after(seconds=5).meter(session_no, 1_000_080))
    session = kit.world.session(session_no)
    assert session.state is SessionState.CHARGING
    assert session.register_start_wh is None  # only session_started or the final record names the beginning


def everything(kit: Kit, session_no: str) -> list[Incoming]:
    """A charge with statuses and heartbeats, without its end."""
    messages = [kit.pile.status("charging")]
    for n in range(1, 30):
        kit.after(seconds=15)
        messages.append(kit.pile.meter(session_no, 1_000_000 + 250 * n))
        if n % 5 == 0:
            messages += [kit.pile.heartbeat(), kit.pile.status("suspended_ev"), kit.pile.status("charging")]
    return messages


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


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (("cp/v1/{pile}/up/meter", b"{nonsense", 1), "malformed"),
        (("cp/v1/{pile}/up/meter", b"x" * 17_000, 1), "oversize"),
        (("cp/v1/{pile}/up/novelty", b'{"id":"n1"}', 1), "unknown_message"),
        (("somewhere/else", b"{}", 1), "bad_topic"),
    ],
)
def test_what_cannot_be_decoded_is_quarantined_and_the_bridge_goes_on(
    kit: Kit, message: Incoming, reason: str
) -> None:
    topic = message[0].replace("{pile}", kit.pile.pile_no)
    kit.write((topic, *message[1:]), kit.pile.heartbeat())
    (row,) = Quarantine.select()
    assert (row.reason, row.topic, bytes(row.payload)) == (reason, topic, message[1])
    assert len(kit.acknowledged) == 2
    assert kit.state().last_seen_at == kit.pile.now
    assert kit.conserved()


def test_unknown_pile_connector_session_and_identity_are_quarantined_with_their_reason(kit: Kit) -> None:
    stranger = PileVoice("NOBODY", NOON)
    kit.write(
        stranger.heartbeat(),
        kit.pile.status("idle", connector=7),
        kit.pile.started("S-unknown"),
        kit.pile.heartbeat(pile_no="OTHER"),
        kit.pile.say("alarm", code="E1"),
    )
    reasons = sorted(row.reason for row in Quarantine.select())
    assert reasons == [
        "session_not_found",
        "unknown_connector",
        "unknown_message",
        "unknown_pile",
        "wrong_identity",
    ]
    assert sorted(code for _, code in kit.refusals()) == ["session_not_found", "unknown_message"]
    assert kit.receipts() == []
    assert len(kit.acknowledged) == 5
    assert kit.conserved()


def test_a_retired_pile_is_unknown(kit: Kit) -> None:
    Pile.update(is_retired=True).where(Pile.id == kit.world.pile.id).execute()
    kit.write(kit.pile.heartbeat())
    assert [row.reason for row in Quarantine.select()] == ["unknown_pile"]


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


def test_poison_alone_is_quarantined_out_of_a_batch_of_500(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    session_no = kit.charging()
    messages = [kit.pile.after(seconds=1).meter(session_no, 1_000_000 + 15 * n) for n in range(500)]
    poison = body_of(messages[321])["seq"]
    honest = record_meters

    def fail_on_poison(*, readings: Sequence[Any], **rest: Any) -> Any:
        if any(reading.seq == poison for reading in readings):
            raise ZeroDivisionError("a bug")
        return honest(readings=readings, **rest)

    monkeypatch.setattr(application, "record_meters", fail_on_poison)
    kit.acknowledged.clear()
    with capture_logs() as logs:  # the trace of a batch of 500 takes long to print
        kit.write(*messages)
    assert [entry["event"] for entry in logs] == ["message_failed"]
    (row,) = Quarantine.select()
    assert (row.reason, row.detail) == ("internal_error", "ZeroDivisionError: a bug")
    assert bytes(row.payload) == messages[321][1]
    assert MeterValue.select().count() == 499
    assert kit.acknowledged == [message[2] for message in messages]
    kit.writer.catch_up(is_all=True)
    assert kit.progress(session_no).energy_wh == 499 * 15
    assert kit.conserved()


def test_a_value_the_database_refuses_is_poison_too(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = inbound.make_reading
    heartbeat, bad = kit.pile.heartbeat(), kit.pile.meter("S-far", 10)

    def out_of_range(*arguments: Any) -> Any:
        reading = honest(*arguments)
        object.__setattr__(reading, "register_wh", None)
        return reading

    monkeypatch.setattr(inbound, "make_reading", out_of_range)
    kit.write(heartbeat, bad)
    (row,) = Quarantine.select()
    assert (row.reason, bytes(row.payload)) == ("internal_error", bad[1])
    assert kit.conserved()


def test_a_rolled_back_batch_leaves_nothing_in_memory(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    session_no = kit.charging()
    failures = iter([ServiceUnavailable(reason="database"), ServiceUnavailable(reason="database")])
    honest = touch_piles

    def fail_twice(**arguments: Any) -> None:
        honest(**arguments)
        if (failure := next(failures, None)) is not None:
            raise failure

    monkeypatch.setattr(application, "touch_piles", fail_twice)
    kit.after(seconds=15)
    kit.write(kit.pile.meter(session_no, 1_000_250))
    assert kit.progress(session_no).energy_wh == 250
    assert kit.progress(session_no).electricity_fen_e6 == 250 * 100_000


def test_with_the_database_away_nothing_is_acknowledged_then_everything_is_applied(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.write(kit.pile.online())
    kit.acknowledged.clear()
    attempts: list[int] = []
    honest = application.apply_items

    def away_five_times(*arguments: Any) -> Any:
        attempts.append(len(kit.acknowledged))
        if len(attempts) <= 5:
            raise ServiceUnavailable(reason="database")
        return honest(*arguments)

    monkeypatch.setattr(batch_module, "apply_items", away_five_times)
    monkeypatch.setattr(batch_module, "FIRST_WAIT_S", 0.001)
    messages = [kit.pile.heartbeat(), kit.pile.status("idle")]
    kit.write(*messages)
    assert attempts == [0] * 6
    assert kit.acknowledged == [message[2] for message in messages]
    assert kit.connector().status is ConnectorStatus.IDLE


def test_stops_without_acknowledging_when_told_to_while_the_database_is_away(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> Any:
        raise ServiceUnavailable(reason="database")

    monkeypatch.setattr(batch_module, "apply_items", away)
    kit.stopping.set()
    with pytest.raises(StoppedError):
        kit.write(kit.pile.heartbeat())
    assert kit.acknowledged == []


def test_an_old_will_is_ignored_and_the_right_one_takes_the_pile_offline(kit: Kit) -> None:
    kit.write(kit.pile.online("c1"), kit.pile.online("c2"), kit.pile.online("c1", online=False))
    assert (kit.state().is_online, kit.state().conn) == (True, "c2")
    kit.write(kit.pile.online("c2", online=False))
    assert not kit.state().is_online
    kit.write(kit.pile.heartbeat(replayed=True))
    assert not kit.state().is_online
    kit.write(kit.pile.heartbeat())
    assert kit.state().is_online


def test_a_pile_that_lost_its_counter_is_heard_in_a_new_epoch(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250), kit.pile.status("charging"))
    kit.after(seconds=15).write(kit.pile.start(1))
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_500), kit.pile.status("finishing"))
    assert kit.connector().status is ConnectorStatus.FINISHING
    assert kit.connector().register_wh == 1_000_500
    assert kit.progress(session_no).energy_wh == 500
    # the same (boot, seq) as in the first epoch is another reading
    kit.after(seconds=15).write(kit.pile.start(5))
    kit.pile.seq = 2
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_750))
    assert MeterValue.select().count() == 3
    assert kit.progress(session_no).energy_wh == 750


def test_a_wrong_clock_is_set_once_a_minute_and_seen_right_again(kit: Kit) -> None:
    kit.write(kit.pile.online(), kit.pile.start(6))
    assert kit.state().is_clock_set
    kit.clock_offset = timedelta(minutes=5)
    for _ in range(3):
        kit.pile.after(seconds=10)
        kit.write(kit.pile.heartbeat())
    assert not kit.state().is_clock_set
    assert kit.state().clock_offset_ms == 300_000
    assert Command.select().where(Command.kind == CommandKind.SET_TIME).count() == 1
    kit.pile.after(seconds=50)
    kit.write(kit.pile.heartbeat())
    assert Command.select().where(Command.kind == CommandKind.SET_TIME).count() == 2
    kit.clock_offset = timedelta(0)
    kit.write(kit.pile.heartbeat())
    assert kit.state().is_clock_set


def test_an_implausible_reading_is_kept_raw_and_moves_nothing(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250))
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_910_000))
    kit.after(seconds=15).write(kit.pile.meter(session_no, 0))
    assert kit.progress(session_no).energy_wh == 250
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_900))
    assert kit.progress(session_no).energy_wh == 900
    assert MeterValue.select().count() == 4


def test_readings_that_waited_at_the_broker_are_not_taken_for_a_jump(kit: Kit) -> None:
    session_no = kit.charging()
    late = [kit.pile.after(minutes=1).meter(session_no, 1_000_000 + 1_000 * n) for n in range(1, 11)]
    kit.world.after(minutes=10)
    for message in late:
        kit.write(message)
    kit.writer.catch_up(is_all=True)
    assert kit.progress(session_no).energy_wh == 10_000


def test_asks_to_stop_once_before_the_hold_is_used_up(kit: Kit) -> None:
    session_no = kit.charging(limit_fen=500)
    # 500 fen buy 3.33 kWh; 15 s at 60 kW cost 37.5 fen more
    kit.after(minutes=3).write(kit.pile.meter(session_no, 1_003_000))
    assert kit.world.session(session_no).state is SessionState.CHARGING
    for n in range(3):
        kit.after(seconds=5).write(kit.pile.meter(session_no, 1_003_085 + 80 * n))
    session = kit.world.session(session_no)
    assert (session.state, session.stop_asked_reason) == (SessionState.STOPPING, StopReason.BALANCE_EXHAUSTED)
    assert [row.kind for row in kit.world.commands(session_no)].count(CommandKind.STOP) == 1


def test_idle_while_charging_asks_to_stop_but_an_older_idle_does_not(kit: Kit) -> None:
    idle_before = kit.pile.status("idle", plugged=False)
    kit.after(seconds=5)
    session_no = kit.charging()
    kit.write(idle_before)
    assert kit.world.session(session_no).state is SessionState.CHARGING
    kit.after(seconds=30).write(kit.pile.status("idle", plugged=False))
    assert kit.world.session(session_no).state is SessionState.STOPPING


def test_another_piles_meter_does_not_move_the_session(kit: Kit) -> None:
    session_no = kit.charging()
    other = a_pile(station=kit.world.station, now=NOON)
    thief = PileVoice(other.pile_no, NOON)
    kit.after(seconds=15).write(thief.after(seconds=15).meter(session_no, 1_000_200))
    assert SessionProgress.select().count() == 0
    assert MeterValue.select().count() == 1


def test_energy_after_the_end_tells_the_pile_to_stop_at_most_once_a_minute(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(minutes=1).write(kit.pile.ended(session_no, NOON, 900))
    for n in range(4):
        kit.after(seconds=10).write(kit.pile.meter(session_no, 1_001_000 + n))
    assert [row.kind for row in kit.world.commands(session_no)].count(CommandKind.STOP) == 1
    assert MeterValue.select().count() == 4
    assert SessionProgress.select().count() == 0


def test_commands_go_to_the_pile_again_after_it_reconnects(kit: Kit) -> None:
    kit.write(kit.pile.online())
    session_no = kit.world.start(kit.world.driver(20_000)).session_no
    sent: list[tuple[str, dict[str, Any]]] = []
    is_connected = [False]
    outbound = Outbound(
        publish=lambda topic, payload: sent.append((topic, json.loads(payload))),
        is_connected=lambda: is_connected[0],
        clock=kit.now,
    )
    assert outbound.send_due() == 0
    is_connected[0] = True
    assert (outbound.send_due(), outbound.send_due()) == (1, 0)
    kit.after(seconds=2).write(kit.pile.online("c2"))
    assert outbound.send_due() == 1
    topic, body = sent[0]
    assert topic == f"cp/v1/{kit.pile.pile_no}/down/command"
    assert (body["kind"], body["params"]["session_no"]) == ("start", session_no)
    assert sent[1][1]["id"] == body["id"]
    assert set(body) == {"id", "kind", "params", "expires_at"}


def test_a_reply_is_recorded_and_receipted(kit: Kit) -> None:
    kit.write(kit.pile.online())
    session_no = kit.world.start(kit.world.driver(20_000)).session_no
    (command,) = claim_commands(limit=5, now=kit.now())
    reply = kit.pile.say("reply", command_id=command.command_no, result="rejected", reason="faulted")
    kit.write(reply, kit.pile.say("reply", command_id="nobody", result="done"))
    assert kit.world.session(session_no).state is SessionState.FAILED
    assert kit.receipts() == [id_of(reply)]
    assert [code for _, code in kit.refusals()] == ["command_not_found"]


def test_boot_keeps_make_and_firmware(kit: Kit) -> None:
    kit.write(kit.pile.start(7))
    pile = Pile.get_by_id(kit.world.pile.id)
    assert (pile.vendor, pile.model, pile.firmware) == ("欣象", "DC-120", "1.0")


def test_the_live_view_is_told_after_the_commit(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[live_status.LivePile] = []

    def remember(piles: Iterable[live_status.LivePile]) -> None:
        assert not bound.in_transaction()
        told.extend(piles)

    monkeypatch.setattr(live_status, "put_many", remember)
    session_no = kit.charging()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250), kit.pile.status("charging"))
    pile = told[-1]
    assert (pile.pile_no, pile.is_online, pile.boot) == (kit.pile.pile_no, True, 5)
    first, second = pile.connectors
    assert (first.status, first.session_no, first.register_wh) == (
        ConnectorStatus.CHARGING,
        session_no,
        1_000_250,
    )
    assert (second.status, second.session_no) == (ConnectorStatus.PLUGGED, None)
    kit.after(seconds=15).write(kit.pile.ended(session_no, NOON, 400))
    assert told[-1].connectors[0].session_no is None


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
