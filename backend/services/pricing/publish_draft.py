"""Publish a draft: checked whole, in force now or from an instant to come, never edited again.

Charges that run keep the version they started with; those that start from then on have this one.
"""

from datetime import datetime

import msgspec

from backend.domain.permission import Permission
from backend.domain.tariff_difference import find_difference
from backend.domain.tariff_faults import check_plans
from backend.models.engine.database import transactional
from backend.services.access.visible_tariffs import lock_tariff
from backend.services.ground.idempotency import once
from backend.services.ground.row_version import take_edit
from backend.services.pricing.caller import Caller, note_change
from backend.services.tariffs.idle_terms import load_idle_terms
from backend.services.tariffs.plan_rows import load_plans
from backend.services.tariffs.tariff_versions import check_beginning, find_in_force, lock_draft


class PublishedTariff(msgspec.Struct, frozen=True, kw_only=True):
    tariff_no: str
    version: int
    effective_from: datetime


@transactional
def publish_draft(
    *, caller: Caller, tariff_no: str, effective_from: datetime | None, seen: int, idempotency_key: str
) -> PublishedTariff:
    """Publish the draft that was seen as row version `seen`; None for `effective_from`: at once.

    The same key answers the same again. Raises TariffNotFound, Forbidden, TariffRetired, TariffVersionNotFound,
    RowChanged, TariffBeginsInPast, InvalidTariff, IdempotencyKeyReused.
    """
    return once(
        actor=caller.staff,
        route="publish_draft",
        key=idempotency_key,
        request={"tariff_no": tariff_no, "effective_from": effective_from, "seen": seen},
        answer_type=PublishedTariff,
        now=caller.now,
        work=lambda: _publish(caller, tariff_no, effective_from, seen),
    )


def _publish(caller: Caller, tariff_no: str, effective_from: datetime | None, seen: int) -> PublishedTariff:
    now = caller.now
    tariff = lock_tariff(caller.staff, tariff_no, Permission.TARIFF_PUBLISH)
    draft = lock_draft(tariff.id)
    take_edit(draft, seen=seen)
    begins_at = check_beginning(effective_from, now)
    plans = load_plans(draft.id)
    check_plans(plans)
    before = find_in_force(tariff.id, begins_at)
    draft.effective_from = begins_at
    draft.published_at = now
    draft.save()
    detail = {
        "version": draft.version,
        "effective_from": begins_at,
        "before": None if before is None else before.version,
        "changed": find_difference(() if before is None else load_plans(before.id), plans),
        "idle_fee": {
            "before": None if before is None else load_idle_terms(before),
            "after": load_idle_terms(draft),
        },
    }
    note_change(caller, tariff, "publish", detail)
    return PublishedTariff(tariff_no=tariff_no, version=draft.version, effective_from=begins_at)
