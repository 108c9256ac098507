"""Whether a final record is to be taken at all: a repeat is not, and a second, different end is for a person.

Decides no money and no plausibility. A receipt means kept: what is not taken here is either known word for word or
goes to quarantine whole.
"""

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from backend.domain.errors import SecondEnd
from backend.domain.meter import FinalRecord
from backend.domain.order import OrderKind, OrderState
from backend.domain.report import Report
from backend.domain.report_time import TRUSTED_OFFSET
from backend.domain.session import SessionState
from backend.models import Order, Session
from backend.services.charging.session_terms import terms_of

_NO_TIME: Final = timedelta(0)


def is_repeated_end(session: Session, record: FinalRecord, digest: str) -> bool:
    """Whether a locked session has ended by this very record; else it is noted as the one that is taken now.

    Raises SecondEnd where the session has ended by another one.
    """
    if not _has_ended(session):
        session.record_digest = digest
        return False
    if session.record_digest is None:  # it ended before digests were kept
        ends = (session.register_start_wh, session.register_end_wh)
        is_same = ends == (record.register_start_wh, record.register_end_wh)
    else:
        is_same = session.record_digest == digest
    if not is_same:
        raise SecondEnd(session_no=session.session_no)
    return True


def dated_by_content(report: Report, record: FinalRecord, session: Session) -> Report:
    """The report as one that was made earlier than it came, if its record proves that, however old it is.

    A record that begins when we know the session to have begun was dated by a clock that was right: that its message
    is dated long ago then says nothing about the clock.
    """
    if report.is_replayed or report.at - report.received_at >= -TRUSTED_OFFSET:
        return report
    begins_late = record.started_at - (session.started_at or session.created_at)
    deadline = timedelta(seconds=terms_of(session).start_deadline_s)
    latest = _NO_TIME if session.started_at is not None else deadline
    is_proven = -TRUSTED_OFFSET <= begins_late <= latest + TRUSTED_OFFSET
    is_proven = is_proven and record.ended_at - report.at <= TRUSTED_OFFSET
    return replace(report, is_replayed=True) if is_proven else report


def _has_ended(session: Session) -> bool:
    """Whether a final record was taken, or nothing waits for one; what was settled provisionally does."""
    if session.state is SessionState.REVIEW:
        return session.register_end_wh is not None
    if session.state is not SessionState.SETTLED:
        return False
    own = (Order.session_id == session.id) & (Order.kind == OrderKind.CHARGING)
    return not Order.select().where(own & (Order.state == OrderState.PROVISIONAL)).exists()
