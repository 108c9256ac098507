"""The parts of refunds that are due: each is sent, or asked about, in a thread that may wait for a channel."""

from functools import partial
from typing import Final

import structlog

from backend.crash_points import CrashPoint
from backend.domain.errors import DomainError
from backend.gateways.clock import utc_now
from backend.jobs.timers import OutsideLane
from backend.services.payments.claim_refund_steps import claim_refund_steps
from backend.services.payments.step_refund_part import step_refund_part

PARTS_PER_CLAIM: Final = 4
"""As many as are worked on at once: what is claimed and not begun waits for its claim to run out."""
_BEFORE_STEP: Final = CrashPoint("refunds.before_step")
_log = structlog.get_logger(__name__)


def run_due_refunds(outside: OutsideLane) -> int:
    """Claim what is due and hand it to the threads; returns how many were claimed. Raises ServiceUnavailable."""
    claimed = claim_refund_steps(limit=PARTS_PER_CLAIM, now=utc_now())
    for part_no in claimed:
        if not outside.offer_work(partial(_step, part_no)):
            _log.warning("refund_put_off", part_no=part_no)
    return len(claimed)


def _step(part_no: str) -> None:
    """A step that fails is due again when its claim runs out."""
    try:
        _BEFORE_STEP()
        step_refund_part(part_no=part_no, now=utc_now())
    except DomainError as error:
        _log.warning("refund_step_put_off", part_no=part_no, error=str(error))
    except Exception:  # noqa: BLE001 - one bad row must not stop all others
        _log.exception("refund_step_put_off", part_no=part_no)
