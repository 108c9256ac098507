"""Publish a version of a tariff: checked whole, then never edited."""

from collections.abc import Sequence
from datetime import datetime

from backend.domain import tariff as domain
from backend.domain.idle_fee import IdleTerms
from backend.domain.tariff_faults import check_plans
from backend.gateways.ids import new_number
from backend.models import Operator, Tariff, TariffVersion
from backend.models.engine.database import locked, transactional
from backend.services.tariffs.idle_terms import keep_idle_terms
from backend.services.tariffs.plan_rows import write_plans


@transactional
def register_tariff(*, operator: Operator, name: str, now: datetime) -> Tariff:
    """A tariff without a version yet: it prices nothing until one is published."""
    return Tariff.create(tariff_no=new_number("T", now), operator_id=operator.id, name=name, created_at=now)


@transactional
def publish_tariff(
    *,
    tariff: Tariff,
    plans: Sequence[domain.DayPlan],
    effective_from: datetime,
    now: datetime,
    idle: IdleTerms | None = None,
) -> TariffVersion:
    """Publish the next version, in force from `effective_from`; without `idle` a car may stay for nothing. Raises InvalidTariff."""
    check_plans(plans)
    locked(Tariff.select().where(Tariff.id == tariff.id)).get()
    last = (
        TariffVersion.select()
        .where(TariffVersion.tariff_id == tariff.id)
        .order_by(TariffVersion.version.desc())
        .first()
    )
    version = TariffVersion.create(
        tariff_id=tariff.id,
        version=1 if last is None else last.version + 1,
        effective_from=effective_from,
        published_at=now,
        created_at=now,
    )
    keep_idle_terms(version, idle)
    version.save()
    write_plans(version_id=version.id, plans=plans)
    return version
