"""What is still to be done before the first charge at one's own pile; shown until all of it is.

Each step is told by the rows it leaves, in the caller's scope, and only to whoever may do it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.models import AuditRow, Order, Pile, PileState, Staff, Station
from backend.models.engine.database import reading
from backend.services.access.scope import scoped, scoped_to_operator
from backend.services.staff.reach import visible_staff
from backend.services.tariffs.versions import find_all_frozen

LABELS_PRINTED: Final = "pile.print_labels"
"""The action in the audit log."""


class FirstStep(StrEnum):
    """In the order they are done."""

    STATION = "station"
    TARIFF = "tariff"
    PILE = "pile"
    LABEL = "label"
    COLLEAGUE = "colleague"
    CHARGE = "charge"


class ChecklistStep(msgspec.Struct, frozen=True, kw_only=True):
    step: FirstStep
    is_done: bool


class Checklist(msgspec.Struct, frozen=True, kw_only=True):
    """Empty when nothing is left to do, or nothing that the caller may do."""

    steps: tuple[ChecklistStep, ...]


NEEDED: Final[Mapping[FirstStep, str]] = {
    FirstStep.STATION: "station.edit",
    FirstStep.TARIFF: "tariff.edit",
    FirstStep.PILE: "pile.edit",
    FirstStep.LABEL: "pile.label",
    FirstStep.COLLEAGUE: "staff.edit",
    FirstStep.CHARGE: "order.read",
}
"""The permission without which a step is none of the caller's."""


@reading
def get_checklist(*, staff: Actor, now: datetime) -> Checklist:
    """The caller's steps."""
    steps = tuple(
        ChecklistStep(step=step, is_done=DONE[step](staff, now))
        for step in FirstStep
        if NEEDED[step] in staff.permissions
    )
    is_over = all(step.is_done for step in steps)
    return Checklist(steps=() if is_over else steps)


def _has_station(staff: Actor, _: datetime) -> bool:
    return _any(scoped(Station.select(), staff, operator=Station.operator_id, station=Station.id))


def _has_price(staff: Actor, now: datetime) -> bool:
    """A station or pile is priced by something that is in force: a tariff that nobody uses charges no car."""
    stations = scoped(
        Station.select(Station.tariff_id).where(Station.closed_at.is_null()),
        staff,
        operator=Station.operator_id,
        station=Station.id,
    )
    piles = scoped(
        Pile.select(Pile.tariff_id).where(Pile.is_retired == False),  # noqa: E712 - SQL
        staff,
        operator=Pile.operator_id,
        station=Pile.station_id,
    )
    used = {row.tariff_id for query in (stations, piles) for row in query.distinct()}
    return bool(find_all_frozen(used, now=now))


def _has_pile(staff: Actor, _: datetime) -> bool:
    """One that was heard: its secret has found its way into it."""
    piles = scoped(Pile.select(Pile.id), staff, operator=Pile.operator_id, station=Pile.station_id)
    heard = PileState.last_seen_at.is_null(is_null=False)
    return _any(piles.join(PileState, on=(PileState.pile_id == Pile.id)).where(heard))


def _has_labels(staff: Actor, now: datetime) -> bool:
    """Printed; or a car has charged, which found its way without."""
    printed = AuditRow.select().where(AuditRow.action == LABELS_PRINTED)
    return _has_charge(staff, now) or _any(scoped_to_operator(printed, staff, operator=AuditRow.operator_id))


def _has_colleague(staff: Actor, _: datetime) -> bool:
    return _any(visible_staff(staff).where(Staff.is_enabled & (Staff.id != staff.id)))


def _has_charge(staff: Actor, _: datetime) -> bool:
    """By a driver: what staff tried shows no bill."""
    orders = scoped(Order.select(), staff, operator=Order.operator_id, station=Order.station_id)
    return _any(orders.where(Order.is_test.is_null()))


def _any(query: "ModelSelect[Any]") -> bool:
    return bool(query.limit(1).exists())


DONE: Final[Mapping[FirstStep, Callable[[Actor, datetime], bool]]] = {
    FirstStep.STATION: _has_station,
    FirstStep.TARIFF: _has_price,
    FirstStep.PILE: _has_pile,
    FirstStep.LABEL: _has_labels,
    FirstStep.COLLEAGUE: _has_colleague,
    FirstStep.CHARGE: _has_charge,
}
