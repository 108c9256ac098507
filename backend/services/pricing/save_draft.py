"""Save a draft's day plans. Nothing is priced by a draft, so it may lack half-hours and days until it is published."""

from collections.abc import Sequence

from backend.domain.permission import Permission
from backend.domain.tariff_difference import find_difference
from backend.domain.text import clean_line
from backend.models.engine.database import transactional
from backend.services.access.visible_tariffs import lock_tariff
from backend.services.ground.row_version import take_edit
from backend.services.pricing.caller import Caller, note_change
from backend.services.tariffs.plan_forms import PlanForm
from backend.services.tariffs.plan_rows import load_plans, write_forms
from backend.services.tariffs.tariff_versions import lock_draft

LONGEST_PLAN_NAME = 20


@transactional
def save_draft(*, caller: Caller, tariff_no: str, plans: Sequence[PlanForm], seen: int) -> int:
    """Put these plans in the place of those that were seen as row version `seen`; the draft's version number.

    Raises TariffNotFound, Forbidden, TariffRetired, TariffVersionNotFound, RowChanged, InvalidInput.
    """
    tariff = lock_tariff(caller.staff, tariff_no, Permission.TARIFF_EDIT)
    draft = lock_draft(tariff.id)
    take_edit(draft, seen=seen)
    for number, plan in enumerate(plans):
        clean_line(plan.name, field=f"plans[{number}].name", most=LONGEST_PLAN_NAME)
    before = load_plans(draft.id)
    write_forms(version_id=draft.id, forms=plans)
    draft.save()
    changed = find_difference(before, load_plans(draft.id))
    note_change(caller, tariff, "draft.save", {"version": draft.version, "changed": changed})
    return draft.version
