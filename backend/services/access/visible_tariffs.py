"""The tariffs a member of staff may see, and who may change them.

A station set narrows what is seen to what its stations use; prices reach beyond them, so it takes changing away.
"""

from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, TariffNotFound, TariffRetired
from backend.domain.permission import ActorKind, Permission
from backend.models import Pile, Station, Tariff
from backend.models.engine.database import locked


def visible_tariffs(staff: Actor) -> "ModelSelect[Tariff]":
    """The tariffs that `staff` may see, retired ones too. Raises Forbidden for anybody but staff."""
    if staff.kind is not ActorKind.STAFF or (not staff.is_platform and staff.operator_id is None):
        raise Forbidden
    query = Tariff.select()
    if not staff.is_platform:
        query = query.where(Tariff.operator_id == staff.operator_id)
    if staff.station_ids is not None:
        stations = sorted(staff.station_ids)
        of_stations = Station.select(Station.tariff_id).where(
            Station.id.in_(stations) & Station.tariff_id.is_null(is_null=False)
        )
        of_piles = Pile.select(Pile.tariff_id).where(
            Pile.station_id.in_(stations) & Pile.tariff_id.is_null(is_null=False)
        )
        query = query.where(Tariff.id.in_(of_stations) | Tariff.id.in_(of_piles))
    return query


def get_tariff(staff: Actor, tariff_no: str) -> Tariff:
    """A tariff in scope. Raises TariffNotFound."""
    tariff: Tariff | None = visible_tariffs(staff).where(Tariff.tariff_no == tariff_no).first()
    if tariff is None:
        raise TariffNotFound
    return tariff


def lock_tariff(staff: Actor, tariff_no: str, permission: Permission) -> Tariff:
    """A tariff that `staff` may change, locked. Raises TariffNotFound, Forbidden, TariffRetired."""
    tariff_id = get_tariff(staff, tariff_no).id
    check_may_change(staff, permission)
    tariff = locked(Tariff.select().where(Tariff.id == tariff_id)).get()
    if tariff.retired_at is not None:
        raise TariffRetired
    return tariff


def check_may_change(staff: Actor, permission: Permission) -> None:
    """Return for those who may change tariffs of their operator. Raises Forbidden."""
    if permission not in staff.permissions or staff.station_ids is not None:
        raise Forbidden
