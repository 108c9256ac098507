"""Messages of a pile and the envelope around each: id, at, seq, boot, connector, replayed.

All times are integers, ms since 1970 of the machine's clock; the pile's own clock is that plus its skew.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

# Money or a state depends on these: a pile keeps each until `down/receipt` names it.
KEPT = frozenset({"session_started", "session_ended", "reply"})


class UpMessage(msgspec.Struct, frozen=True):
    """`name` is the last part of the topic, `body` the JSON object."""

    name: str
    body: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.body["id"])

    @property
    def order(self) -> tuple[int, int]:
        """Sorts the messages of one pile: (boot, seq)."""
        return self.body["boot"], self.body["seq"]

    @property
    def payload(self) -> bytes:
        return msgspec.json.encode(self.body)

    @property
    def is_kept(self) -> bool:
        return self.name in KEPT

    def as_replayed(self) -> UpMessage:
        return UpMessage(self.name, {**self.body, "replayed": True})


class Envelope:
    """Numbers and dates the messages of one boot."""

    def __init__(self, boot: int, skew_ms: int) -> None:
        self.boot = boot
        self.skew_ms = skew_ms
        self._seq = 0

    def stamp(self, name: str, now_ms: int, *, connector: int | None = None, **fields: object) -> UpMessage:
        self._seq += 1
        body: dict[str, Any] = {
            "id": f"{self.boot}-{self._seq}",
            "at": to_text(now_ms + self.skew_ms),
            "seq": self._seq,
            "boot": self.boot,
        }
        if connector is not None:
            body["connector"] = connector
        body.update(fields)
        return UpMessage(name, body)


def to_text(time_ms: int) -> str:
    """RFC 3339, UTC, with milliseconds and Z."""
    seconds, rest_ms = divmod(time_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest_ms:03d}Z"


def from_text(text: object) -> int:
    """The inverse of `to_text`, for any RFC 3339 time with an offset; ValueError for anything else."""
    if not isinstance(text, str):
        raise ValueError("a time is a text")  # noqa: TRY004 (one error for the caller, whatever is wrong)
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time needs its offset")
    since = time - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
