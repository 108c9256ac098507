"""Piles that have lost their counter: noted for people, and asked what they do now.

What such a pile said until it was noticed was numbered like old news and changed nothing that is shown.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import structlog

from backend.domain.command import CommandKind
from backend.domain.event import PileLostItsCounter
from backend.domain.report import KnownPile, reported_boot
from backend.models.engine.database import transactional
from backend.services.commands.queue import queue_for_piles
from backend.services.ground.events import Fact, write_events

_log = structlog.get_logger(__name__)


class NewEpoch(msgspec.Struct, frozen=True, kw_only=True):
    """A pile's numbers begin anew; `last_*` is the newest place in order that it had before."""

    pile: KnownPile
    last_boot: int
    last_seq: int
    boot: int
    seq: int


@transactional
def record_epochs(*, epochs: Sequence[NewEpoch], now: datetime) -> None:
    """Tell of each by an event, and queue `report_status` for these piles."""
    facts = []
    for epoch in epochs:
        pile = epoch.pile
        detail = PileLostItsCounter(last_boot=reported_boot(epoch.last_boot), boot=reported_boot(epoch.boot))
        facts.append(Fact(detail=detail, object_no=pile.pile_no, operator_id=pile.operator_id))
        _log.warning(
            "counter_restarted",
            pile_no=pile.pile_no,
            boot=detail.boot,
            last_seq=epoch.last_seq,
            seq=epoch.seq,
        )
    write_events(facts, now=now)
    piles = sorted({(epoch.pile.id, epoch.pile.operator_id) for epoch in epochs})
    queue_for_piles(piles=piles, kind=CommandKind.REPORT_STATUS, now=now)
