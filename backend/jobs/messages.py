"""Messages to drivers that are due: each is sent in a thread that may wait for whoever sends it."""

from functools import partial
from typing import Final

import structlog

from backend.domain.errors import DomainError
from backend.gateways.clock import utc_now
from backend.jobs.timers import OutsideLane
from backend.services.messages.claim_messages import claim_messages
from backend.services.messages.send_message import send_message

MESSAGES_PER_CLAIM: Final = 4
"""As many as go out at once."""
_log = structlog.get_logger(__name__)


def run_due_messages(outside: OutsideLane) -> int:
    """Claim what is due and hand it to the threads; returns how many were claimed. Raises ServiceUnavailable."""
    claimed = claim_messages(limit=MESSAGES_PER_CLAIM, now=utc_now())
    for message_id in claimed:
        if not outside.offer_work(partial(_send, message_id)):
            _log.warning("message_put_off", message_id=message_id)
    return len(claimed)


def _send(message_id: int) -> None:
    """One that fails before its call is told as unknown when its claim runs out: rather lost than twice."""
    try:
        send_message(message_id=message_id, now=utc_now())
    except DomainError as error:
        _log.warning("message_failed", message_id=message_id, error=str(error))
    except Exception:  # noqa: BLE001 - one bad row must not stop all others
        _log.exception("message_failed", message_id=message_id)
