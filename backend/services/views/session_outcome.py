"""What becomes of a session that a person has to look at: what is held until when, and what was decided."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from backend.domain.decision import Decision
from backend.domain.ledger import EntryKind
from backend.domain.timer import TimerKind
from backend.models import RefundPart, Session, SessionDecision, Timer
from backend.models.ledger import LedgerEntry


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """While it is looked at: `held_fen` goes back at `held_until` at the latest; 0 and None: it went back."""

    held_fen: int
    held_until: datetime | None


class OutcomeView(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided last; the order says the rest."""

    decision: Decision
    decided_at: datetime


def load_reviews(holds: dict[str, int]) -> dict[str, ReviewView]:
    """Of sessions in review, given with their holds: what is held still, and until when."""
    if not holds:
        return {}
    numbers = sorted(holds)
    released = {
        row.reference
        for row in LedgerEntry.select(LedgerEntry.reference).where(
            (LedgerEntry.kind == EntryKind.RELEASE) & LedgerEntry.reference.in_(numbers)
        )
    }
    went_back = {
        row.session_no
        for row in Session.select(Session.session_no)
        .join(RefundPart, on=(RefundPart.payment_id == Session.payment_id))
        .where(Session.session_no.in_(numbers))
    }
    timers = Timer.select(Timer.subject_no, Timer.due_at).where(
        (Timer.kind == TimerKind.REVIEW_RELEASE) & Timer.subject_no.in_(numbers)
    )
    due = {row.subject_no: row.due_at for row in timers}
    return {
        number: ReviewView(held_fen=hold_fen, held_until=due.get(number))
        if hold_fen and number not in released | went_back
        else ReviewView(held_fen=0, held_until=None)
        for number, hold_fen in holds.items()
    }


def load_outcomes(session_ids: Collection[int]) -> dict[int, OutcomeView]:
    """The last decision of each of these sessions that has one."""
    if not session_ids:
        return {}
    rows = (
        SessionDecision.select(
            SessionDecision.session_id, SessionDecision.decision, SessionDecision.decided_at
        )
        .where(SessionDecision.session_id.in_(list(session_ids)))
        .order_by(SessionDecision.number)
    )
    return {row.session_id: OutcomeView(decision=row.decision, decided_at=row.decided_at) for row in rows}
