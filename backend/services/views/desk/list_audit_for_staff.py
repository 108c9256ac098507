"""The desk's list of the audit log, newest first, and one of its rows: who did what to what, from where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.errors import AuditRowNotFound
from backend.domain.permission import ActorKind
from backend.models import AuditLink, AuditRow, Driver, Operator, Staff
from backend.models.engine.database import reading
from backend.services.access.operator_scope import of_operators
from backend.services.views.desk.local_days import in_days
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page

DRIVER_LOG_IN: Final = "driver.log_in"
_NOBODY: Final = 0


class StaffAuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """`actor_no` is an account or a driver's number, `detail` the JSON that was written, `link` its place in the chain.

    `actor_name` is the name that the person has now.
    """

    audit_id: int
    at: datetime
    actor_kind: ActorKind
    actor_no: str | None
    actor_name: str | None
    operator_name: str | None
    action: str
    object_kind: str
    object_no: str
    detail: str
    ip: str
    request_id: str
    link: int | None


class StaffAuditPage(msgspec.Struct, frozen=True, kw_only=True):
    rows: tuple[StaffAuditRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Dates are local days, both included; `account` is one of staff's."""

    from_date: date | None = None
    to_date: date | None = None
    actor_kind: ActorKind | None = None
    account: str | None = None
    action: str | None = None
    object_kind: str | None = None
    object_no: str | None = None


@reading
def list_audit_for_staff(
    *, staff: Actor, wanted: AuditFilter, cursor: str | None, limit: int
) -> StaffAuditPage:
    """One page of what was done in the caller's operator, without drivers' log-ins unless asked for. Raises InvalidCursor."""
    anchors = _visible(staff)
    query = _filter(anchors, wanted)
    listing = Listing(
        wanted=query,
        anchors=anchors,
        shown=AuditRow.select(),
        number=AuditRow.id,
        time=AuditRow.at,
        is_newest_first=True,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffAuditPage(
        rows=_view(page.rows),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(query),
    )


@reading
def get_audit_for_staff(*, staff: Actor, audit_id: int) -> StaffAuditRow:
    """One row. Raises AuditRowNotFound."""
    row = _visible(staff).where(AuditRow.id == audit_id).first()
    if row is None:
        raise AuditRowNotFound
    return _view([row])[0]


def _visible(staff: Actor) -> "ModelSelect[Any]":
    return of_operators(AuditRow.select(), staff, operator=AuditRow.operator_id)


def _filter(query: "ModelSelect[Any]", wanted: AuditFilter) -> "ModelSelect[Any]":
    query = in_days(query, AuditRow.at, from_date=wanted.from_date, to_date=wanted.to_date)
    if wanted.account is not None:
        person = Staff.get_or_none(Staff.account == wanted.account)
        query = query.where(
            (AuditRow.actor_kind == ActorKind.STAFF)
            & (AuditRow.actor_id == (_NOBODY if person is None else person.id))
        )
    elif wanted.actor_kind is not None:
        query = query.where(AuditRow.actor_kind == wanted.actor_kind)
    for field, value in (
        (AuditRow.action, wanted.action),
        (AuditRow.object_kind, wanted.object_kind),
        (AuditRow.object_no, wanted.object_no),
    ):
        if value is not None:
            query = query.where(field == value)
    return query if _asks_for_drivers(wanted) else query.where(AuditRow.action != DRIVER_LOG_IN)


def _asks_for_drivers(wanted: AuditFilter) -> bool:
    """Every driver logs in again and again; among what people did, their log-ins are shown to who looks for them."""
    return (
        wanted.action is not None
        or wanted.actor_kind is ActorKind.DRIVER
        or wanted.object_kind == "driver"
        or wanted.object_no is not None
    )


def _view(rows: Iterable[AuditRow]) -> tuple[StaffAuditRow, ...]:
    rows = list(rows)
    staff = _people(Staff, {row.actor_id for row in rows if row.actor_kind is ActorKind.STAFF})
    drivers = _people(Driver, {row.actor_id for row in rows if row.actor_kind is ActorKind.DRIVER})
    operators = _people(Operator, {row.operator_id for row in rows})
    ids = [row.id for row in rows]
    found = AuditLink.select().where(AuditLink.audit_id.in_(ids)) if ids else ()
    links = {link.audit_id: link.number for link in found}
    return tuple(_view_one(row, staff, drivers, operators, links) for row in rows)


def _people(table: Any, ids: set[int | None]) -> dict[int, Any]:
    known = {one for one in ids if one is not None}
    return {row.id: row for row in table.select().where(table.id.in_(known))} if known else {}


def _view_one(
    row: AuditRow,
    staff: Mapping[int, Staff],
    drivers: Mapping[int, Driver],
    operators: Mapping[int, Operator],
    links: Mapping[int, int],
) -> StaffAuditRow:
    actor_id = row.actor_id or _NOBODY
    person = staff.get(actor_id) if row.actor_kind is ActorKind.STAFF else None
    driver = drivers.get(actor_id) if row.actor_kind is ActorKind.DRIVER else None
    operator = operators.get(row.operator_id or _NOBODY)
    return StaffAuditRow(
        audit_id=row.id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor_no=person.account if person else driver.driver_no if driver else None,
        actor_name=None if person is None else person.name,
        operator_name=None if operator is None else operator.name,
        action=row.action,
        object_kind=row.object_kind,
        object_no=row.object_no,
        detail=row.detail,
        ip=row.ip,
        request_id=row.request_id,
        link=links.get(row.id),
    )
