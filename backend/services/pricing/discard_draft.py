"""Throw a draft away; nothing was ever priced by it."""

from backend.domain.permission import Permission
from backend.models.engine.database import transactional
from backend.services.access.visible_tariffs import lock_tariff
from backend.services.ground.row_version import take_edit
from backend.services.pricing.caller import Caller, note_change
from backend.services.tariffs.plan_rows import write_plans
from backend.services.tariffs.tariff_versions import lock_draft


@transactional
def discard_draft(*, caller: Caller, tariff_no: str, seen: int) -> None:
    """Delete the draft that was seen as row version `seen`.

    Raises TariffNotFound, Forbidden, TariffRetired, TariffVersionNotFound, RowChanged.
    """
    tariff = lock_tariff(caller.staff, tariff_no, Permission.TARIFF_EDIT)
    draft = lock_draft(tariff.id)
    take_edit(draft, seen=seen)
    write_plans(version_id=draft.id, plans=())
    draft.delete_instance()
    note_change(caller, tariff, "draft.discard", {"version": draft.version})
