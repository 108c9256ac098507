"""A gun gets another sticker (更换二维码): the old token is kept so that it can say that it was replaced."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import ConnectorNotFound, PileNotFound
from backend.domain.permission import Permission
from backend.gateways.ids import new_qr_token
from backend.models import Connector, Pile, RetiredQrToken
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.piles.own_pile import lock_pile, tell_pile


@transactional
def replace_qr(
    *, staff: Actor, connector_no: str, reason: str, now: datetime, request_id: str = "", ip: str = ""
) -> None:
    """Give the gun a new token. Raises Forbidden, ConnectorNotFound, PileRetired."""
    known = Connector.get_or_none(Connector.connector_no == connector_no)
    if known is None:
        raise ConnectorNotFound
    try:
        pile = lock_pile(staff, Pile.get_by_id(known.pile_id).pile_no, Permission.PILE_LABEL)
    except PileNotFound as error:
        raise ConnectorNotFound from error
    connector = Connector.get_by_id(known.id)
    RetiredQrToken.insert(qr_token=connector.qr_token, connector_id=connector.id, retired_at=now).execute()
    connector.qr_token = new_qr_token()
    connector.save()
    write_audit(
        actor=staff,
        action="connector.qr_replace",
        object_kind="connector",
        object_no=connector_no,
        operator_id=pile.operator_id,
        detail={"reason": reason},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    tell_pile(pile)
