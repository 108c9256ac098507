"""A new driver: the row, the wallet's accounts, and the day's count. First login registers."""

from datetime import datetime

from peewee import IntegrityError

from backend.gateways.ids import new_number
from backend.models import Driver
from backend.models.engine.database import RetryTransaction, transactional
from backend.services.ground.roll_ups import bump_new_driver
from backend.services.ledger.open_wallet import open_wallet


@transactional
def register_driver(*, openid: str, unionid: str | None, now: datetime) -> Driver:
    """Write the driver behind an openid that has none. Two at once: the second runs again and finds the first."""
    try:
        driver = Driver.create(
            driver_no=new_number("D", now), wechat_openid=openid, wechat_unionid=unionid, created_at=now
        )
    except IntegrityError as error:
        raise RetryTransaction from error
    open_wallet(driver_no=driver.driver_no, now=now)
    bump_new_driver(created_at=now)
    return driver
