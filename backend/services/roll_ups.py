"""Sums kept with the orders: bumped last in the transaction that settles, in key order, so that two
settlements never wait for each other in a circle. The day is the local day of `ended_at` or `paid_at`.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from peewee import Expression, IntegrityError

from backend.models import ConnectorDay, Order, PlatformDay, StationHour
from backend.models.database import Row, Tx, transactional

PLATFORM_ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Top-ups and new drivers belong to no station: their day is the platform's."""


@transactional
def bump_charging(tx: Tx, *, order: Order, zone: tzinfo, sign: int = 1) -> None:
    """Add a settled order to its station's hour and its connector's day; `sign` -1 takes it out again."""
    del tx
    local = order.ended_at.astimezone(zone)
    amounts = {
        "orders": sign,
        "energy_wh": sign * order.energy_wh,
        "total_fen": sign * order.total_fen,
        "duration_s": sign * int((order.ended_at - order.started_at).total_seconds()),
    }
    _add(
        ConnectorDay,
        {"connector_id": order.connector_id, "local_date": local.date()},
        {"station_id": order.station_id, "operator_id": order.operator_id},
        amounts,
    )
    _add(
        StationHour,
        {"station_id": order.station_id, "local_date": local.date(), "local_hour": local.hour},
        {"operator_id": order.operator_id},
        {
            **amounts,
            "electricity_fen": sign * order.electricity_fen,
            "service_fen": sign * order.service_fen,
        },
    )


@transactional
def bump_top_up(tx: Tx, *, amount_fen: int, paid_at: datetime) -> None:
    """Add a paid top-up to the platform's day."""
    del tx
    day = {"local_date": paid_at.astimezone(PLATFORM_ZONE).date()}
    _add(PlatformDay, day, {}, {"top_ups": 1, "top_up_fen": amount_fen})


@transactional
def bump_new_driver(tx: Tx, *, created_at: datetime) -> None:
    """Count an opened account on the platform's day."""
    del tx
    _add(PlatformDay, {"local_date": created_at.astimezone(PLATFORM_ZONE).date()}, {}, {"new_drivers": 1})


def _add(
    table: type[Row], key: Mapping[str, object], constants: Mapping[str, object], amounts: Mapping[str, int]
) -> None:
    if _bump(table, key, amounts):
        return
    try:
        table.insert(**key, **constants, **amounts).execute()
    except IntegrityError:
        # another transaction made the row between our UPDATE and our INSERT
        _bump(table, key, amounts)


def _bump(table: type[Row], key: Mapping[str, object], amounts: Mapping[str, int]) -> bool:
    changes: dict[str, Any] = {name: _column(table, name) + amount for name, amount in amounts.items()}
    where: list[Expression] = [_column(table, name) == value for name, value in key.items()]
    return bool(table.update(**changes).where(*where).execute())


def _column(table: type[Row], name: str) -> Any:
    return getattr(table, name)
