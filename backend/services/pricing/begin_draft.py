"""Begin a draft of a tariff as a copy of one of its versions; where there is a draft already, it stays as it is."""

from backend.domain.permission import Permission
from backend.models.engine.database import transactional
from backend.services.access.visible_tariffs import lock_tariff
from backend.services.pricing.caller import Caller, note_change
from backend.services.pricing.create_tariff import EMPTY_PLANS
from backend.services.tariffs.idle_terms import keep_idle_terms, load_idle_terms
from backend.services.tariffs.plan_rows import load_forms, write_forms
from backend.services.tariffs.tariff_versions import find_draft, get_numbered, new_version


@transactional
def begin_draft(*, caller: Caller, tariff_no: str, copy_of: int | None) -> int:
    """The draft's version number; `copy_of` is a version's, None for one without prices.

    Raises TariffNotFound, Forbidden, TariffRetired, TariffVersionNotFound.
    """
    tariff = lock_tariff(caller.staff, tariff_no, Permission.TARIFF_EDIT)
    known = find_draft(tariff.id)
    if known is not None:
        return known.version
    model = None if copy_of is None else get_numbered(tariff.id, copy_of)
    draft = new_version(tariff, caller.now)
    write_forms(version_id=draft.id, forms=EMPTY_PLANS if model is None else load_forms(model.id))
    if model is not None:
        keep_idle_terms(draft, load_idle_terms(model))
        draft.save()
    note_change(caller, tariff, "draft.begin", {"version": draft.version, "copy_of": copy_of})
    return draft.version
