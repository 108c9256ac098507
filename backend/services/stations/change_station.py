"""Close a station and reopen it, hide it from drivers and show it again. Doing it once more is harmless.

A station is closed only when no session lives there. A start that commits in the same instant is not refused: it began
while the station was open, and runs to its end.
"""

from datetime import datetime
from typing import Final

from backend.domain.actor import Actor
from backend.domain.errors import StationInUse
from backend.domain.station_facts import StationChange
from backend.models import LiveSession, Session, Station
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.stations.editable import lock_station, tell_changed

_SHOWN: Final = {StationChange.HIDE: False, StationChange.SHOW: True}


@transactional
def change_station(
    *,
    staff: Actor,
    station_no: str,
    change: StationChange,
    reason: str,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Raises Forbidden, StationNotFound, StationInUse."""
    station = lock_station(staff, station_no)
    if not _apply(station, change, now):
        return
    station.row_version += 1
    station.save()
    write_audit(
        actor=staff,
        action=f"station.{change}",
        object_kind="station",
        object_no=station_no,
        operator_id=station.operator_id,
        detail={"reason": reason},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    tell_changed(station)


def _apply(station: Station, change: StationChange, now: datetime) -> bool:
    """Whether anything changed."""
    if change in _SHOWN:
        before, station.is_visible = station.is_visible, _SHOWN[change]
        return before is not station.is_visible
    is_closed = station.closed_at is not None
    if change is StationChange.CLOSE and not is_closed:
        _check_unused(station)
        station.closed_at = now
        return True
    if change is StationChange.REOPEN and is_closed:
        station.closed_at = None
        return True
    return False


def _check_unused(station: Station) -> None:
    live = (
        LiveSession.select()
        .join(Session, on=(Session.id == LiveSession.session_id))
        .where(Session.station_id == station.id)
        .count()
    )
    if live:
        raise StationInUse(sessions=live)
