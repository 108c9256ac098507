"""One adjustment for the operators' desk."""

from typing import Any

from backend.domain.actor import Actor
from backend.domain.errors import AdjustmentNotFound
from backend.models import Adjustment, Driver
from backend.models.engine.database import reading
from backend.services.views.desk.adjustment_rows import AdjustmentRow, view_adjustments, visible_adjustments


@reading
def get_adjustment_for_staff(*, staff: Actor, adjustment_no: str) -> AdjustmentRow:
    """Raises AdjustmentNotFound."""
    rows: Any = (
        visible_adjustments(staff)
        .select(Adjustment, Driver.driver_no)
        .join(Driver, on=(Driver.id == Adjustment.driver_id))
        .where(Adjustment.adjustment_no == adjustment_no)
        .objects()
    )
    found = list(rows)
    if not found:
        raise AdjustmentNotFound
    return view_adjustments(found, staff)[0]
