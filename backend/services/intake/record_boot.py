"""`boot`: piles have started. Their make, firmware and what they can do are kept."""

from collections.abc import Sequence
from typing import Final

import msgspec
import structlog

from backend.domain.event import PileLostItsCounter
from backend.domain.report import BOOTS_PER_EPOCH, Report, reported_boot
from backend.models import Pile
from backend.models.engine.database import transactional
from backend.services.ground.events import Fact, write_events

PILES_TOLD: Final = 20
"""In one line of the log: after an outage a batch may have a thousand."""
_log = structlog.get_logger(__name__)


class PileBoot(msgspec.Struct, frozen=True, kw_only=True):
    """What a pile says of itself, empty where it says nothing; `last_boot` is that of its message before.

    `capabilities` comma separated: one that says none has none.
    """

    report: Report
    last_boot: int
    vendor: str
    model: str
    firmware: str
    capabilities: str


@transactional
def record_boots(*, boots: Sequence[PileBoot]) -> None:
    """Take what piles say of themselves, in this order; fields they leave empty stay as they are.

    A fleet has few makes: one statement for all piles that say the same.
    """
    _log.info("piles_booted", piles=[boot.report.pile.pile_no for boot in boots[:PILES_TOLD]], of=len(boots))
    said: dict[int, dict[str, str]] = {}
    lost = [boot for boot in boots if _has_lost_its_counter(boot)]
    if lost:
        _tell_lost_counters(lost)
    for boot in boots:
        fields = {"vendor": boot.vendor, "model": boot.model, "firmware": boot.firmware}
        own = said.setdefault(boot.report.pile.id, {})
        own.update({name: text for name, text in fields.items() if text})
        own["capabilities"] = boot.capabilities
    alike: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for pile_id in sorted(said):
        alike.setdefault(tuple(sorted(said[pile_id].items())), []).append(pile_id)
    for changes, pile_ids in alike.items():
        if changes:
            Pile.update(dict(changes)).where(Pile.id.in_(pile_ids)).execute()


def _has_lost_its_counter(boot: PileBoot) -> bool:
    return boot.report.boot // BOOTS_PER_EPOCH > boot.last_boot // BOOTS_PER_EPOCH


def _tell_lost_counters(boots: Sequence[PileBoot]) -> None:
    facts = []
    for boot in boots:
        pile = boot.report.pile
        detail = PileLostItsCounter(
            last_boot=reported_boot(boot.last_boot), boot=reported_boot(boot.report.boot)
        )
        facts.append(Fact(detail=detail, object_no=pile.pile_no, operator_id=pile.operator_id))
        _log.warning("boot_epoch", pile_no=pile.pile_no, last_boot=detail.last_boot, boot=detail.boot)
    write_events(facts, now=boots[0].report.received_at)
