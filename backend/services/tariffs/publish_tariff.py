"""Publish a version of a tariff: checked whole, then never edited."""

from collections.abc import Iterable
from datetime import datetime

from backend.domain import tariff as domain
from backend.gateways.ids import new_number
from backend.models import Operator, Tariff, TariffPeriod, TariffVersion
from backend.models.engine.database import locked, transactional


@transactional
def register_tariff(*, operator: Operator, name: str, now: datetime) -> Tariff:
    """A tariff without a version yet: it prices nothing until one is published."""
    return Tariff.create(tariff_no=new_number("T", now), operator_id=operator.id, name=name, created_at=now)


@transactional
def publish_tariff(
    *,
    tariff: Tariff,
    periods: Iterable[domain.TariffPeriod],
    effective_from: datetime,
    now: datetime,
) -> TariffVersion:
    """Publish the next version, in force from `effective_from`. Raises InvalidTariff."""
    checked = domain.check_periods(periods)
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
    for period in checked:
        TariffPeriod.create(
            tariff_version_id=version.id,
            start_slot=period.start_slot,
            end_slot=period.end_slot,
            rate_band=period.rate_band,
            electricity_e5=period.electricity_e5,
            service_e5=period.service_e5,
        )
    return version
