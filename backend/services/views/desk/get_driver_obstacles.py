"""What stands in the way of deleting a driver, before anybody tries."""

import msgspec

from backend.domain.actor import Actor
from backend.domain.driver import DriverObstacle
from backend.domain.errors import DriverNotFound
from backend.models import Driver
from backend.models.engine.database import reading
from backend.services.access.driver_obstacles import find_obstacles
from backend.services.access.scope import sees_platform
from backend.services.ledger.wallets import find_balances


class DriverObstacles(msgspec.Struct, frozen=True, kw_only=True):
    """None of them: the driver can be deleted, as things are."""

    driver_no: str
    obstacles: tuple[DriverObstacle, ...]


@reading
def get_driver_obstacles(*, staff: Actor, driver_no: str) -> DriverObstacles:
    """Raises DriverNotFound, also to staff who do not see the platform."""
    driver = Driver.get_or_none(Driver.driver_no == driver_no) if sees_platform(staff) else None
    if driver is None:
        raise DriverNotFound
    obstacles = find_obstacles(driver, find_balances(driver_no=driver_no))
    return DriverObstacles(driver_no=driver_no, obstacles=obstacles)
