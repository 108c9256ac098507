"""That a frozen driver begins nothing that costs money."""

from backend.domain.driver import DriverState
from backend.domain.errors import DriverFrozen
from backend.models import Driver
from backend.services.ground.operator_book import read_operators


def check_not_frozen(driver: Driver) -> None:
    """Raises DriverFrozen, which says whom to call."""
    if driver.state is DriverState.FROZEN:
        raise DriverFrozen(service_phone=read_operators().platform_help.phone)
