"""Build a station: platform staff for any operator, others for their own; staff of a few stations build none."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, UnfitInput
from backend.gateways.ids import new_number
from backend.models import Operator, Station
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.ground.idempotency import once
from backend.services.stations.editable import check_editor, tell_changed
from backend.services.stations.facts import StationFacts, columns_of
from backend.services.stations.photos import name_photos


class CreatedStation(msgspec.Struct, frozen=True, kw_only=True):
    station_no: str


@transactional
def create_station(
    *,
    staff: Actor,
    operator_no: str | None,
    facts: StationFacts,
    idempotency_key: str,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> CreatedStation:
    """A station of the caller's operator, or of `operator_no` for platform staff; the same key answers the same station.

    Raises Forbidden, UnfitInput, IdempotencyKeyReused.
    """
    check_editor(staff)
    if staff.station_ids is not None:
        raise Forbidden
    return once(
        actor=staff,
        route="create_station",
        key=idempotency_key,
        request={"operator_no": operator_no, "facts": msgspec.to_builtins(facts)},
        answer_type=CreatedStation,
        now=now,
        work=lambda: _create(staff, operator_no, facts, now, request_id, ip),
    )


def _create(
    staff: Actor, operator_no: str | None, facts: StationFacts, now: datetime, request_id: str, ip: str
) -> CreatedStation:
    operator_id = _operator_id(staff, operator_no)
    columns = columns_of(facts, operator_id=operator_id)
    station = Station.create(
        station_no=new_number("Z", now), operator_id=operator_id, created_at=now, **columns
    )
    if facts.photos:
        name_photos(station, facts.photos, now=now)
        station.save()
    write_audit(
        actor=staff,
        action="station.create",
        object_kind="station",
        object_no=station.station_no,
        operator_id=operator_id,
        detail={"after": columns, "photos": len(facts.photos)},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    tell_changed(station)
    return CreatedStation(station_no=station.station_no)


def _operator_id(staff: Actor, operator_no: str | None) -> int:
    if operator_no is None:
        if staff.operator_id is None:
            raise Forbidden
        return staff.operator_id
    operator = Operator.get_or_none(Operator.operator_no == operator_no)
    if operator is None or not (staff.is_platform or operator.id == staff.operator_id):
        raise UnfitInput(field="operator_no", reason="不在可选范围内，请重新选择")
    return int(operator.id)
