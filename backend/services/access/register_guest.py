"""A guest 访客: a driver without a log-in, known by the token of one link alone.

Nothing else leads to them: whoever has the link has their charge, and nobody without it. They count as nobody's account.
"""

from datetime import datetime

import msgspec
import structlog

from backend.domain.errors import BadQrLink
from backend.domain.permission import ActorKind
from backend.gateways.ids import new_number
from backend.models import Connector, Driver
from backend.models.engine.database import transactional
from backend.services.access.issue_token import issue_token
from backend.services.ledger.open_wallet import open_wallet

_log = structlog.get_logger(__name__)


class RegisteredGuest(msgspec.Struct, frozen=True, kw_only=True):
    """`token` goes into `Authorization: Bearer` and into the guest's own link; it is told this once."""

    token: str
    expires_at: datetime
    driver_no: str


@transactional
def register_guest(*, qr_token: str, now: datetime) -> RegisteredGuest:
    """A new guest at the connector of a sticker. Raises BadQrLink for one that is no connector's."""
    if not Connector.select().where(Connector.qr_token == qr_token).exists():
        raise BadQrLink
    driver = Driver.create(driver_no=new_number("D", now), is_guest=True, created_at=now)
    open_wallet(driver_no=driver.driver_no, now=now)
    token, expires_at = issue_token(kind=ActorKind.DRIVER, actor_id=driver.id, now=now)
    _log.info("guest_registered", driver_no=driver.driver_no)
    return RegisteredGuest(token=token, expires_at=expires_at, driver_no=driver.driver_no)
