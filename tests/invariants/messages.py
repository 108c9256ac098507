"""Invariants of messages: I12 the order of a pile counts, not of arrival; I21 none is lost, doubled or made up;
I33 receipted is applied."""

from collections.abc import Iterator
from typing import Final

import msgspec

from backend.domain.report import reported_boot
from backend.models import MeterValue
from mqtt_bridge.item import content_digest
from scripts.stand_ins.simulator.envelope import KEPT, UpMessage
from tests.invariants.rows import Rows

REMEMBERED: Final = KEPT | {"online", "boot"}
"""Kinds whose ids the platform keeps; a pile repeats only the kept ones when a connection breaks."""


def latest_is_newest(rows: Rows) -> Iterator[str]:
    """I12: what is shown of a connector is its newest reading, and a session's progress is a reading of its own."""
    newest: dict[tuple[int, int], MeterValue] = {}
    by_place: dict[tuple[int, int, int], MeterValue] = {}
    for row in rows.meter_values:
        by_place[row.pile_id, row.boot, row.seq] = row
        known = newest.get((row.pile_id, row.gun))
        if known is None or (row.boot, row.seq) > (known.boot, known.seq):
            newest[row.pile_id, row.gun] = row
    states = {row.connector_id: row for row in rows.connector_states}
    for connector in rows.connector_by_id.values():
        reading, state = newest.get((connector.pile_id, connector.gun)), states.get(connector.id)
        if reading is None:
            continue
        shown = state and (state.meter_boot, state.meter_seq, state.register_wh)
        if shown != (reading.boot, reading.seq, reading.register_wh):
            yield (
                f"connector {connector.id} shows the reading {shown}, "
                f"its newest is {(reading.boot, reading.seq, reading.register_wh)}"
            )
    for session_id, progress in rows.progress_by_session.items():
        session = rows.session_by_id.get(session_id)
        own = None if session is None else by_place.get((session.pile_id, progress.boot, progress.seq))
        if session is None or own is None:
            yield f"the progress of session {session_id} is of no reading that is kept"
        elif (own.session_no, own.register_wh) != (session.session_no, progress.register_wh):
            yield (
                f"the progress of session {session_id} is at {progress.register_wh} Wh, "
                f"its reading ({own.boot}, {own.seq}) of {own.session_no} at {own.register_wh}"
            )


def messages_are_conserved(rows: Rows) -> Iterator[str]:
    """I21: what the piles of `sent` said was applied once or is in quarantine, and nothing else was applied.

    Meters are found by (boot, seq), the rare kinds by their id; a status or a birth is superseded by the next one.
    """
    pile_ids = {row.pile_no: row.id for row in rows.pile_by_id.values()}
    for pile_no, messages in (rows.sent or {}).items():
        said = {message.id: message for message in messages}
        applied = _Applied(rows, pile_no, pile_ids.get(pile_no, 0))
        yield from (f"pile {pile_no}: {fault}" for fault in applied.lost(said, rows.losable))
        yield from (f"pile {pile_no}: {fault}" for fault in applied.made_up(said))


def receipted_is_applied(rows: Rows) -> Iterator[str]:
    """I33: a final record that was receipted has ended its session, or is kept as a case of its own or in quarantine."""
    pile_ids = {row.pile_no: row.id for row in rows.pile_by_id.values()}
    ended = {(row.pile_id, row.session_no) for row in rows.sessions if row.ended_at is not None}
    ended |= {
        (row.pile_id, row.review_reason.partition(" ")[2])
        for row in rows.sessions
        if " " in row.review_reason
    }
    kept = {(row.pile_no, _id_of(row.payload)) for row in rows.quarantined}
    for pile_no, said in (rows.sent or {}).items():
        receipted = set(rows.receipted.get(pile_no, ()))
        for message in said:
            if message.name != "session_ended" or message.id not in receipted:
                continue
            is_ended = (pile_ids.get(pile_no), message.body["session_no"]) in ended
            if not is_ended and (pile_no, message.id) not in kept:
                yield f"pile {pile_no}: session_ended {message.id} was receipted and has ended nothing"


class _Applied:
    """What the platform has of one pile."""

    def __init__(self, rows: Rows, pile_no: str, pile_id: int) -> None:
        self._meters = {
            (reported_boot(row.boot), row.seq) for row in rows.meter_values if row.pile_id == pile_id
        }
        self._digests = {row.message_id: row.digest for row in rows.pile_messages if row.pile_id == pile_id}
        self._ids = self._digests.keys()
        self._refused = {_id_of(row.payload) for row in rows.quarantined if row.pile_no == pile_no}
        guns = {row.id: row.gun for row in rows.connector_by_id.values() if row.pile_id == pile_id}
        self._statuses = {
            guns[row.connector_id]: (reported_boot(row.boot), row.seq)
            for row in rows.connector_states
            if row.connector_id in guns
        }

    def lost(self, said: dict[str, UpMessage], losable: frozenset[str]) -> Iterator[str]:
        for message in said.values():
            if message.id in self._refused or (message.name in losable and message.name not in KEPT):
                continue
            if message.name == "meter" and message.order not in self._meters:
                yield f"meter {message.order} is lost"
            elif message.name in KEPT and message.id not in self._ids:
                yield f"{message.name} {message.id} is lost"
            elif message.name in KEPT and self._digests[message.id] not in {
                None,
                content_digest(message.payload),
            }:
                yield f"{message.name} {message.id} is lost, another message has its id"
        yield from self._old_statuses(said, losable)

    def _old_statuses(self, said: dict[str, UpMessage], losable: frozenset[str]) -> Iterator[str]:
        newest: dict[int, tuple[int, int]] = {}
        for message in said.values():
            if message.name == "status" and message.id not in self._refused:
                gun = message.body["connector"]
                newest[gun] = max(message.order, newest.get(gun, message.order))
        for gun, order in newest.items():
            if "status" not in losable and self._statuses.get(gun, (-1, -1)) < order:
                yield f"status {order} of gun {gun} is lost, the newest known is {self._statuses.get(gun)}"

    def made_up(self, said: dict[str, UpMessage]) -> Iterator[str]:
        """The broker speaks for a pile once for each birth: its will."""
        orders = {message.order for message in said.values() if message.name == "meter"}
        for order in self._meters - orders:
            yield f"meter {order} was applied and never sent"
        remembered = {message.id for message in said.values() if message.name in REMEMBERED}
        births = sum(message.name == "online" and message.body["online"] for message in said.values())
        unknown = self._ids - remembered
        if len(unknown) > births:
            yield f"messages {sorted(unknown)} were applied and never sent ({births} of them may be wills)"


def _id_of(payload: bytes) -> str | None:
    try:
        body = msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError):
        return None
    return body.get("id") if isinstance(body, dict) else None
