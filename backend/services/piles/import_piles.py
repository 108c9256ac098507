"""Piles out of a sheet (导入充电桩): looked through whole, told row by row, and written all or not at all.

A second import of the same sheet finds its own piles and does nothing.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden
from backend.domain.permission import Permission
from backend.domain.pile import spelling
from backend.domain.pile_sheet import HEAD, RowFault, SheetPile, read_sheet
from backend.models import Station, Tariff
from backend.models.engine.database import transactional
from backend.services.access.visible_stations import visible_stations
from backend.services.piles.add_piles import NewPile, find_taken, write_piles


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """`faults` empty: `found` piles could be, or with `is_done` were, added. With faults nothing was done."""

    found: int
    faults: tuple[RowFault, ...]
    is_done: bool
    pile_nos: tuple[str, ...]


@transactional
def import_piles(
    *,
    staff: Actor,
    rows: Sequence[Sequence[str]],
    is_dry: bool,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> ImportReport:
    """Look a sheet through and, unless `is_dry`, add its piles. Raises Forbidden, SheetUnreadable."""
    if Permission.PILE_EDIT not in staff.permissions:
        raise Forbidden
    found, faults = read_sheet(rows)
    new, unfit = _place(staff, found)
    faults += unfit
    if faults or is_dry:
        return ImportReport(
            found=len(new),
            faults=tuple(sorted(faults, key=lambda fault: (fault.row, HEAD.index(fault.column)))),
            is_done=False,
            pile_nos=(),
        )
    added = write_piles(staff=staff, piles=new, now=now, request_id=request_id, ip=ip)
    return ImportReport(found=len(new), faults=(), is_done=True, pile_nos=added.pile_nos)


def _place(staff: Actor, found: Sequence[SheetPile]) -> tuple[list[NewPile], list[RowFault]]:
    """The sound piles at their stations, and what only the platform knows to be wrong: also in rows with other faults."""
    stations = _stations(staff)
    taken = find_taken([one.pile_no for one in found])
    new = []
    faults = []
    for one in found:
        station = stations.get(one.station)
        if one.station and station is None:
            faults.append(_fault(one, 0, "没有这座充电站，或它的名称不止一座在用，请改填编号"))
        if one.pile_no and spelling(one.pile_no) in taken:
            faults.append(_fault(one, 1, "已经有了（大小写、连字符不算区别）"))
        if station is None:
            continue
        if one.tariff_no and not _has_tariff(station, one.tariff_no):
            faults.append(_fault(one, 8, "没有这个计费模型，或不属于这家运营商"))
        if one.facts is not None:
            new.append(
                NewPile(facts=one.facts, station_no=station.station_no, tariff_no=one.tariff_no or None)
            )
    return new, faults


def _stations(staff: Actor) -> dict[str, Station]:
    """By number, and by name where just one in scope has it."""
    found: dict[str, Station] = {}
    names: dict[str, int] = {}
    rows = list(visible_stations(staff))
    for row in rows:
        names[row.name] = names.get(row.name, 0) + 1
    for row in rows:
        found[row.station_no] = row
        if names[row.name] == 1:
            found.setdefault(row.name, row)
    return found


def _has_tariff(station: Station, tariff_no: str) -> bool:
    is_own = (Tariff.tariff_no == tariff_no) & (Tariff.operator_id == station.operator_id)
    return Tariff.select().where(is_own & Tariff.retired_at.is_null()).exists()


def _fault(one: SheetPile, place: int, message: str) -> RowFault:
    return RowFault(row=one.row, column=HEAD[place], message=message)
