"""Files of exports go after their days, and what is left of those nobody finished; that they were made stays known.

A file whose row names it no more is deleted by `stored_files`.
"""

from datetime import datetime, timedelta
from typing import Final

from backend.domain.export import TRIED_AGAIN, ExportState
from backend.models import ExportJob, ExportPart
from backend.models.engine.database import transactional
from backend.services.exports.claims import KEPT

EXPORTS_PER_CALL: Final = 50
KNOWN: Final = timedelta(days=400)


@transactional
def expire_exports(*, now: datetime) -> int:
    """Some of those whose time is over; returns how many. Harmless to repeat or to run twice."""
    is_over = (ExportJob.state == ExportState.DONE) & (ExportJob.expires_at < now)
    is_left = ExportJob.state.in_(sorted(TRIED_AGAIN)) & (ExportJob.ended_at < now - KEPT)
    done = [row.id for row in ExportJob.select(ExportJob.id).where(is_over).limit(EXPORTS_PER_CALL)]
    left = [row.id for row in ExportJob.select(ExportJob.id).where(is_left).limit(EXPORTS_PER_CALL)]
    ids = [*done, *left]
    if ids:
        ExportPart.delete().where(ExportPart.export_id.in_(ids)).execute()
        ExportJob.update(state=ExportState.EXPIRED, file_id=None).where(ExportJob.id.in_(ids)).execute()
    old = [
        row.id
        for row in ExportJob.select(ExportJob.id)
        .where((ExportJob.created_at < now - KNOWN) & (ExportJob.state == ExportState.EXPIRED))
        .limit(EXPORTS_PER_CALL)
    ]
    if old:
        ExportJob.delete().where(ExportJob.id.in_(old)).execute()
    return max(len(ids), len(old))
