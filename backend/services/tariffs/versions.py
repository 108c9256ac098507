"""Which tariff version applies to a pile now, and versions by id (published ones never change: kept in memory)."""

import functools
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from peewee import Expression

from backend.domain import tariff as domain
from backend.domain.errors import TariffMissing
from backend.domain.units import PriceE5
from backend.models import Pile, Session, Station, Tariff, TariffVersion
from backend.models.engine.database import forget_with_database, reading
from backend.services.tariffs.calendars import get_calendar, newest_revision
from backend.services.tariffs.idle_terms import load_idle_terms
from backend.services.tariffs.plan_rows import load_plans

VERSIONS_KEPT: Final = 4_096
FREE: Final = domain.TariffVersion(
    tariff_no="",
    version=0,
    plans=domain.every_day(
        [
            domain.TariffPeriod(
                start_slot=0,
                end_slot=domain.SLOTS_PER_DAY,
                rate_band=domain.RateBand.FLAT,
                electricity_e5=PriceE5(0),
                service_e5=PriceE5(0),
            )
        ]
    ),
)
"""What a test by staff is priced by: its lines tell the energy, and no money."""


class Frozen(NamedTuple):
    """What a session is priced by from its start on: row id of the version, and the calendar as it is known."""

    version_id: int
    calendar_revision: int


def find_frozen(*, tariff_id: int | None, now: datetime) -> Frozen | None:
    """The version of a tariff in force now; None when none is published."""
    return find_all_frozen([tariff_id], now=now).get(tariff_id or 0)


def find_all_frozen(tariff_ids: Iterable[int | None], *, now: datetime) -> dict[int, Frozen]:
    """Tariff row id → its version in force, in one query; a tariff without one is left out, None is dropped."""
    return find_frozen_ahead(tariff_ids, now=now, until=now)[0]


def find_frozen_ahead(
    tariff_ids: Iterable[int | None], *, now: datetime, until: datetime
) -> tuple[dict[int, Frozen], dict[int, datetime]]:
    """As `find_all_frozen`, and tariff row id → when its next version comes into force, where one does up to `until`."""
    wanted = sorted({tariff_id for tariff_id in tariff_ids if tariff_id is not None})
    if not wanted:
        return {}, {}
    version = TariffVersion
    rows: Any = (
        version.select(version.tariff_id, version.id, version.effective_from, newest_revision())
        .where(version.tariff_id.in_(wanted) & is_in_force(until))
        .order_by(version.effective_from, version.version)
        .tuples()
    )
    frozen: dict[int, Frozen] = {}
    changes: dict[int, datetime] = {}
    for tariff_id, version_id, effective_from, revision in rows:
        if effective_from <= now:
            # the last of each tariff is the newest
            frozen[tariff_id] = Frozen(version_id, int(revision))
        else:
            changes.setdefault(tariff_id, effective_from)
    return frozen, changes


def is_in_force(now: datetime) -> Expression:
    """SQL: the version is published and has begun; the newest of these is the one in force."""
    condition: Expression = TariffVersion.published_at.is_null(is_null=False) & (
        TariffVersion.effective_from <= now
    )
    return condition


def get_version_for(*, pile: Pile, station: Station, now: datetime) -> tuple[Frozen, domain.TariffVersion]:
    """What a session started now on this pile is priced by.

    Raises TariffMissing: a missing tariff refuses the start, it is never price 0.
    """
    frozen = find_frozen(tariff_id=pile.tariff_id or station.tariff_id, now=now)
    if frozen is None:
        raise TariffMissing
    return frozen, get_version(*frozen)


def version_of(session: Session) -> domain.TariffVersion:
    """What was frozen into a session at its start. Raises TariffMissing."""
    if session.is_test:
        return FREE
    return get_version(session.tariff_version_id or 0, session.calendar_revision or 0)


def get_version(version_id: int, calendar_revision: int) -> domain.TariffVersion:
    """A published version by row id, its days told by the calendar at a revision. Raises TariffMissing."""
    version = _load(version_id)
    return version if len(version.plans) == 1 else _with_calendar(version_id, calendar_revision)


@functools.lru_cache(maxsize=VERSIONS_KEPT)
def _load(version_id: int) -> domain.TariffVersion:
    return _read(version_id)


@functools.lru_cache(maxsize=VERSIONS_KEPT)
def _with_calendar(version_id: int, calendar_revision: int) -> domain.TariffVersion:
    return replace(_load(version_id), calendar=get_calendar(calendar_revision))


forget_with_database(_load.cache_clear)
forget_with_database(_with_calendar.cache_clear)


@reading
def _read(version_id: int) -> domain.TariffVersion:
    version = TariffVersion.get_or_none(TariffVersion.id == version_id)
    # a draft changes, so it is not kept; one withdrawn has done so for the last time
    if version is None or (version.published_at is None and version.withdrawn_at is None):
        raise TariffMissing
    return domain.TariffVersion(
        tariff_no=Tariff.get_by_id(version.tariff_id).tariff_no,
        version=version.version,
        plans=load_plans(version_id),
        idle=load_idle_terms(version),
    )
