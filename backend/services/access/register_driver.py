"""A new driver: the row, what it is known by, the wallet's accounts, and the day's count. First login registers."""

from collections.abc import Iterable
from datetime import datetime

from peewee import IntegrityError

from backend.domain.identity import Identity, IdentityKind
from backend.gateways.ids import new_number
from backend.models import Driver
from backend.models.engine.database import RetryTransaction, transactional
from backend.services.access.driver_identities import add_identities
from backend.services.ground.roll_ups import bump_new_driver
from backend.services.ledger.open_wallet import open_wallet


@transactional
def register_driver(*, identities: Iterable[Identity], now: datetime) -> Driver:
    """Write the driver behind identities that are nobody's. Two at once: the second runs again and finds the first."""
    own = list(identities)
    keys = (one.key for one in own if one.kind is IdentityKind.WECHAT_MINI_PROGRAM)
    try:
        driver = Driver.create(
            driver_no=new_number("D", now), mini_program_key=next(keys, None), created_at=now
        )
    except IntegrityError as error:  # the version before was as fast
        raise RetryTransaction from error
    add_identities(driver=driver, identities=own, now=now)
    open_wallet(driver_no=driver.driver_no, now=now)
    bump_new_driver(created_at=now)
    return driver
