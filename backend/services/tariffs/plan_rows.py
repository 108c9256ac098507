"""The day plans of a version as rows: written whole, read whole. Whether they can be published is the domain's to say.

The only plan of a version keeps its periods where programs from before day plans read them.
"""

from collections.abc import Iterable, Sequence

from backend.domain.tariff import EVERY_DAY, DayPlan, PlanDay, TariffPeriod
from backend.domain.units import PriceE5
from backend.models import (
    TariffPeriod as PeriodRow,
)
from backend.models import (
    TariffPlan,
    TariffPlanDay,
    TariffPlanPeriod,
    TariffPlanPrice,
)
from backend.models.engine.database import transactional
from backend.models.engine.new_rows import NewRows
from backend.services.tariffs.plan_forms import BandPrice, PlanForm, form_of, plans_of

_TABLES = (TariffPlan, TariffPlanDay, TariffPlanPeriod, TariffPlanPrice, PeriodRow)
_new_periods = NewRows(PeriodRow)
_new_plan_periods = NewRows(TariffPlanPeriod)
_new_days = NewRows(TariffPlanDay)
_new_prices = NewRows(TariffPlanPrice)


def load_plans(version_id: int) -> tuple[DayPlan, ...]:
    """The plans of a version by number; a version from before day plans has one without a name."""
    plans = list(
        TariffPlan.select().where(TariffPlan.tariff_version_id == version_id).order_by(TariffPlan.plan_no)
    )
    if len(plans) <= 1:
        periods = (
            PeriodRow.select().where(PeriodRow.tariff_version_id == version_id).order_by(PeriodRow.start_slot)
        )
        name = plans[0].name if plans else ""
        return (DayPlan(plan_no=1, name=name, periods=_periods(periods), days=EVERY_DAY),)
    rows: dict[int, list[TariffPlanPeriod]] = {}
    for row in (
        TariffPlanPeriod.select()
        .where(TariffPlanPeriod.tariff_version_id == version_id)
        .order_by(TariffPlanPeriod.plan_no, TariffPlanPeriod.start_slot)
    ):
        rows.setdefault(row.plan_no, []).append(row)
    days: dict[int, set[PlanDay]] = {}
    for day in TariffPlanDay.select().where(TariffPlanDay.tariff_version_id == version_id):
        days.setdefault(day.plan_no, set()).add(PlanDay(day.month, day.day_kind))
    return tuple(
        DayPlan(
            plan_no=plan.plan_no,
            name=plan.name,
            periods=_periods(rows.get(plan.plan_no, [])),
            days=frozenset(days.get(plan.plan_no, ())),
        )
        for plan in plans
    )


def load_forms(version_id: int) -> tuple[PlanForm, ...]:
    """The plans of a version as people edit them."""
    kept: dict[int, list[BandPrice]] = {}
    for row in TariffPlanPrice.select().where(TariffPlanPrice.tariff_version_id == version_id):
        kept.setdefault(row.plan_no, []).append(
            BandPrice(rate_band=row.rate_band, electricity_e5=row.electricity_e5, service_e5=row.service_e5)
        )
    return tuple(form_of(plan, kept.get(plan.plan_no, ())) for plan in load_plans(version_id))


@transactional
def write_forms(*, version_id: int, forms: Sequence[PlanForm]) -> None:
    """Write the plans of a draft and what its bands cost, instead of those it had. Raises InvalidInput."""
    write_plans(version_id=version_id, plans=plans_of(forms))
    _new_prices.insert(
        [
            TariffPlanPrice(
                tariff_version_id=version_id,
                plan_no=number,
                rate_band=price.rate_band,
                electricity_e5=price.electricity_e5,
                service_e5=price.service_e5,
            )
            for number, form in enumerate(forms, 1)
            for price in {price.rate_band: price for price in form.prices}.values()
        ]
    )


@transactional
def write_plans(*, version_id: int, plans: Sequence[DayPlan]) -> None:
    """Write the plans of a version that nothing is priced by yet, instead of those it had."""
    for table in _TABLES:
        table.delete().where(table.tariff_version_id == version_id).execute()
    for plan in plans:
        TariffPlan.insert(tariff_version_id=version_id, plan_no=plan.plan_no, name=plan.name).execute()
    if len(plans) == 1:
        _new_periods.insert([PeriodRow(**_values(version_id, period)) for period in plans[0].periods])
        return
    _new_plan_periods.insert(
        [
            TariffPlanPeriod(plan_no=plan.plan_no, **_values(version_id, period))
            for plan in plans
            for period in plan.periods
        ]
    )
    _new_days.insert(
        [
            TariffPlanDay(
                tariff_version_id=version_id, plan_no=plan.plan_no, month=day.month, day_kind=day.kind
            )
            for plan in plans
            for day in sorted(plan.days)
        ]
    )


def _values(version_id: int, period: TariffPeriod) -> dict[str, object]:
    return {
        "tariff_version_id": version_id,
        "start_slot": period.start_slot,
        "end_slot": period.end_slot,
        "rate_band": period.rate_band,
        "electricity_e5": period.electricity_e5,
        "service_e5": period.service_e5,
    }


def _periods(rows: Iterable[PeriodRow | TariffPlanPeriod]) -> tuple[TariffPeriod, ...]:
    return tuple(
        TariffPeriod(
            start_slot=row.start_slot,
            end_slot=row.end_slot,
            rate_band=row.rate_band,
            electricity_e5=PriceE5(row.electricity_e5),
            service_e5=PriceE5(row.service_e5),
        )
        for row in rows
    )
