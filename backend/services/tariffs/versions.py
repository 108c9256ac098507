"""Which tariff version applies to a pile now, and published versions by id (they never change: kept in memory)."""

import functools
from datetime import datetime
from typing import Final

from backend.domain import tariff as domain
from backend.domain.errors import TariffMissing
from backend.domain.units import PriceE5
from backend.models import Pile, Station, Tariff, TariffPeriod, TariffVersion
from backend.models.engine.database import forget_with_database, reading

VERSIONS_KEPT: Final = 4_096


def find_version_id(*, tariff_id: int | None, now: datetime) -> int | None:
    """Row id of the version of a tariff in force now; None when none is published."""
    if tariff_id is None:
        return None
    row = (
        TariffVersion.select(TariffVersion.id)
        .where(
            (TariffVersion.tariff_id == tariff_id)
            & TariffVersion.published_at.is_null(is_null=False)
            & (TariffVersion.effective_from <= now)
        )
        .order_by(TariffVersion.effective_from.desc(), TariffVersion.version.desc())
        .first()
    )
    return None if row is None else row.id


def get_version_for(*, pile: Pile, station: Station, now: datetime) -> tuple[int, domain.TariffVersion]:
    """The version a session started now on this pile is priced by, with its row id.

    Raises TariffMissing: a missing tariff refuses the start, it is never price 0.
    """
    version_id = find_version_id(tariff_id=pile.tariff_id or station.tariff_id, now=now)
    if version_id is None:
        raise TariffMissing
    return version_id, get_version(version_id)


@functools.lru_cache(maxsize=VERSIONS_KEPT)
def get_version(version_id: int) -> domain.TariffVersion:
    """A published version by row id. Raises TariffMissing."""
    return _load(version_id)


forget_with_database(get_version.cache_clear)


@reading
def _load(version_id: int) -> domain.TariffVersion:
    version = TariffVersion.get_or_none(TariffVersion.id == version_id)
    if version is None:
        raise TariffMissing
    periods = tuple(
        domain.TariffPeriod(
            start_slot=row.start_slot,
            end_slot=row.end_slot,
            rate_band=row.rate_band,
            electricity_e5=PriceE5(row.electricity_e5),
            service_e5=PriceE5(row.service_e5),
        )
        for row in TariffPeriod.select()
        .where(TariffPeriod.tariff_version_id == version_id)
        .order_by(TariffPeriod.start_slot)
    )
    return domain.TariffVersion(
        tariff_no=Tariff.get_by_id(version.tariff_id).tariff_no,
        version=version.version,
        periods=domain.check_periods(periods),
    )
