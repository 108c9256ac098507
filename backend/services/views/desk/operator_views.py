"""Operators as the desk shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from peewee import fn

from backend.models import Operator, Pile, Staff, Station
from backend.services.sites.charged_operators import with_charges
from backend.services.staff.administrators import with_administrator


class StaffOperator(msgspec.Struct, frozen=True, kw_only=True):
    """An operator with what it has; `is_platform`: the owner of the mini-program and the wallets.

    `has_administrator`: somebody enabled may bring in its staff. `may_renumber`: nobody has charged there yet.
    """

    operator_no: str
    name: str
    is_platform: bool
    is_enabled: bool
    service_phone: str
    service_hours: str
    station_count: int
    pile_count: int
    staff_count: int
    has_administrator: bool
    may_renumber: bool
    created_at: datetime
    row_version: int


def view_operators(rows: Iterable[Operator]) -> tuple[StaffOperator, ...]:
    """Their views, with a few queries for all of them."""
    rows = list(rows)
    ids = [row.id for row in rows]
    stations, staff = _count(Station, ids), _count(Staff, ids, Staff.deleted_at.is_null())
    charged = with_charges(ids) if ids else frozenset()
    administered = with_administrator(ids) if ids else frozenset()
    piles = _count(Pile, ids, Pile.is_retired == False)  # noqa: E712 - SQL
    return tuple(
        StaffOperator(
            operator_no=row.operator_no,
            name=row.name,
            is_platform=row.is_platform,
            is_enabled=row.is_enabled,
            service_phone=row.service_phone,
            service_hours=row.service_hours,
            station_count=stations.get(row.id, 0),
            pile_count=piles.get(row.id, 0),
            staff_count=staff.get(row.id, 0),
            has_administrator=row.id in administered,
            may_renumber=row.id not in charged,
            created_at=row.created_at,
            row_version=row.row_version,
        )
        for row in rows
    )


def _count(table: Any, operator_ids: list[int], *conditions: Any) -> dict[int, int]:
    if not operator_ids:
        return {}
    query = table.select(table.operator_id, fn.COUNT(table.id)).where(
        table.operator_id.in_(operator_ids), *conditions
    )
    return dict(query.group_by(table.operator_id).tuples())
