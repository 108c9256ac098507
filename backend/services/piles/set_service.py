"""Staff take a pile or one of its guns out of service (停用) and back (恢复). What the pile reports is kept apart.

Nobody starts there meanwhile; a charge that runs goes on.
"""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import ConnectorNotFound
from backend.domain.permission import Permission
from backend.models import Connector, Pile
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.ground.row_version import take_edit
from backend.services.piles.own_pile import lock_pile, tell_pile


@transactional
def set_service(
    *,
    staff: Actor,
    pile_no: str,
    gun: int | None,
    is_out: bool,
    reason: str,
    row_version: int,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Take the pile (`gun` None) or one gun out of service, or back; saying the same again is harmless.

    Raises Forbidden, PileNotFound, PileRetired, RowChanged, ConnectorNotFound.
    """
    pile = lock_pile(staff, pile_no, Permission.PILE_SERVICE)
    take_edit(pile, seen=row_version)
    row: Pile | Connector = pile
    if gun is not None:
        found = Connector.get_or_none((Connector.pile_id == pile.id) & (Connector.gun == gun))
        if found is None:
            raise ConnectorNotFound
        row = found
    was_out = row.out_of_service_at is not None
    row.out_of_service_at = (row.out_of_service_at or now) if is_out else None
    row.out_of_service_reason = reason if is_out else None
    row.save()
    pile.save()
    write_audit(
        actor=staff,
        action="pile.out_of_service" if is_out else "pile.in_service",
        object_kind="pile" if gun is None else "connector",
        object_no=row.pile_no if isinstance(row, Pile) else row.connector_no,
        operator_id=pile.operator_id,
        detail={"out_of_service": [was_out, is_out], "reason": reason},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    tell_pile(pile)
