"""How a driver is told something outside the app: what services ask of whoever sends, and no more."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

import msgspec

from backend.domain.driver_message import MessageKind
from backend.domain.identity import IdentityKind


class Sent(StrEnum):
    """What became of one call."""

    DONE = "done"
    # the driver allows it no more
    REFUSED = "refused"
    # surely not sent, and may be tried again
    NOT_NOW = "not_now"
    # taken in no case
    NEVER = "never"
    # no answer: it may have been sent
    UNKNOWN = "unknown"


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says, in our names; the sender knows those of the template. `page` opens on a tap."""

    place: str
    amount: str
    time: str
    note: str
    page: str


class MessageSender(Protocol):
    """Safe to share between threads; each call takes at most about twenty seconds."""

    @property
    def reader_kind(self) -> IdentityKind:
        """Which of a driver's identities is told."""
        ...

    @property
    def templates(self) -> Mapping[MessageKind, str]:
        """What the phone asks permission for; kinds without one are told to nobody."""
        ...

    def send(self, *, kind: MessageKind, to: str, words: Words) -> tuple[Sent, str]:
        """One call: what became of it, and the sender's reason where it was not done."""
        ...
