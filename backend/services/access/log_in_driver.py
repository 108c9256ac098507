"""A driver logs in with the code of wx.login; the first time registers the driver."""

from datetime import datetime

import msgspec
import structlog

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.errors import DriverDisabled
from backend.domain.permission import ActorKind
from backend.gateways.wechat.mini_program import WechatIdentity
from backend.models import Driver
from backend.models.engine.database import transactional
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
    """Spend a login code. Calls WeChat: not for a transaction.

    Raises InvalidLoginCode, ChannelUnavailable, DriverDisabled.
    """
    return _log_in(gateways.get_wechat().code_to_session(code), ip, now)


@transactional
def _log_in(identity: WechatIdentity, ip: str, now: datetime) -> LoggedInDriver:
    driver = Driver.get_or_none(Driver.wechat_openid == identity.openid)
    is_new = driver is None
    if driver is None:
        driver = register_driver(openid=identity.openid, unionid=identity.unionid, now=now)
    if not driver.is_enabled:
        raise DriverDisabled
    Driver.update(last_login_at=now, wechat_unionid=identity.unionid or driver.wechat_unionid).where(
        Driver.id == driver.id
    ).execute()
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
