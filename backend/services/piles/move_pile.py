"""A pile stands at another station now (移站). What it earned stays where it was earned."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import StationNotFound, UnfitInput
from backend.domain.permission import Permission
from backend.models import Connector, Station
from backend.models.engine.database import transactional
from backend.services.access.visible_stations import visible_stations
from backend.services.ground.audit import write_audit
from backend.services.ground.public_numbers import get_station_no
from backend.services.ground.row_version import take_edit
from backend.services.piles.own_pile import check_idle, lock_pile, tell_pile


@transactional
def move_pile(
    *,
    staff: Actor,
    pile_no: str,
    station_no: str,
    row_version: int,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Move it to another station of the same operator, with no charge running.

    Raises Forbidden, PileNotFound, PileRetired, RowChanged, StationNotFound, UnfitInput, PileBusy.
    """
    pile = lock_pile(staff, pile_no, Permission.PILE_EDIT)
    take_edit(pile, seen=row_version)
    station = visible_stations(staff).where(Station.station_no == station_no).first()
    if station is None:
        raise StationNotFound
    if station.operator_id != pile.operator_id:
        raise UnfitInput(field="station_no", reason="属于别的运营商，不能移过去")
    if station.id == pile.station_id:
        raise UnfitInput(field="station_no", reason="就是它现在的站")
    check_idle(pile)
    left_id, pile.station_id = pile.station_id, station.id
    pile.save()
    Connector.update(station_id=station.id).where(Connector.pile_id == pile.id).execute()
    write_audit(
        actor=staff,
        action="pile.move",
        object_kind="pile",
        object_no=pile.pile_no,
        operator_id=pile.operator_id,
        detail={"station_no": [get_station_no(left_id), station_no]},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    tell_pile(pile, station_ids=[left_id])
