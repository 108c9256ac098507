"""Withdraw a version that is published and not in force yet: it never will be. It stays to be looked at and copied."""

from datetime import timedelta
from typing import Final

from backend.domain.errors import TariffVersionInForce
from backend.domain.permission import Permission
from backend.models.engine.database import transactional
from backend.services.access.visible_tariffs import lock_tariff
from backend.services.pricing.caller import Caller, note_change
from backend.services.tariffs.tariff_versions import get_numbered

MARGIN: Final = timedelta(minutes=1)
"""A start that read the version as in force may still be on its way."""


@transactional
def withdraw_version(*, caller: Caller, tariff_no: str, version: int, reason: str) -> None:
    """Withdraw a scheduled version; one that is withdrawn already stays so.

    Raises TariffNotFound, Forbidden, TariffRetired, TariffVersionNotFound, TariffVersionInForce.
    """
    tariff = lock_tariff(caller.staff, tariff_no, Permission.TARIFF_PUBLISH)
    found = get_numbered(tariff.id, version)
    if found.withdrawn_at is not None:
        return
    if found.published_at is None or found.effective_from <= caller.now + MARGIN:
        raise TariffVersionInForce
    # nobody may find it as published again, programs from before withdrawing neither
    found.published_at = None
    found.withdrawn_at = caller.now
    found.save()
    detail = {"version": version, "effective_from": found.effective_from, "reason": reason}
    note_change(caller, tariff, "withdraw", detail)
