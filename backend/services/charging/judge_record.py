"""Whether a session's record can be true after all that its meter said before."""

from backend.domain.meter import FinalFault, FinalRecord, Reading, judge_final
from backend.domain.units import Watt, Wh
from backend.models import Session, SessionProgress
from backend.models.engine.prepared import Prepared

_find_progress = Prepared(
    SessionProgress,
    lambda session_id: SessionProgress.select(
        SessionProgress.meter_at,
        SessionProgress.register_wh,
        SessionProgress.power_w,
        SessionProgress.energy_grew_at,
    ).where(SessionProgress.session_id == session_id),
)


def judge_record(*, session: Session, record: FinalRecord) -> tuple[FinalFault, ...]:
    """Everything that cannot be true of a final record, or of what stands for it; empty means plausible."""
    last, grew_at = None, None
    progress = _find_progress.first(session.id)
    if progress is not None:
        last = Reading(progress.meter_at, Wh(progress.register_wh), Watt(progress.power_w))
        grew_at = progress.energy_grew_at
    return judge_final(record, last, Watt(session.rated_w), session.register_start_wh, grew_at)
