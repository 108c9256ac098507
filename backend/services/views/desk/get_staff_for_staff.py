"""One member of staff as the desk shows it."""

from backend.domain.actor import Actor
from backend.domain.errors import StaffNotFound
from backend.models import Staff
from backend.models.engine.database import reading
from backend.services.staff.reach import visible_staff
from backend.services.views.desk.staff_views import StaffRow, view_staff


@reading
def get_staff_for_staff(*, actor: Actor, staff_id: int) -> StaffRow:
    """Raises StaffNotFound."""
    row = visible_staff(actor).where(Staff.id == staff_id).first()
    if row is None:
        raise StaffNotFound
    return view_staff([row], actor=actor)[0]
