"""The versions of a tariff as people speak of them: its draft, the one in force, those before and to come."""

from datetime import datetime, timedelta
from typing import Final, cast

from backend.domain.errors import TariffBeginsInPast, TariffVersionNotFound
from backend.domain.tariff import TariffVersionState
from backend.models import Tariff, TariffVersion
from backend.models.engine.database import locked
from backend.services.tariffs.versions import is_in_force

FURTHEST: Final = timedelta(days=732)
"""How far ahead a version may come into force."""


def find_draft(tariff_id: int) -> TariffVersion | None:
    """The version that is edited; a tariff has one at most."""
    query = TariffVersion.select().where(
        (TariffVersion.tariff_id == tariff_id)
        & TariffVersion.published_at.is_null()
        & TariffVersion.withdrawn_at.is_null()
    )
    return cast("TariffVersion | None", query.first())


def lock_draft(tariff_id: int) -> TariffVersion:
    """The draft of a locked tariff. Raises TariffVersionNotFound."""
    draft = find_draft(tariff_id)
    if draft is None:
        raise TariffVersionNotFound
    return locked(TariffVersion.select().where(TariffVersion.id == draft.id)).get()


def get_numbered(tariff_id: int, version: int) -> TariffVersion:
    """A version by its number. Raises TariffVersionNotFound."""
    found = TariffVersion.get_or_none(
        (TariffVersion.tariff_id == tariff_id) & (TariffVersion.version == version)
    )
    if found is None:
        raise TariffVersionNotFound
    return found


def find_in_force(tariff_id: int, now: datetime) -> TariffVersion | None:
    """The published version that is in force at an instant."""
    query = (
        TariffVersion.select()
        .where((TariffVersion.tariff_id == tariff_id) & is_in_force(now))
        .order_by(TariffVersion.effective_from.desc(), TariffVersion.version.desc())
    )
    return cast("TariffVersion | None", query.first())


def new_version(tariff: Tariff, now: datetime) -> TariffVersion:
    """A draft with the next number, of a locked tariff."""
    last = (
        TariffVersion.select()
        .where(TariffVersion.tariff_id == tariff.id)
        .order_by(TariffVersion.version.desc())
        .first()
    )
    return TariffVersion.create(
        tariff_id=tariff.id,
        version=1 if last is None else last.version + 1,
        effective_from=now,
        created_at=now,
    )


def check_beginning(effective_from: datetime | None, now: datetime) -> datetime:
    """When a version published now comes into force. Raises TariffBeginsInPast."""
    if effective_from is None:
        return now
    if not now < effective_from <= now + FURTHEST:
        raise TariffBeginsInPast
    return effective_from


def state_of(version: TariffVersion, *, in_force_id: int | None, now: datetime) -> TariffVersionState:
    """What people call it now."""
    if version.withdrawn_at is not None:
        return TariffVersionState.WITHDRAWN
    if version.published_at is None:
        return TariffVersionState.DRAFT
    if version.effective_from > now:
        return TariffVersionState.SCHEDULED
    return TariffVersionState.CURRENT if version.id == in_force_id else TariffVersionState.PAST
