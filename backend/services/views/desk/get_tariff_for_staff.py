"""One tariff with its latest versions."""

from datetime import datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.models import TariffVersion
from backend.models.engine.database import reading
from backend.services.access.visible_tariffs import get_tariff
from backend.services.tariffs.tariff_versions import find_in_force
from backend.services.views.desk.tariff_views import (
    StaffTariffRow,
    TariffVersionRow,
    view_tariffs,
    view_version,
)

LATEST: Final = 50


class StaffTariff(msgspec.Struct, frozen=True, kw_only=True):
    """`versions` are the latest fifty, newest first; older ones can be asked for by number."""

    tariff: StaffTariffRow
    versions: tuple[TariffVersionRow, ...]


@reading
def get_tariff_for_staff(*, staff: Actor, tariff_no: str, now: datetime) -> StaffTariff:
    """A tariff in scope. Raises TariffNotFound."""
    tariff = get_tariff(staff, tariff_no)
    in_force = find_in_force(tariff.id, now)
    rows = (
        TariffVersion.select()
        .where(TariffVersion.tariff_id == tariff.id)
        .order_by(TariffVersion.version.desc())
        .limit(LATEST)
    )
    return StaffTariff(
        tariff=view_tariffs([tariff], now=now)[0],
        versions=tuple(
            view_version(row, in_force_id=None if in_force is None else in_force.id, now=now) for row in rows
        ),
    )
