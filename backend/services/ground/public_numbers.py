"""The public numbers behind row ids. Rows are never renumbered, so each process keeps the last ones it asked for.

An operator is, before anybody charged there: its number is asked for where a charge's money is booked, and nowhere else.
"""

import functools
from typing import Final

from backend.models import Driver, Operator, Pile, Station
from backend.models.engine.database import forget_with_database
from backend.models.engine.prepared import Prepared

KEPT: Final = 8_192
_find_driver = Prepared(Driver, lambda row_id: Driver.select(Driver.driver_no).where(Driver.id == row_id))
_find_pile = Prepared(Pile, lambda row_id: Pile.select(Pile.pile_no).where(Pile.id == row_id))


@functools.lru_cache(maxsize=KEPT)
def get_driver_no(driver_id: int) -> str:
    """Raises LookupError for a driver that is not there."""
    row = _find_driver.first(driver_id)
    if row is None:
        raise LookupError(f"no driver {driver_id}")
    return row.driver_no


@functools.lru_cache(maxsize=KEPT)
def get_operator_no(operator_id: int) -> str:
    """Raises Operator.DoesNotExist."""
    return Operator.get_by_id(operator_id).operator_no


@functools.lru_cache(maxsize=KEPT)
def get_station_no(station_id: int) -> str:
    """Raises Station.DoesNotExist."""
    return Station.get_by_id(station_id).station_no


@functools.lru_cache(maxsize=KEPT)
def get_pile_no(pile_id: int) -> str:
    """Raises LookupError for a pile that is not there."""
    row = _find_pile.first(pile_id)
    if row is None:
        raise LookupError(f"no pile {pile_id}")
    return row.pile_no


for _get in (get_driver_no, get_operator_no, get_pile_no, get_station_no):
    forget_with_database(_get.cache_clear)
