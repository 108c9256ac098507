"""Change what is known of a station. Sessions that run go on as they began, and past bills stay as they are."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.ground.row_version import take_edit
from backend.services.stations.editable import lock_station, tell_changed
from backend.services.stations.facts import StationFacts, change_columns, columns_of
from backend.services.stations.photos import name_photos


@transactional
def edit_station(
    *,
    staff: Actor,
    station_no: str,
    row_version: int,
    facts: StationFacts,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Save `facts`, which replace all that was there, by somebody who saw `row_version` of it.

    Raises Forbidden, StationNotFound, RowChanged, InvalidInput.
    """
    station = lock_station(staff, station_no)
    take_edit(station, seen=row_version)
    changed = change_columns(station, columns_of(facts, operator_id=station.operator_id))
    photos = name_photos(station, facts.photos, now=now)
    station.save()
    write_audit(
        actor=staff,
        action="station.edit",
        object_kind="station",
        object_no=station_no,
        operator_id=station.operator_id,
        detail=changed if photos is None else {**changed, "photos": photos},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    tell_changed(station)
