"""Cars that stay after their charge: those that are due are looked at, one by one."""

from typing import Final

import structlog

from backend.domain.errors import ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.models.engine import database
from backend.services.charging.claim_due_stays import claim_due_stays
from backend.services.charging.look_after_stay import look_after_stay

STAYS_PER_CLAIM: Final = 200
_log = structlog.get_logger(__name__)


def run_due_stays() -> int:
    """Look after what is due; returns how many that were. Raises ServiceUnavailable."""
    claimed = claim_due_stays(limit=STAYS_PER_CLAIM, now=utc_now())
    for session_id in claimed:
        try:
            look_after_stay(session_id=session_id, now=utc_now())
        except ServiceUnavailable:
            raise
        except Exception:  # noqa: BLE001 - one bad row must not stop all others
            _log.exception("stay_put_off", session_id=session_id)
            database.close()  # whatever it was, the next transaction starts on a fresh connection
    return len(claimed)
