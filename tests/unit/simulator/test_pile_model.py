from typing import Any

import msgspec
import pytest

from scripts.stand_ins.simulator import PileSettings, PileSpec
from scripts.stand_ins.simulator.car import make_car
from scripts.stand_ins.simulator.connector import ImpossibleError
from scripts.stand_ins.simulator.envelope import from_text
from scripts.stand_ins.simulator.pile_model import MAX_BACKLOG
from tests.unit.simulator.piles import NOON_MS, SPEC, DrivenPile


def names(pile: DrivenPile) -> list[str]:
    return [message.name for message in pile.sent]


def test_says_birth_boot_and_every_status_after_connecting() -> None:
    pile = DrivenPile()
    assert names(pile) == ["online", "boot", "status", "status"]
    assert pile.sent[0].body == {
        "id": f"{pile.model.envelope.boot}-1",
        "at": "2026-03-02T12:00:00.000Z",
        "seq": 1,
        "boot": pile.model.envelope.boot,
        "online": True,
        "conn": "c1",
    }
    assert {"vendor", "model", "firmware", "connectors", "kind", "rated_w"} <= pile.sent[1].body.keys()
    assert [body["connector"] for body in pile.take("status")] == [1, 2]


def test_meters_begin_where_the_pile_was_left_and_new_ones_at_nothing() -> None:
    pile = DrivenPile(msgspec.structs.replace(SPEC, registers_wh=(8_000_123,)))
    assert [connector.register.wh for connector in pile.model.connectors] == [8_000_123, 0]


def test_start_is_accepted_then_proved_by_started_meter_and_status() -> None:
    pile = DrivenPile()
    pile.plug()
    before = len(pile.sent)
    start = pile.start()
    assert names(pile)[before:] == ["reply", "session_started", "meter", "status"]
    assert pile.reply_to(start) == ("accepted", None)
    assert pile.last("session_started")["session_no"] == "S1"
    assert pile.last("status")["status"] == "charging"


def test_meters_come_every_fifteen_seconds_and_on_half_hours() -> None:
    pile = DrivenPile()
    pile.plug(1, make_car(200_000, 20, 150_000))
    pile.wait(7)
    pile.start()
    pile.wait(1_800 - 7)
    seconds = [(from_text(body["at"]) - NOON_MS) // 1000 for body in pile.take("meter")]
    assert seconds[:4] == [7, 22, 37, 52]
    assert seconds[-2:] == [1_792, 1_800]


def test_stop_is_done_after_the_session_ended_with_the_reason_of_the_stop() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start()
    pile.wait(60)
    before = len(pile.sent)
    stop = pile.stop(reason="balance_exhausted")
    assert names(pile)[before:] == ["session_ended", "status", "reply"]
    assert pile.reply_to(stop) == ("done", None)
    ended = pile.last("session_ended")
    assert (ended["stop_reason"], ended["raw_stop_code"]) == ("balance_exhausted", "S12")
    assert ended["register_end_wh"] - ended["register_start_wh"] == 1_000
    assert pile.last("status")["status"] == "finishing"


def test_a_repeated_command_gets_the_first_answer_and_nothing_else() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start(command_id="K")
    first = pile.last("reply")
    before = len(pile.sent)
    pile.wait(1)
    pile.start(command_id="K")
    assert [message.body for message in pile.sent[before:]] == [first]


def test_refuses_a_start_that_expired_by_the_piles_own_clock() -> None:
    pile = DrivenPile()
    pile.plug()
    start = pile.start(expires_in_s=0)
    assert pile.reply_to(start) == ("rejected", "expired")
    pile.model.envelope.skew_ms = 31_000
    body = {
        "id": "late",
        "kind": "start",
        "expires_at": "2026-03-02T12:00:30.000Z",
        "params": {"connector": 1, "session_no": "S1", "limit_fen": 1},
    }
    pile.sent += pile.model.receive_command(body, pile.now_ms)
    assert pile.reply_to("late") == ("rejected", "expired")
    assert not pile.take("session_started")


def test_waits_for_the_plug_and_starts_when_it_comes() -> None:
    pile = DrivenPile()
    start = pile.start()
    assert pile.reply_to(start) == ("accepted", "waiting_plug")
    pile.wait(60)
    assert not pile.take("session_started")
    pile.plug()
    assert pile.last("session_started")["session_no"] == "S1"
    pile.wait(120)
    assert pile.last("status")["status"] == "charging"
    assert not pile.take("session_ended")


def test_gives_up_waiting_for_the_plug_after_ninety_seconds_with_an_empty_record() -> None:
    pile = DrivenPile()
    pile.start()
    pile.wait(89)
    assert not pile.take("session_ended")
    pile.wait(1)
    ended = pile.last("session_ended")
    assert ended["stop_reason"] == "start_failed"
    assert ended["register_start_wh"] == ended["register_end_wh"]
    assert ended["segments"] == []
    assert (ended["started_at"], ended["ended_at"]) == (
        "2026-03-02T12:00:00.000Z",
        "2026-03-02T12:01:30.000Z",
    )
    pile.plug()
    assert not pile.take("session_started")


def test_a_stop_that_comes_before_its_start_wins() -> None:
    pile = DrivenPile()
    pile.plug()
    assert pile.reply_to(pile.stop()) == ("failed", "unknown_session")
    assert pile.reply_to(pile.start()) == ("rejected", "session_over")


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"connector": 3}, "unknown_connector"),
        ({"connector": "1"}, "bad_params"),
        ({"connector": True}, "bad_params"),
        ({"session_no": ""}, "bad_params"),
        ({"limit_fen": 1.5}, "bad_params"),
        ({"limit_fen": None}, "bad_params"),
        ({"limit_soc": 101}, "bad_params"),
    ],
)
def test_rejects_a_start_with_wrong_params(params: dict[str, object], reason: str) -> None:
    pile = DrivenPile()
    pile.plug()
    right: dict[str, Any] = {"connector": 1, "session_no": "S1", "limit_fen": 100}
    assert pile.reply_to(pile.command("start", **{**right, **params})) == ("rejected", reason)


def test_rejects_a_second_session_on_a_busy_connector_but_not_the_same_one_again() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start("S1")
    assert pile.reply_to(pile.start("S2")) == ("rejected", "busy")
    assert pile.reply_to(pile.start("S1")) == ("accepted", "already_running")
    assert pile.reply_to(pile.start("S1", connector=2)) == ("rejected", "busy")
    assert len(pile.take("session_started")) == 1


def test_rejects_an_unknown_kind_and_ignores_what_is_no_command() -> None:
    pile = DrivenPile()
    assert pile.reply_to(pile.command("dance")) == ("rejected", "unknown_kind")
    before = len(pile.sent)
    for body in ({}, {"id": 7, "kind": "start"}, {"id": "x" * 65, "kind": "start"}):
        pile.sent += pile.model.receive_command(body, pile.now_ms)
    assert len(pile.sent) == before


def test_set_time_corrects_the_clock_and_refuses_nonsense() -> None:
    pile = DrivenPile(settings=PileSettings(skew_ms=-3_600_000))
    assert pile.sent[0].body["at"] == "2026-03-02T11:00:00.000Z"
    assert pile.reply_to(pile.command("set_time", now="2026-03-02T12:00:00Z")) == ("done", None)
    assert pile.last("reply")["at"] == "2026-03-02T12:00:00.000Z"
    for wrong in ("yesterday", "2026-03-02T12:00:00", "9999-12-31T23:59:59Z", 5, None):
        assert pile.reply_to(pile.command("set_time", now=wrong)) == ("rejected", "bad_params")


def test_set_time_does_not_tear_a_running_session() -> None:
    pile = DrivenPile(settings=PileSettings(skew_ms=-3_600_000))
    pile.plug()
    pile.start()
    pile.wait(60)
    pile.command("set_time", now="2026-03-02T12:01:00Z")
    pile.wait(60)
    pile.stop()
    ended = pile.last("session_ended")
    assert (ended["started_at"], ended["ended_at"]) == (
        "2026-03-02T11:00:00.000Z",
        "2026-03-02T11:02:00.000Z",
    )


def test_report_status_sends_every_status_then_done() -> None:
    pile = DrivenPile()
    before = len(pile.sent)
    pile.command("report_status")
    assert names(pile)[before:] == ["status", "status", "reply"]


def test_heartbeats_every_thirty_seconds_and_status_every_five_minutes() -> None:
    pile = DrivenPile()
    before = len(pile.take("status"))
    pile.wait(600)
    assert len(pile.take("heartbeat")) == 20
    assert len(pile.take("status")) - before == 4


def test_offline_pile_charges_on_to_its_limit_and_tells_it_later() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start(limit_wh=2_000)
    pile.wait(30)
    pile.disconnect()
    before = len(pile.sent)
    pile.wait(600)
    assert len(pile.sent) == before
    pile.connect()
    late = [message for message in pile.sent[before:] if message.body.get("replayed")]
    assert [message.name for message in late if message.name != "meter"] == ["session_ended"]
    assert [message.order for message in late] == sorted(message.order for message in late)
    ended = late[-1].body
    assert ended["register_end_wh"] - ended["register_start_wh"] == 2_000
    assert ended["stop_reason"] == "limit_reached"
    assert len(late) == 6
    assert len(pile.model.backlog) == 0


def test_offline_meters_are_bounded_and_the_oldest_go_first() -> None:
    pile = DrivenPile(settings=PileSettings(meter_ms=1_000))
    pile.plug(1, make_car(60_000, 20, 7_000))
    pile.start()
    pile.disconnect()
    pile.wait(MAX_BACKLOG + 100)
    assert len(pile.model.backlog) == MAX_BACKLOG
    assert pile.model.backlog[0].body["elapsed_s"] > 90


def test_meters_that_the_broker_never_acknowledged_are_replayed() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start()
    meter = pile.sent[-2]
    pile.disconnect(unsent=[meter, *pile.sent[:4]])
    before = len(pile.sent)
    pile.connect()
    replayed = [message.body for message in pile.sent[before:] if message.name == "meter"]
    assert replayed == [{**meter.body, "replayed": True}]


def test_unreceipted_records_are_sent_again_ever_later_and_unchanged() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start()
    pile.stop()
    record = pile.last("session_ended")
    pile.wait(3_600)
    copies = [message for message in pile.sent if message.id == record["id"]]
    assert all(copy.body == record for copy in copies)
    # at once, then after 30, 60, 120, 240, 480 and every 600 s
    assert len(copies) == 1 + 5 + (3_600 - 930) // 600


def test_a_refused_record_is_kept_and_not_sent_again() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start()
    pile.stop()
    record = pile.last("session_ended")
    pile.model.receive_receipt({"ids": [], "refused": [{"id": record["id"], "code": "implausible"}]})
    pile.wait(3_600)
    pile.disconnect()
    pile.connect()
    assert len([message for message in pile.sent if message.id == record["id"]]) == 1
    assert record["id"] in pile.model.outbox


def test_nonsense_receipts_change_nothing() -> None:
    pile = DrivenPile()
    pile.command("report_status")
    for receipt in ({}, {"ids": "x"}, {"ids": [1, None]}, {"refused": ["x", {"id": 3}]}):
        pile.model.receive_receipt(receipt)
    assert len(pile.model.outbox) == 1


def test_a_full_store_accepts_no_further_start() -> None:
    pile = DrivenPile()
    pile.plug()
    for number in range(100):
        pile.start(f"S{number}")
        pile.stop(f"S{number}")
    assert pile.reply_to(pile.start("S100")) == ("rejected", "storage_full")
    pile.receipt_all()
    assert pile.reply_to(pile.start("S100")) == ("accepted", None)


def test_power_loss_ends_the_session_and_keeps_the_register_and_the_answers() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start(command_id="K")
    pile.wait(60)
    boot = pile.model.envelope.boot
    pile.lose_power()
    pile.wait(20)
    pile.connect()
    ended = pile.last("session_ended")
    assert ended["stop_reason"] == "power_lost"
    assert ended["register_end_wh"] == 1_000
    assert ended["boot"] == boot + 1
    assert ended["replayed"] is True
    assert ended["ended_at"] == "2026-03-02T12:01:00.000Z"
    started = pile.last("session_started")
    assert (started["boot"], started["replayed"]) == (boot, True)
    pile.start(command_id="K")
    assert pile.last("reply")["boot"] == boot
    pile.plug()
    pile.start("S2")
    assert pile.last("session_started")["register_wh"] == 1_000


def test_boot_counter_without_a_store_grows_with_the_wall_clock() -> None:
    first = DrivenPile().model.envelope.boot
    later = DrivenPile()
    later.now_ms += 1_000
    later.model = type(later.model)(SPEC, PileSettings(), later.now_ms)
    assert later.model.envelope.boot == first + 1


def test_fault_ends_the_session_and_bars_starts_until_cleared() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start()
    pile.sent += pile.model.raise_fault("overheat", pile.now_ms, 1)
    assert pile.last("session_ended")["stop_reason"] == "fault"
    assert (pile.last("status")["status"], pile.last("status")["fault_codes"]) == ("faulted", ["overheat"])
    assert pile.reply_to(pile.start("S2")) == ("rejected", "faulted")
    pile.sent += pile.model.clear_faults(pile.now_ms)
    assert pile.reply_to(pile.start("S2")) == ("accepted", None)
    pile.sent += pile.model.raise_fault("emergency_stop", pile.now_ms)
    assert pile.last("session_ended")["stop_reason"] == "emergency"


def test_fault_ends_a_start_that_waits_for_its_plug() -> None:
    pile = DrivenPile()
    pile.start()
    pile.sent += pile.model.raise_fault("overheat", pile.now_ms, 1)
    assert pile.last("session_ended")["stop_reason"] == "fault"
    pile.plug()
    assert not pile.take("session_started")


def test_pulling_the_plug_ends_the_session_as_unplugged() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start()
    pile.wait(30)
    pile.unplug()
    assert pile.last("session_ended")["stop_reason"] == "unplugged"
    assert pile.last("status")["status"] == "idle"


def test_a_person_cannot_plug_twice_or_unplug_nothing_or_use_a_missing_connector() -> None:
    pile = DrivenPile()
    with pytest.raises(ImpossibleError, match="no car"):
        pile.unplug()
    pile.plug()
    with pytest.raises(ImpossibleError, match="already"):
        pile.plug()
    with pytest.raises(ImpossibleError, match="no connector 3"):
        pile.plug(3)


def test_ac_pile_offers_each_connector_its_rated_power_and_reports_no_soc() -> None:
    spec = PileSpec(pile_no="A1", secret="s", kind="ac", rated_w=7_000, connectors=2)
    pile = DrivenPile(spec)
    pile.plug(1, make_car(60_000, 20, 11_000))
    pile.start()
    meter = pile.last("meter")
    assert meter["power_w"] == 7_000
    assert meter["current_ma"] * meter["voltage_mv"] // 1_000_000 in range(6_999, 7_001)
    assert "soc_percent" not in meter


def test_another_limit_counts_from_the_beginning_and_ends_the_charge_there() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start(limit_wh=1_000)
    pile.wait(20)
    assert pile.reply_to(pile.command("set_limit", session_no="S1", limit_fen=100, limit_wh=2_000)) == (
        "done",
        None,
    )
    pile.wait(3_600)
    record = pile.last("session_ended")
    assert (record["register_end_wh"] - record["register_start_wh"], record["stop_reason"]) == (
        2_000,
        "limit_reached",
    )
    gone = pile.command("set_limit", session_no="S1", limit_fen=100, limit_wh=3_000)
    assert pile.reply_to(gone) == ("failed", "unknown_session")


def test_a_limit_that_is_passed_already_ends_the_charge() -> None:
    pile = DrivenPile()
    pile.plug()
    pile.start(limit_wh=5_000)
    pile.wait(60)
    pile.command("set_limit", session_no="S1", limit_fen=100, limit_wh=1)
    assert pile.last("session_ended")["stop_reason"] == "limit_reached"


def test_a_pile_without_the_capability_rejects_limits_and_does_not_name_them() -> None:
    pile = DrivenPile(settings=PileSettings(capabilities=("start", "stop")))
    assert pile.last("boot")["capabilities"] == ["start", "stop"]
    assert pile.reply_to(pile.command("set_limit", session_no="S1", limit_fen=1, limit_wh=1)) == (
        "rejected",
        "unknown_kind",
    )
