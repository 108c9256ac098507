"""An export of the caller's own: nobody else's is there for them."""

from backend.domain.actor import Actor
from backend.domain.errors import ExportNotFound, Forbidden
from backend.domain.permission import Permission
from backend.models import ExportJob
from backend.models.engine.database import locked


def lock_own_export(staff: Actor, export_no: str) -> ExportJob:
    """Raises Forbidden, ExportNotFound."""
    if Permission.EXPORT_MAKE not in staff.permissions:
        raise Forbidden
    is_it = (ExportJob.export_no == export_no) & (ExportJob.staff_id == staff.id)
    row: ExportJob | None = locked(ExportJob.select().where(is_it)).first()
    if row is None:
        raise ExportNotFound
    return row
