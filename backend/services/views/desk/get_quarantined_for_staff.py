"""One message that could not be taken, with what it said."""

from backend.domain.actor import Actor
from backend.domain.errors import QuarantinedNotFound
from backend.models import Quarantine
from backend.models.engine.database import reading
from backend.services.views.desk.quarantine_views import (
    QuarantinedMessage,
    select_quarantined,
    show_payload,
    view_quarantined,
)


@reading
def get_quarantined_for_staff(*, staff: Actor, quarantine_id: int) -> QuarantinedMessage:
    """A message in scope. Raises QuarantinedNotFound."""
    row = select_quarantined(staff).where(Quarantine.id == quarantine_id).first()
    if row is None:
        raise QuarantinedNotFound
    (view,) = view_quarantined([row], staff=staff)
    return QuarantinedMessage(
        message=view, payload=show_payload(row.payload), size_bytes=len(bytes(row.payload))
    )
