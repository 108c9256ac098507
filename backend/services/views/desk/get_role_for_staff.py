"""One role as the desk shows it."""

from backend.domain.actor import Actor
from backend.domain.errors import RoleNotFound
from backend.models import Role
from backend.models.engine.database import reading
from backend.services.staff.reach import visible_roles
from backend.services.views.desk.staff_views import RoleRow, view_roles


@reading
def get_role_for_staff(*, actor: Actor, role_id: int) -> RoleRow:
    """Raises RoleNotFound, also to whoever is bound to stations: they choose from the list and change nothing."""
    row = visible_roles(actor).where(Role.id == role_id).first()
    if row is None or actor.station_ids is not None:
        raise RoleNotFound
    return view_roles([row], actor=actor)[0]
