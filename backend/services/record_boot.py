"""`boot`: a pile has started. Its make and firmware are kept, and unanswered commands are sent again."""

import structlog

from backend.models import Pile
from backend.models.database import Tx, transactional
from backend.services.commands import requeue_for_pile
from backend.services.report import BOOTS_PER_EPOCH, Report, reported_boot
from backend.services.touch_piles import PileMark

_log = structlog.get_logger(__name__)


@transactional
def record_boot(tx: Tx, *, report: Report, mark: PileMark, vendor: str, model: str, firmware: str) -> None:
    """Take what the pile says of itself; fields it leaves empty stay as they are."""
    del tx
    if report.is_replayed:
        return
    if report.boot // BOOTS_PER_EPOCH > mark.boot // BOOTS_PER_EPOCH:
        _log.warning(
            "boot_epoch",
            pile_no=report.pile.pile_no,
            last_boot=reported_boot(mark.boot),
            boot=reported_boot(report.boot),
        )
    said = {"vendor": vendor, "model": model, "firmware": firmware}
    changes = {name: value for name, value in said.items() if value}
    if changes:
        Pile.update(changes).where(Pile.id == report.pile.id).execute()
    requeue_for_pile(pile_id=report.pile.id, now=report.received_at)
    _log.info("pile_booted", pile_no=report.pile.pile_no, boot=reported_boot(report.boot), firmware=firmware)
