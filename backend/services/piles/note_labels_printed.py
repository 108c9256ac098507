"""That stickers were printed: nothing else would tell that a step of the checklist is done, or who took the codes away."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.models import Pile, Station
from backend.models.engine.database import transactional
from backend.services.access.visible_stations import visible_stations
from backend.services.ground.audit import write_audit


@transactional
def note_labels_printed(
    *, staff: Actor, object_kind: str, object_no: str, labels: int, now: datetime, request_id: str, ip: str
) -> None:
    """`object_kind` is pile or station, found a moment before; one that is gone by now is not noted."""
    stations = visible_stations(staff)
    if object_kind == "pile":
        own = Pile.select(Pile.station_id).where(Pile.pile_no == object_no)
        station = stations.where(Station.id.in_(own)).first()
    else:
        station = stations.where(Station.station_no == object_no).first()
    if station is None:
        return
    write_audit(
        actor=staff,
        action="pile.print_labels",
        object_kind=object_kind,
        object_no=object_no,
        operator_id=station.operator_id,
        detail={"labels": labels},
        now=now,
        request_id=request_id,
        ip=ip,
    )
