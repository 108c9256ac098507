"""Accounts of piles at the broker: whether a change is in force there, and why not (docs/adr/0020).

The database says who may come in; a program beside each broker hands that over and looks whether it was taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

FOLLOWER_SILENT_AFTER: Final = timedelta(seconds=15)
"""The program beside a broker says every second or so that it lives."""
NODE_FORGOTTEN_AFTER: Final = timedelta(days=1)
"""A broker that was taken away is waited for no longer."""
ISSUE_GRACE: Final = timedelta(seconds=10)
"""A change takes a second or two; only then silence means that nobody follows."""


class BrokerProblem(StrEnum):
    """Why the program beside a broker could not hand accounts over; NONE: it could."""

    NONE = "none"
    FILE = "file"
    BROKER_AWAY = "broker_away"
    NOT_TAKEN = "not_taken"


class ContactRefusal(StrEnum):
    """Why the broker let a pile not in."""

    WRONG_SECRET = "wrong_secret"  # noqa: S105 - a reason, no secret
    WRONG_CLIENT_ID = "wrong_client_id"
    TOO_MANY_TRIES = "too_many_tries"


class AccountState(StrEnum):
    """Whether a pile's present secret is the one that the broker asks for."""

    NONE = "none"
    PENDING = "pending"
    TAKEN = "taken"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeReport:
    """What is known of one broker."""

    seen_at: datetime
    taken_version: int
    problem: BrokerProblem


def account_state(
    *, is_issued: bool, version: int | None, nodes: Sequence[NodeReport], now: datetime
) -> tuple[AccountState, BrokerProblem | None]:
    """The state of an account that was last changed at `version`, and what stands against it where it is stuck.

    `version` None: unchanged since before changes were counted, so in force. A problem of None with STUCK: no program
    follows the database.
    """
    if not is_issued and version is None:
        return AccountState.NONE, None
    known = [node for node in nodes if now - node.seen_at < NODE_FORGOTTEN_AFTER]
    behind = [node for node in known if node.taken_version < (version or 0)]
    if version is None or (known and not behind):
        return (AccountState.TAKEN if is_issued else AccountState.NONE), None
    if not known:
        return AccountState.STUCK, None
    for node in behind:
        if node.problem is not BrokerProblem.NONE:
            return AccountState.STUCK, node.problem
    if any(now - node.seen_at > FOLLOWER_SILENT_AFTER for node in behind):
        return AccountState.STUCK, None
    return AccountState.PENDING, None
