"""What the program beside a broker tells: how far it handed accounts over, and whom the broker let in or not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from backend.domain.broker_account import BrokerProblem, ContactRefusal, NodeReport
from backend.domain.feed_topics import pile_topics
from backend.live import feed
from backend.models import BrokerNode, Pile, PileContact
from backend.models.engine.database import after_commit, transactional

PILES_PER_NOTE: Final = 200
TOLD_AGAIN_AFTER: Final = timedelta(seconds=5)
"""Somebody who knocks without end makes no more rows and no more writes than this."""


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What the broker last said of one name; exactly one of the two is set."""

    connected_at: datetime | None = None
    refused_at: datetime | None = None
    refusal: ContactRefusal | None = None


@transactional
def record_broker_node(
    *,
    name: str,
    taken_version: int | None,
    problem: BrokerProblem,
    refusals: int,
    refused_at: datetime | None,
    now: datetime,
) -> None:
    """The program beside the broker `name` lives; every change up to `taken_version` is in force (None: as before).

    `refusals`: log-ins refused since the last call whose name the broker did not tell.
    """
    row = BrokerNode.get_or_none(BrokerNode.name == name)
    is_new = row is None
    row = row or BrokerNode(name=name, taken_version=0, refusals=0)
    if taken_version is not None and (is_new or taken_version > row.taken_version):
        row.taken_version, row.taken_at = taken_version, now
    row.seen_at, row.problem = now, problem
    row.refusals += refusals
    row.refused_at = refused_at or row.refused_at
    row.save(force_insert=is_new)


@transactional
def note_contacts(*, contacts: Mapping[str, Contact], now: datetime) -> None:
    """Keep the latest of each pile; names that are no pile's are dropped."""
    names = sorted(contacts)[:PILES_PER_NOTE]
    for pile in Pile.select(Pile.id, Pile.pile_no, Pile.operator_id).where(Pile.pile_no.in_(names)):
        contact = contacts[pile.pile_no]
        row = PileContact.get_or_none(PileContact.pile_id == pile.id)
        is_new = row is None
        row = row or PileContact(pile_id=pile.id)
        if contact.connected_at is not None:
            row.connected_at = contact.connected_at
        elif _is_told(row, contact, now):
            continue
        else:
            row.refused_at, row.refusal = contact.refused_at, contact.refusal
        row.save(force_insert=is_new)
        _tell(pile)


def list_nodes() -> list[NodeReport]:
    """What is known of each broker."""
    return [
        NodeReport(seen_at=row.seen_at, taken_version=row.taken_version, problem=row.problem)
        for row in BrokerNode.select()
    ]


def _is_told(row: PileContact, contact: Contact, now: datetime) -> bool:
    return (
        row.refusal is contact.refusal
        and row.refused_at is not None
        and now - row.refused_at < TOLD_AGAIN_AFTER
        and (row.connected_at is None or row.connected_at < row.refused_at)
    )


def _tell(pile: Pile) -> None:
    topics = pile_topics(pile_no=pile.pile_no, operator_id=pile.operator_id)
    after_commit(lambda: feed.publish(topics))
