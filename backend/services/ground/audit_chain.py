"""Links audit rows into a chain of hashes, and follows it to see whether anything in it was changed.

Row ids are given before a commit, so a lower one may become visible after a higher one: links have numbers of their
own, and every look goes back to rows that somebody may still have been writing. One process makes links at a time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog
from peewee import JOIN, IntegrityError, fn

from backend.domain.audit_chain import FIRST_HASH, LATE_BY, AuditFacts, AuditFault, hash_link
from backend.models import AuditChain, AuditLink, AuditRow
from backend.models.engine.database import RetryTransaction, locked, reading, transactional

ROWS_PER_LINKING: Final = 500
LINKS_PER_LOOK: Final = 2_000
SETTLED_AFTER: Final = timedelta(minutes=5)
"""No transaction is still writing a row of then: statements end after seconds."""
_ONLY_ROW: Final = 1
_log = structlog.get_logger(__name__)


class BrokenAudit(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing in the chain that is not as it was linked; `audit_id` None where only a link is gone."""

    fault: AuditFault
    number: int | None
    audit_id: int | None


class AuditLook(msgspec.Struct, frozen=True, kw_only=True):
    """How far the chain was followed; `is_done` when that was all of it, or something is broken.

    `links` is how many there are, `hash` the newest one's: noted elsewhere, the two tell a chain made anew.
    """

    checked: int
    links: int
    hash: str
    is_done: bool
    broken: BrokenAudit | None


@transactional
def link_audit_rows(*, now: datetime) -> int:
    """Link what is not linked yet, some rows at a time; how many that were."""
    chain = _lock_chain()
    rows: list[AuditRow] = list(
        AuditRow.select(AuditRow)
        .join(AuditLink, JOIN.LEFT_OUTER, on=(AuditLink.audit_id == AuditRow.id))
        .where((AuditRow.id > chain.settled_id) & AuditLink.number.is_null())
        .order_by(AuditRow.id)
        .limit(ROWS_PER_LINKING)
    )
    number, newest = chain.number, chain.hash
    links = []
    for row in rows:
        number += 1
        newest = hash_link(number=number, before=newest, linked_at=now, facts=facts_of(row))
        links.append({"number": number, "audit_id": row.id, "hash": newest, "linked_at": now})
    if links:
        AuditLink.insert_many(links).execute()
    is_all = len(rows) < ROWS_PER_LINKING
    settled_id = _find_settled(chain.settled_id, now) if is_all else chain.settled_id
    if links or settled_id != chain.settled_id:
        AuditChain.update(number=number, hash=newest, settled_id=settled_id).where(
            AuditChain.id == _ONLY_ROW
        ).execute()
    if links:
        _log.info("audit_linked", number=number, hash=newest)
    return len(rows)


@reading
def look_at_chain(*, after: int) -> AuditLook:
    """Follow the chain on from link `after`, a bounded part of it; 0 begins. Never changes anything."""
    chain = AuditChain.get_or_none(AuditChain.id == _ONLY_ROW) or AuditChain(id=_ONLY_ROW)
    query = AuditLink.select().where((AuditLink.number >= after) & (AuditLink.number <= chain.number))
    links = list(query.order_by(AuditLink.number).limit(LINKS_PER_LOOK + (after > 0)))
    before = links.pop(0) if after and links and links[0].number == after else None
    rows = _load_rows([link.audit_id for link in links] + ([before.audit_id] if before else []))
    if after and before is None:
        broken: BrokenAudit | None = BrokenAudit(fault=AuditFault.LINK_DELETED, number=after, audit_id=None)
    else:
        broken = _find_broken(chain, before, links, rows) or _find_inserted(chain, before, links)
    reached = links[-1].number if links else after
    is_end = broken is None and len(links) < LINKS_PER_LOOK
    if is_end:
        broken = _find_broken_end(chain, links[-1] if links else before, reached)
    return AuditLook(
        checked=reached if broken is None else max(after, (broken.number or reached + 1) - 1),
        links=chain.number,
        hash=chain.hash,
        is_done=is_end or broken is not None,
        broken=broken,
    )


@reading
def is_link(*, number: int, link_hash: str) -> bool:
    """Whether the chain has this link still."""
    own = (AuditLink.number == number) & (AuditLink.hash == link_hash)
    return AuditLink.select(AuditLink.number).where(own).exists()


def facts_of(row: AuditRow) -> AuditFacts:
    """All that a row says."""
    return AuditFacts(
        id=row.id,
        at=row.at,
        actor_kind=row.actor_kind.value,
        actor_id=row.actor_id,
        operator_id=row.operator_id,
        action=row.action,
        object_kind=row.object_kind,
        object_no=row.object_no,
        detail=row.detail,
        request_id=row.request_id,
        ip=row.ip,
    )


def _lock_chain() -> AuditChain:
    chain: AuditChain | None = locked(AuditChain.select().where(AuditChain.id == _ONLY_ROW)).first()
    if chain is not None:
        return chain
    try:
        before_id = int(AuditRow.select(fn.MAX(AuditRow.id)).scalar() or 0)
        AuditChain.insert(id=_ONLY_ROW, hash=FIRST_HASH, before_id=before_id).execute()
    except IntegrityError as error:
        raise RetryTransaction from error
    made: AuditChain = AuditChain.get_by_id(_ONLY_ROW)
    return made


def _find_settled(settled_id: int, now: datetime) -> int:
    """The newest row id up to which nobody writes any more. All of them are linked by now."""
    old = AuditLink.select(fn.MAX(AuditLink.audit_id)).where(
        (AuditLink.audit_id > settled_id) & (AuditLink.linked_at < now - SETTLED_AFTER)
    )
    return max(settled_id, int(old.scalar() or 0))


def _load_rows(ids: Sequence[int]) -> dict[int, AuditRow]:
    return {row.id: row for row in AuditRow.select().where(AuditRow.id.in_(ids))} if ids else {}


def _find_broken(
    chain: AuditChain, before: AuditLink | None, links: Sequence[AuditLink], rows: Mapping[int, AuditRow]
) -> BrokenAudit | None:
    previous = before
    for link in links:
        number = 1 if previous is None else previous.number + 1
        fault = _judge(previous, link, number, rows) or _judge_time(chain, previous, link, rows)
        if fault is AuditFault.LINK_DELETED:
            return BrokenAudit(fault=fault, number=number, audit_id=None)
        if fault is not None:
            return BrokenAudit(fault=fault, number=link.number, audit_id=link.audit_id)
        previous = link
    return None


def _judge(
    previous: AuditLink | None, link: AuditLink, number: int, rows: Mapping[int, AuditRow]
) -> AuditFault | None:
    if link.number != number:
        return AuditFault.LINK_DELETED
    row = rows.get(link.audit_id)
    if row is None:
        return AuditFault.DELETED
    before = FIRST_HASH if previous is None else previous.hash
    made = hash_link(number=number, before=before, linked_at=link.linked_at, facts=facts_of(row))
    return None if made == link.hash else AuditFault.CHANGED


def _judge_time(
    chain: AuditChain, previous: AuditLink | None, link: AuditLink, rows: Mapping[int, AuditRow]
) -> AuditFault | None:
    """A row that was written long after the time it tells; those from before the chain were written in any order."""
    if previous is None or link.audit_id <= chain.before_id:
        return None
    row, earlier = rows.get(link.audit_id), rows.get(previous.audit_id)
    is_late = row is not None and earlier is not None and row.at < earlier.at - LATE_BY
    return AuditFault.OUT_OF_TIME if is_late else None


def _find_inserted(
    chain: AuditChain, before: AuditLink | None, links: Sequence[AuditLink]
) -> BrokenAudit | None:
    """A row without a link among rows that all had theirs: ids are roughly in the links' order, so each look does a part."""
    ids = [link.audit_id for link in links] + ([before.audit_id] if before else [])
    if not ids:
        return None
    within = AuditRow.id <= min(max(ids), chain.settled_id)
    if before is not None:
        within &= AuditRow.id > min(ids)
    inserted = (
        AuditRow.select(AuditRow.id)
        .join(AuditLink, JOIN.LEFT_OUTER, on=(AuditLink.audit_id == AuditRow.id))
        .where(within & AuditLink.number.is_null())
        .order_by(AuditRow.id)
        .first()
    )
    return (
        None
        if inserted is None
        else BrokenAudit(fault=AuditFault.INSERTED, number=None, audit_id=inserted.id)
    )


def _find_broken_end(chain: AuditChain, last: AuditLink | None, reached: int) -> BrokenAudit | None:
    """The end is where the chain's own row says."""
    if reached != chain.number:
        return BrokenAudit(fault=AuditFault.LINK_DELETED, number=reached + 1, audit_id=None)
    if (FIRST_HASH if last is None else last.hash) != chain.hash:
        return BrokenAudit(fault=AuditFault.LINK_CHANGED, number=reached, audit_id=None)
    beyond = AuditLink.select(fn.MAX(AuditLink.number)).where(AuditLink.number > chain.number).scalar()
    if beyond:
        return BrokenAudit(fault=AuditFault.LINK_CHANGED, number=beyond, audit_id=None)
    return None
