"""Give a tariff another name; what it costs does not change."""

from backend.domain.permission import Permission
from backend.domain.text import clean_line
from backend.models.engine.database import transactional
from backend.services.access.visible_tariffs import lock_tariff
from backend.services.ground.row_version import take_edit
from backend.services.pricing.caller import Caller, note_change
from backend.services.pricing.create_tariff import LONGEST_NAME


@transactional
def rename_tariff(*, caller: Caller, tariff_no: str, name: str, seen: int) -> None:
    """Rename what was seen as row version `seen`.

    Raises TariffNotFound, Forbidden, TariffRetired, RowChanged, InvalidInput.
    """
    tariff = lock_tariff(caller.staff, tariff_no, Permission.TARIFF_EDIT)
    take_edit(tariff, seen=seen)
    before, tariff.name = tariff.name, clean_line(name, field="name", most=LONGEST_NAME, is_required=True)
    tariff.save()
    note_change(caller, tariff, "rename", {"before": before, "after": tariff.name})
