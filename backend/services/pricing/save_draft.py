"""Save a draft's day plans and idle fee. Nothing is priced by a draft, so it may lack half-hours and days until it is published."""

from collections.abc import Sequence

from backend.domain.idle_fee import IdleTerms
from backend.domain.permission import Permission
from backend.domain.tariff_difference import find_difference
from backend.domain.text import clean_line
from backend.models.engine.database import transactional
from backend.services.access.visible_tariffs import lock_tariff
from backend.services.ground.row_version import take_edit
from backend.services.pricing.caller import Caller, note_change
from backend.services.tariffs.idle_terms import keep_idle_terms, load_idle_terms
from backend.services.tariffs.plan_forms import PlanForm
from backend.services.tariffs.plan_rows import load_plans, write_forms
from backend.services.tariffs.tariff_versions import lock_draft

LONGEST_PLAN_NAME = 20


@transactional
def save_draft(
    *, caller: Caller, tariff_no: str, plans: Sequence[PlanForm], idle: IdleTerms | None, seen: int
) -> int:
    """Put these in the place of what was seen as row version `seen`; the draft's version number. No `idle`: no idle fee.

    Raises TariffNotFound, Forbidden, TariffRetired, TariffVersionNotFound, RowChanged, InvalidInput.
    """
    tariff = lock_tariff(caller.staff, tariff_no, Permission.TARIFF_EDIT)
    draft = lock_draft(tariff.id)
    take_edit(draft, seen=seen)
    for number, plan in enumerate(plans):
        clean_line(plan.name, field=f"plans[{number}].name", most=LONGEST_PLAN_NAME)
    before, idle_before = load_plans(draft.id), load_idle_terms(draft)
    write_forms(version_id=draft.id, forms=plans)
    keep_idle_terms(draft, idle)
    draft.save()
    detail: dict[str, object] = {
        "version": draft.version,
        "changed": find_difference(before, load_plans(draft.id)),
    }
    if idle != idle_before:
        detail["idle_fee"] = {"before": idle_before, "after": idle}
    note_change(caller, tariff, "draft.save", detail)
    return draft.version
