"""Retire a tariff (停用): nothing is priced by it again. What was billed by it, and charges that run by it, stay."""

from backend.domain.errors import TariffInUse
from backend.domain.permission import Permission
from backend.models.engine.database import transactional
from backend.services.access.visible_tariffs import lock_tariff
from backend.services.ground.row_version import take_edit
from backend.services.pricing.caller import Caller, note_change
from backend.services.tariffs.tariff_use import count_use


@transactional
def retire_tariff(*, caller: Caller, tariff_no: str, reason: str, seen: int) -> None:
    """Retire a tariff that no station and no pile has.

    Raises TariffNotFound, Forbidden, TariffRetired, RowChanged, TariffInUse.
    """
    tariff = lock_tariff(caller.staff, tariff_no, Permission.TARIFF_EDIT)
    take_edit(tariff, seen=seen)
    use = count_use([tariff.id])[tariff.id]
    if use.stations or use.piles:
        raise TariffInUse(stations=use.stations, piles=use.piles)
    tariff.retired_at = caller.now
    tariff.save()
    note_change(caller, tariff, "retire", {"reason": reason})
