"""Staff say that the car is gone: somebody else may start on the connector."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import ConnectorNotFound, Forbidden
from backend.domain.permission import Permission
from backend.models import Connector
from backend.models.engine.database import transactional
from backend.services.access.scope import scoped
from backend.services.charging.plug_claims import free_plugs
from backend.services.ground.audit import write_audit


@transactional
def release_plug(
    *, staff: Actor, connector_no: str, reason: str, now: datetime, request_id: str = "", ip: str = ""
) -> None:
    """End the claim on a connector in scope; where there is none, nothing happens. Raises Forbidden, ConnectorNotFound."""
    if Permission.CONNECTOR_RELEASE not in staff.permissions:
        raise Forbidden
    wanted = Connector.select().where(Connector.connector_no == connector_no)
    connector = scoped(wanted, staff, operator=Connector.operator_id, station=Connector.station_id).first()
    if connector is None:
        raise ConnectorNotFound
    if not free_plugs(connector_ids=[connector.id]):
        return
    write_audit(
        actor=staff,
        action="connector.release",
        object_kind="connector",
        object_no=connector_no,
        operator_id=connector.operator_id,
        detail={"reason": reason},
        now=now,
        request_id=request_id,
        ip=ip,
    )
