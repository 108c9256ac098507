"""One version of a tariff with its day plans as people edit them, and what still keeps it from being published."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.idle_fee import IdleTerms
from backend.domain.tariff_difference import DaysChanged, find_difference
from backend.domain.tariff_faults import TariffFault, find_faults
from backend.models.engine.database import reading
from backend.services.access.visible_tariffs import get_tariff
from backend.services.tariffs.idle_terms import load_idle_terms
from backend.services.tariffs.plan_forms import PlanForm
from backend.services.tariffs.plan_rows import load_forms, load_plans
from backend.services.tariffs.tariff_versions import find_in_force, get_numbered
from backend.services.views.desk.tariff_views import TariffVersionRow, view_version


class StaffTariffVersion(msgspec.Struct, frozen=True, kw_only=True):
    tariff_no: str
    version: TariffVersionRow
    plans: tuple[PlanForm, ...]
    idle: IdleTerms | None
    faults: tuple[TariffFault, ...]


class VersionDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What days and half-hours cost in `version` that they did not in `before`, and what a car's stay costs in both."""

    tariff_no: str
    before: int
    version: int
    changed: tuple[DaysChanged, ...]
    idle_before: IdleTerms | None
    idle_after: IdleTerms | None


@reading
def get_tariff_version_for_staff(
    *, staff: Actor, tariff_no: str, version: int, now: datetime
) -> StaffTariffVersion:
    """A version of a tariff in scope. Raises TariffNotFound, TariffVersionNotFound."""
    tariff = get_tariff(staff, tariff_no)
    row, in_force = get_numbered(tariff.id, version), find_in_force(tariff.id, now)
    return StaffTariffVersion(
        tariff_no=tariff_no,
        version=view_version(row, in_force_id=None if in_force is None else in_force.id, now=now),
        plans=load_forms(row.id),
        idle=load_idle_terms(row),
        faults=find_faults(load_plans(row.id)),
    )


@reading
def compare_tariff_versions(*, staff: Actor, tariff_no: str, version: int, before: int) -> VersionDifference:
    """Two versions of a tariff in scope. Raises TariffNotFound, TariffVersionNotFound."""
    tariff = get_tariff(staff, tariff_no)
    earlier, later = get_numbered(tariff.id, before), get_numbered(tariff.id, version)
    return VersionDifference(
        tariff_no=tariff_no,
        before=before,
        version=version,
        changed=find_difference(load_plans(earlier.id), load_plans(later.id)),
        idle_before=load_idle_terms(earlier),
        idle_after=load_idle_terms(later),
    )
