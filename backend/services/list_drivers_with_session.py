"""Which of many drivers have a session open now: one query, so that all others are answered at once."""

from collections.abc import Iterable, Sequence
from typing import cast

from backend.models import LiveSession
from backend.models.database import reading
from backend.services.authenticate import Actor


@reading
def list_drivers_with_session(*, drivers: Sequence[Actor]) -> list[Actor]:
    """Those of `drivers` who occupy a connector, in their order."""
    rows = (
        LiveSession.select(LiveSession.driver_id)
        .where(LiveSession.driver_id.in_([driver.id for driver in drivers]))
        .tuples()
    )
    busy = {driver_id for (driver_id,) in cast("Iterable[tuple[int]]", rows)}
    return [driver for driver in drivers if driver.id in busy]
