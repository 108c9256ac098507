"""What cannot be taken goes to quarantine alone; with the database away nothing is acknowledged."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import peewee
import pytest
from structlog.testing import capture_logs

from backend.domain.connector import ConnectorStatus
from backend.domain.errors import ServiceUnavailable
from backend.models import (
    MeterValue,
    Pile,
    Quarantine,
)
from backend.models.engine.database import database as bound
from backend.models.engine.database import transact
from mqtt_bridge.application import apply_items
from mqtt_bridge.batch import Incoming, StoppedError
from mqtt_bridge.item import Item, Outcome
from tests.integration.bridge_writer.kit import Kit
from tests.pile_voice import PileVoice
from tests.scenario import NOON


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


def test_poison_alone_is_quarantined_out_of_a_batch_of_500(kit: Kit) -> None:
    session_no = kit.charging()
    messages = [kit.pile.after(seconds=1).meter(session_no, 1_000_000 + 15 * n) for n in range(500)]
    poison = messages[321][2]

    def fail_on_poison(items: Sequence[Item], *rest: Any) -> Outcome:
        if any(item.token == poison and not item.reason for item in items):
            raise ZeroDivisionError("a bug")
        return apply_items(items, *rest)

    kit.apply = fail_on_poison
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


def test_a_value_the_database_refuses_is_poison_too(kit: Kit) -> None:
    heartbeat, bad = kit.pile.heartbeat(), kit.pile.meter("S-far", 10)
    with _refusing_register(10):
        kit.write(heartbeat, bad)
    (row,) = Quarantine.select()
    assert (row.reason, bytes(row.payload)) == ("internal_error", bad[1])
    assert kit.conserved()


@contextmanager
def _refusing_register(register_wh: int) -> Iterator[None]:
    """The database takes no reading with this register."""
    head = "CREATE TRIGGER refuse BEFORE INSERT ON meter_value FOR EACH ROW"
    if isinstance(bound.obj, peewee.SqliteDatabase):
        refuse = f"{head} WHEN NEW.register_wh = {register_wh} BEGIN SELECT RAISE(ABORT, 'refused'); END"
    else:
        signal = "SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 1048, MESSAGE_TEXT = 'refused'"
        refuse = f"{head} IF NEW.register_wh = {register_wh} THEN {signal}; END IF"
    bound.execute_sql(refuse)
    try:
        yield
    finally:
        bound.execute_sql("DROP TRIGGER refuse")


def test_a_rolled_back_batch_leaves_nothing_in_memory(kit: Kit) -> None:
    session_no = kit.charging()
    failures = iter([ServiceUnavailable(reason="database"), ServiceUnavailable(reason="database")])

    def fail_twice(*given: Any) -> Outcome:
        outcome = apply_items(*given)
        if (failure := next(failures, None)) is not None:
            raise failure
        return outcome

    kit.apply = lambda *given: transact(lambda: fail_twice(*given))
    kit.after(seconds=15)
    kit.write(kit.pile.meter(session_no, 1_000_250))
    assert kit.progress(session_no).energy_wh == 250
    assert kit.progress(session_no).electricity_fen_e6 == 250 * 100_000


def test_with_the_database_away_nothing_is_acknowledged_then_everything_is_applied(kit: Kit) -> None:
    kit.write(kit.pile.online())
    kit.acknowledged.clear()
    attempts: list[int] = []

    def away_five_times(*arguments: Any) -> Any:
        attempts.append(len(kit.acknowledged))
        if len(attempts) <= 5:
            raise ServiceUnavailable(reason="database")
        return apply_items(*arguments)

    kit.apply = away_five_times
    messages = [kit.pile.heartbeat(), kit.pile.status("idle")]
    kit.write(*messages)
    assert attempts == [0] * 6
    assert kit.acknowledged == [message[2] for message in messages]
    assert kit.connector().status is ConnectorStatus.IDLE


def test_stops_without_acknowledging_when_told_to_while_the_database_is_away(kit: Kit) -> None:
    def away(*_: Any) -> Any:
        raise ServiceUnavailable(reason="database")

    kit.apply = away
    kit.stopping.set()
    with pytest.raises(StoppedError):
        kit.write(kit.pile.heartbeat())
    assert kit.acknowledged == []
