"""A pile's birth and will: whether its connection stands. An old connection's will changes nothing."""

from backend.models.database import Tx, transactional
from backend.services.commands import requeue_for_pile
from backend.services.report import Report
from backend.services.touch_piles import PileMark


@transactional
def record_online(tx: Tx, *, report: Report, mark: PileMark, is_online: bool, conn: str) -> bool:
    """Note the birth or will `conn` on the pile's mark; False when it is an old will and was ignored.

    A birth sends again what the pile has not answered. `touch_piles` writes the mark.
    """
    del tx
    if not is_online:
        if conn != mark.conn:
            return False
        mark.is_online = False
        return True
    mark.see(boot=report.boot, seq=report.seq, received_at=report.received_at)
    if conn != mark.conn:
        mark.conn = conn
        mark.online_since = report.received_at
    requeue_for_pile(pile_id=report.pile.id, now=report.received_at)
    return True
