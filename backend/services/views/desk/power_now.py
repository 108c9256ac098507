"""What connectors deliver at this moment, as their piles told: of those that charge, are on line and were heard lately."""

from datetime import datetime, timedelta
from typing import Any

from peewee import Case

from backend.domain.connector import ConnectorGroup
from backend.domain.station import METER_INTERVAL_S, STALE_INTERVALS
from backend.models import ConnectorState
from backend.services.views.desk.list_piles_for_staff import STATUSES, is_heard


def power_of_connector(now: datetime) -> Any:
    """SQL: watts of a connector, joined to its state and its pile's; 0 where nothing fresh is known."""
    fresh_since = now - timedelta(seconds=STALE_INTERVALS * METER_INTERVAL_S)
    delivers = ConnectorState.status.in_(STATUSES[ConnectorGroup.CHARGING])
    return Case(
        None,
        [(is_heard(now) & delivers & (ConnectorState.meter_at >= fresh_since), ConnectorState.power_w)],
        0,
    )
