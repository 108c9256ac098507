"""Records a pile keeps until the platform says they are durable, and when it sends each again.

Device protocol, rule 4: 30 s, then growing to 10 min, across power loss, without end. `refused` stops the
resending and keeps the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from scripts.stand_ins.simulator.envelope import UpMessage

FIRST_WAIT_MS = 30_000
LONGEST_WAIT_MS = 600_000
MAX_RECORDS = 1_000  # beyond it the oldest reply goes, never a session's record
MAX_SESSION_RECORDS = 200  # with so many a pile accepts no further start, so this never overflows
SESSION_RECORDS = frozenset({"session_started", "session_ended"})


class KeptRecord(msgspec.Struct):
    """As stored across power loss; `refused` is the platform's code or empty."""

    name: str
    body: dict[str, Any]
    refused: str = ""


@dataclass(slots=True)
class _Entry:
    message: UpMessage
    next_ms: int
    wait_ms: int = FIRST_WAIT_MS
    refused: str = ""


class Outbox:
    def __init__(self, records: Iterable[KeptRecord] = ()) -> None:
        self._entries: dict[str, _Entry] = {}
        for record in records:
            message = UpMessage(record.name, record.body).as_replayed()
            self._entries[message.id] = _Entry(message, 0, refused=record.refused)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, message_id: object) -> bool:
        return message_id in self._entries

    @property
    def is_full(self) -> bool:
        """Too many session records wait for their receipt to accept another start."""
        held = sum(entry.message.name in SESSION_RECORDS for entry in self._entries.values())
        return held >= MAX_SESSION_RECORDS

    def keep(self, message: UpMessage, now_ms: int) -> None:
        self._entries[message.id] = _Entry(message, now_ms + FIRST_WAIT_MS)
        if len(self._entries) > MAX_RECORDS:
            lesser = (key for key, entry in self._entries.items() if not _is_session_record(entry))
            oldest = next(lesser, None)
            if oldest is not None:
                del self._entries[oldest]

    def receive_receipt(self, ids: Iterable[str], refused: dict[str, str]) -> None:
        for message_id in ids:
            self._entries.pop(message_id, None)
        for message_id, code in refused.items():
            if message_id in self._entries:
                self._entries[message_id].refused = code

    def take_due(self, now_ms: int) -> list[UpMessage]:
        """What is to be sent again now; each waits twice as long for the next time."""
        due = [entry for entry in self._entries.values() if not entry.refused and entry.next_ms <= now_ms]
        for entry in due:
            entry.wait_ms = min(entry.wait_ms * 2, LONGEST_WAIT_MS)
            entry.next_ms = now_ms + entry.wait_ms
        return [entry.message for entry in due]

    def take_all(self, now_ms: int) -> list[UpMessage]:
        """After a reconnect: everything that was not refused, and the waiting begins again."""
        wanted = [entry for entry in self._entries.values() if not entry.refused]
        for entry in wanted:
            entry.wait_ms = FIRST_WAIT_MS
            entry.next_ms = now_ms + FIRST_WAIT_MS
        return [entry.message for entry in wanted]

    def due_ms(self) -> int | None:
        return min((entry.next_ms for entry in self._entries.values() if not entry.refused), default=None)

    def records(self) -> list[KeptRecord]:
        return [
            KeptRecord(entry.message.name, entry.message.body, entry.refused)
            for entry in self._entries.values()
        ]


def _is_session_record(entry: _Entry) -> bool:
    return entry.message.name in SESSION_RECORDS
