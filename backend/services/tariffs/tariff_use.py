"""What is priced by a tariff: stations that have it, piles that have it of their own or of their station, charges."""

from typing import Any

import msgspec
from peewee import Expression, fn

from backend.models import LiveSession, Pile, Session, Station, TariffVersion


class TariffUse(msgspec.Struct, frozen=True, kw_only=True):
    """`stations` where any pile is priced by it or would be, `piles` in service, `sessions` that run by any version."""

    stations: int
    piles: int
    sessions: int


def count_use(tariff_ids: list[int]) -> dict[int, TariffUse]:
    """The use of each of these tariffs."""
    tariff: Any = fn.COALESCE(Pile.tariff_id, Station.tariff_id)
    piles: dict[int, int] = dict(
        Pile.select(tariff, fn.COUNT(Pile.id))  # type: ignore[arg-type]
        .join(Station, on=(Station.id == Pile.station_id))
        .where(
            (Pile.tariff_id.in_(tariff_ids) | (Pile.tariff_id.is_null() & Station.tariff_id.in_(tariff_ids)))
            & (Pile.is_retired == False)  # noqa: E712 - SQL
        )
        .group_by(tariff)
        .tuples()
    )
    sessions: dict[int, int] = dict(
        LiveSession.select(TariffVersion.tariff_id, fn.COUNT(LiveSession.connector_id))  # type: ignore[arg-type]
        .join(Session, on=(Session.id == LiveSession.session_id))
        .join(TariffVersion, on=(TariffVersion.id == Session.tariff_version_id))
        .where(TariffVersion.tariff_id.in_(tariff_ids))
        .group_by(TariffVersion.tariff_id)
        .tuples()
    )
    return {
        one: TariffUse(
            stations=Station.select().where(uses(one)).count(),
            piles=piles.get(one, 0),
            sessions=sessions.get(one, 0),
        )
        for one in tariff_ids
    }


def uses(tariff_id: int) -> Expression:
    """SQL: the station has the tariff, or a pile of it that is in service has."""
    of_piles = Pile.select(Pile.station_id).where(
        (Pile.tariff_id == tariff_id) & (Pile.is_retired == False)  # noqa: E712 - SQL
    )
    condition: Expression = (Station.tariff_id == tariff_id) | Station.id.in_(of_piles)
    return condition
