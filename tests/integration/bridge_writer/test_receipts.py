"""A receipt means kept: what comes under a known id, or ends a session twice, is a repeat to the word or is kept apart."""

import json
from datetime import timedelta
from typing import Any

from backend.domain.session import SessionState
from backend.models import Order, Quarantine, Session
from mqtt_bridge.batch import Incoming
from mqtt_bridge.messages import MAX_PAYLOAD_BYTES
from tests.integration.bridge_writer.kit import Kit, body_of, id_of
from tests.invariants import check_invariants
from tests.scenario import NOON


def under(message: Incoming, **fields: Any) -> Incoming:
    """The same message with other fields of its envelope."""
    topic, _, token = message
    return topic, json.dumps(body_of(message) | fields).encode(), token


def kept() -> list[tuple[str, bytes]]:
    return [(row.reason, bytes(row.payload)) for row in Quarantine.select().order_by(Quarantine.id)]


def test_an_id_used_again_with_other_content_is_kept_whole_and_not_receipted(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(minutes=10)
    started = kit.pile.started(session_no)
    kit.write(started)
    full = kit.pile.ended(session_no, NOON, 5_000, id=id_of(started), note="")
    full = under(full, note="x" * (MAX_PAYLOAD_BYTES - len(full[1])))
    assert len(full[1]) == MAX_PAYLOAD_BYTES
    kit.published.clear()
    kit.write(full)
    assert kept() == [("id_reused", full[1])]
    assert (kit.receipts(), kit.refusals()) == ([], [(id_of(started), "id_reused")])
    assert kit.world.session(session_no).state is SessionState.CHARGING
    kit.write(under(full, id="its-own", note=""))
    assert kit.world.order(session_no).energy_wh == 5_000
    assert kit.conserved()
    check_invariants()


def test_an_id_used_twice_at_once_is_taken_once_and_kept_once(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(minutes=10)
    record = kit.pile.ended(session_no, NOON, 5_000)
    other = under(record, register_end_wh=1_006_000)
    kit.write(record, other, under(record, replayed=True))
    assert kit.world.order(session_no).energy_wh == 5_000
    assert kept() == [("id_reused", other[1])]
    # a receipt names an id alone: with one, the pile would forget both
    assert id_of(record) not in kit.receipts()
    kit.write(record)
    assert kit.receipts().count(id_of(record)) == 1
    assert kit.conserved()


def test_what_comes_again_to_the_word_is_a_repeat_however_it_is_written(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(minutes=10)
    record = kit.pile.ended(session_no, NOON, 5_000)
    topic, payload, token = record
    backwards = json.dumps(dict(reversed(json.loads(payload).items())) | {"replayed": True}, indent=1)
    kit.write(record)
    kit.write(record, (topic, backwards.encode(), token))
    assert kit.receipts().count(id_of(record)) == 3
    assert kept() == []
    assert kit.writer.totals.duplicates == 2


def test_a_boot_under_a_known_id_is_kept_too(kit: Kit) -> None:
    first = kit.pile.start(6)
    kit.write(first, under(kit.pile.start(7), id=id_of(first)))
    assert [reason for reason, _ in kept()] == ["id_reused"]
    assert kit.refusals() == []


def test_a_second_and_different_end_of_one_session_is_kept_for_a_person(kit: Kit) -> None:
    for energy_wh, state in ((5_000, SessionState.SETTLED), (900_000, SessionState.REVIEW)):
        kit.after(minutes=1)
        kit.world.next_car()
        session_no = kit.charging()
        began_at = kit.pile.now
        kit.after(minutes=10)
        end = kit.pile.ended(session_no, began_at, energy_wh)
        kit.write(end)
        assert kit.world.session(session_no).state is state
        before = len(kept())
        again = under(end, id=f"again-{energy_wh}")
        kit.write(again)
        assert (len(kept()), id_of(again) in kit.receipts()) == (before, True)
        other = under(end, id=f"other-{energy_wh}", register_end_wh=1_004_000)
        kit.published.clear()
        kit.write(other)
        assert kept()[before:] == [("second_end", other[1])]
        assert (kit.receipts(), kit.refusals()) == ([], [(id_of(other), "second_end")])
        assert kit.world.session(session_no).register_end_wh == 1_000_000 + energy_wh
    assert kit.conserved()


def test_each_record_under_one_foreign_number_is_a_case_of_its_own(kit: Kit) -> None:
    kit.write(kit.pile.online())
    kit.after(minutes=30)
    first = kit.pile.ended("OFFLINE-1", kit.pile.now - timedelta(minutes=30), 3_000)
    second = kit.pile.ended("OFFLINE-1", kit.pile.now - timedelta(minutes=20), 4_000)
    kit.write(first, second, under(second, id="again"))
    assert [row.state for row in Session.select()] == [SessionState.REVIEW] * 2
    assert sorted(row.energy_wh for row in Order.select()) == [3_000, 4_000]
    assert kit.receipts() == [id_of(first), id_of(second), "again"]
    check_invariants()
