"""What publishing a tariff's draft would change: which prices of which days, when, and for which piles."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import TariffVersionNotFound
from backend.domain.idle_fee import IdleTerms
from backend.domain.tariff_difference import DaysChanged, find_difference
from backend.domain.tariff_faults import TariffFault, find_faults
from backend.models import TariffVersion
from backend.models.engine.database import reading
from backend.services.access.visible_tariffs import get_tariff
from backend.services.tariffs.idle_terms import load_idle_terms
from backend.services.tariffs.plan_rows import load_plans
from backend.services.tariffs.tariff_use import TariffUse, count_use
from backend.services.tariffs.tariff_versions import check_beginning, find_draft, find_in_force


class PublishingEffects(msgspec.Struct, frozen=True, kw_only=True):
    """`before` is the version it takes over from; `replaced_at` when one that is scheduled already takes over from it.

    `use.sessions` run now by versions of the tariff, and go on by them.
    """

    tariff_no: str
    version: int
    effective_from: datetime
    before: int | None
    replaced_at: datetime | None
    replaced_by: int | None
    use: TariffUse
    changed: tuple[DaysChanged, ...]
    idle_before: IdleTerms | None
    idle_after: IdleTerms | None
    faults: tuple[TariffFault, ...]


@reading
def foresee_publishing(
    *, staff: Actor, tariff_no: str, effective_from: datetime | None, now: datetime
) -> PublishingEffects:
    """As if the draft were published now. Raises TariffNotFound, TariffVersionNotFound, TariffBeginsInPast."""
    tariff = get_tariff(staff, tariff_no)
    draft = find_draft(tariff.id)
    if draft is None:
        raise TariffVersionNotFound
    begins_at = check_beginning(effective_from, now)
    plans = load_plans(draft.id)
    before = find_in_force(tariff.id, begins_at)
    after = (
        TariffVersion.select()
        .where(
            (TariffVersion.tariff_id == tariff.id)
            & TariffVersion.published_at.is_null(is_null=False)
            & (TariffVersion.effective_from > begins_at)
        )
        .order_by(TariffVersion.effective_from)
        .first()
    )
    return PublishingEffects(
        tariff_no=tariff_no,
        version=draft.version,
        effective_from=begins_at,
        before=None if before is None else before.version,
        replaced_at=None if after is None else after.effective_from,
        replaced_by=None if after is None else after.version,
        use=count_use([tariff.id])[tariff.id],
        changed=find_difference(() if before is None else load_plans(before.id), plans),
        idle_before=None if before is None else load_idle_terms(before),
        idle_after=load_idle_terms(draft),
        faults=find_faults(plans),
    )
