"""The chain over the audit log: each link's hash covers a row and the link before, so that nothing in it can be changed.

It shows a change; it cannot prevent one. Who can write both tables can also make the whole chain anew: a number and its
hash that were noted elsewhere (`scripts/check_audit`, the programs' logs) tell that too.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

FIRST_HASH: Final = ""
LATE_BY: Final = timedelta(hours=1)
"""A row that says to be older than what was linked before it, by more than any transaction takes or clock is wrong."""


class AuditFault(StrEnum):
    CHANGED = "changed"
    DELETED = "deleted"
    LINK_CHANGED = "link_changed"
    LINK_DELETED = "link_deleted"
    INSERTED = "inserted"
    OUT_OF_TIME = "out_of_time"


class AuditFacts(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """All that an audit row says, in the order in which it is hashed."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    operator_id: int | None
    action: str
    object_kind: str
    object_no: str
    detail: str
    request_id: str
    ip: str


def hash_link(*, number: int, before: str, linked_at: datetime, facts: AuditFacts) -> str:
    """The hash of link `number` over a row and the hash of the link before it."""
    return hashlib.sha256(msgspec.json.encode([number, before, linked_at, facts])).hexdigest()
