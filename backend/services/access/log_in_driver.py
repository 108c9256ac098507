"""A driver logs in with a code that a gateway turns into identities; the first time registers the driver."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import structlog

from backend.domain.actor import Actor
from backend.domain.errors import DriverDisabled
from backend.domain.identity import Identity, IdentityKind
from backend.domain.permission import ActorKind
from backend.gateways import get_log_in
from backend.models import Driver
from backend.models.engine.database import transactional
from backend.services.access.driver_identities import add_identities, find_known, find_registered_before
from backend.services.access.issue_token import issue_token
from backend.services.access.register_driver import register_driver
from backend.services.ground.audit import write_audit

_log = structlog.get_logger(__name__)


class LoggedInDriver(msgspec.Struct, frozen=True, kw_only=True):
    """`token` goes into `Authorization: Bearer`; it is told this once."""

    token: str
    expires_at: datetime
    driver_no: str
    is_new: bool


def log_in_driver(*, code: str, ip: str = "", now: datetime) -> LoggedInDriver:
    """Spend a login code of the mini-program. Calls out: not for a transaction.

    Raises InvalidLoginCode, ChannelUnavailable, DriverDisabled.
    """
    return _log_in(get_log_in(IdentityKind.WECHAT_MINI_PROGRAM).identify(code), ip, now)


@transactional
def _log_in(proven: Sequence[Identity], ip: str, now: datetime) -> LoggedInDriver:
    """Only the first identity says who it is; the others are kept."""
    known = find_known(proven)
    driver = known.get(proven[0]) or find_registered_before(proven[0])
    new = [one for one in proven if one not in known]
    is_new = driver is None
    if driver is None:
        driver = register_driver(identities=new, now=now)
    else:
        add_identities(driver=driver, identities=new, now=now)
    if not driver.is_enabled:
        raise DriverDisabled
    Driver.update(last_login_at=now).where(Driver.id == driver.id).execute()
    token, expires_at = issue_token(kind=ActorKind.DRIVER, actor_id=driver.id, now=now)
    write_audit(
        actor=Actor(kind=ActorKind.DRIVER, id=driver.id, no=driver.driver_no),
        action="driver.log_in",
        object_kind="driver",
        object_no=driver.driver_no,
        operator_id=None,
        detail={"is_new": is_new},
        now=now,
        ip=ip,
    )
    _log.info("driver_logged_in", driver_no=driver.driver_no, is_new=is_new)
    return LoggedInDriver(token=token, expires_at=expires_at, driver_no=driver.driver_no, is_new=is_new)
