"""What a pile is known by: its presence, counter, clock and make, its commands and replies, the live view."""

import json
from datetime import timedelta
from typing import Any

import pytest
import redis

from backend.domain.command import CommandKind
from backend.domain.connector import ConnectorStatus
from backend.domain.meter_sample import MeterSample
from backend.domain.session import SessionState
from backend.live import live_status, wake
from backend.live.subscription import Subscription
from backend.models import (
    Command,
    MeterValue,
    Pile,
)
from backend.models.engine.database import transact
from backend.services.commands.queue import claim_commands
from mqtt_bridge.application import apply_items
from mqtt_bridge.item import Outcome
from mqtt_bridge.outbound import Outbound
from tests.builders import a_pile
from tests.integration.bridge_writer.kit import Kit, id_of
from tests.pile_voice import PileVoice
from tests.scenario import NOON
from tests.waiting import wait_until


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


def test_boot_keeps_make_and_firmware(kit: Kit) -> None:
    kit.write(kit.pile.start(7))
    pile = Pile.get_by_id(kit.world.pile.id)
    assert (pile.vendor, pile.model, pile.firmware) == ("欣象", "DC-120", "1.0")


def test_boots_of_one_batch_keep_what_each_pile_said_last_of_each_field(kit: Kit) -> None:
    other = a_pile(station=kit.world.station, now=NOON, guns=1)
    others = PileVoice(other.pile_no, NOON, boot=3)
    kit.write(
        kit.pile.say("boot", vendor="欣象", model="DC-120", firmware="1.0"),
        others.say("boot", vendor="欣象", model="AC-7", firmware="1.0"),
        kit.pile.say("boot", firmware="2.0"),
    )
    made = {row.pile_no: (row.vendor, row.model, row.firmware) for row in Pile.select()}
    assert made[kit.pile.pile_no] == ("欣象", "DC-120", "2.0")
    assert made[other.pile_no] == ("欣象", "AC-7", "1.0")


def test_a_boot_that_is_told_later_changes_nothing(kit: Kit) -> None:
    kit.write(kit.pile.start(7), kit.pile.say("boot", firmware="0.9", replayed=True))
    assert Pile.get_by_id(kit.world.pile.id).firmware == "1.0"


def test_the_bridge_is_woken_when_a_pile_is_back_that_owes_an_answer(kit: Kit, live_redis: str) -> None:
    heard: list[bytes] = []
    listening = Subscription(live_redis, wake.CHANNEL, heard.append)
    wait_until(lambda: listening.is_live, "the subscription")

    kit.write(kit.pile.online("c1"), kit.pile.start(7))
    kit.world.start(kit.world.driver(20_000))
    assert claim_commands(limit=5, now=kit.now())
    kit.after(seconds=2).write(kit.pile.online("c2"), kit.pile.start(8))

    with redis.Redis.from_url(live_redis) as client:
        client.publish(wake.CHANNEL, b"the last")
    wait_until(lambda: b"the last" in heard, "what came before it, too")
    listening.close()
    assert heard == [b"1", b"1", b"the last"], "one wake for the command and one for the return, none before"


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


@pytest.mark.usefixtures("live_redis")
def test_the_live_view_is_told_after_the_commit(kit: Kit) -> None:
    told_before_commit: list[MeterSample | None] = []

    def look_before_commit(*given: Any) -> Outcome:
        outcome = apply_items(*given)
        told_before_commit.append(_live(kit).connectors[0].sample)
        return outcome

    session_no = kit.charging()
    kit.apply = lambda *given: transact(lambda: look_before_commit(*given))
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250), kit.pile.status("charging"))
    assert told_before_commit == [None]
    pile = _live(kit)
    assert (pile.pile_no, pile.is_online, pile.boot) == (kit.pile.pile_no, True, 5)
    first, second = pile.connectors
    assert (first.status, first.session_no) == (ConnectorStatus.CHARGING, session_no)
    assert first.sample is not None
    assert first.sample.register_wh == 1_000_250
    assert (second.status, second.session_no) == (ConnectorStatus.PLUGGED, None)
    kit.after(seconds=15).write(kit.pile.ended(session_no, NOON, 400))
    assert _live(kit).connectors[0].session_no is None


def _live(kit: Kit) -> live_status.LivePile:
    return live_status.get_many([kit.pile.pile_no])[kit.pile.pile_no]
