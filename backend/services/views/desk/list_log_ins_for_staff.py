"""The desk's list of tries to log in, newest first: who, from where, and how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.login_record import LoginOutcome
from backend.models import LoginRecord, Staff
from backend.models.engine.database import reading
from backend.services.access.operator_scope import of_operators
from backend.services.views.desk.local_days import in_days
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class StaffLogInRow(msgspec.Struct, frozen=True, kw_only=True):
    """`account` is what was typed, `name` whose it is, None for nobody's."""

    login_id: int
    at: datetime
    account: str
    name: str | None
    outcome: LoginOutcome
    ip: str
    user_agent: str


class StaffLogInPage(msgspec.Struct, frozen=True, kw_only=True):
    log_ins: tuple[StaffLogInRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInFilter:
    """Dates are local days, both included; `account` is the whole of what was typed."""

    account: str | None = None
    outcome: LoginOutcome | None = None
    from_date: date | None = None
    to_date: date | None = None


@reading
def list_log_ins_for_staff(
    *, staff: Actor, wanted: LogInFilter, cursor: str | None, limit: int
) -> StaffLogInPage:
    """One page; tries at accounts of nobody are the platform's to see. Raises InvalidCursor."""
    anchors = of_operators(LoginRecord.select(), staff, operator=LoginRecord.operator_id)
    query = in_days(anchors, LoginRecord.at, from_date=wanted.from_date, to_date=wanted.to_date)
    if wanted.account is not None:
        query = query.where(LoginRecord.account == wanted.account)
    if wanted.outcome is not None:
        query = query.where(LoginRecord.outcome == wanted.outcome)
    listing = Listing(
        wanted=query,
        anchors=anchors,
        shown=LoginRecord.select(),
        number=LoginRecord.id,
        time=LoginRecord.at,
        is_newest_first=True,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffLogInPage(
        log_ins=_view(page.rows),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(query),
    )


def _view(rows: Iterable[LoginRecord]) -> tuple[StaffLogInRow, ...]:
    rows = list(rows)
    ids = {row.staff_id for row in rows if row.staff_id is not None}
    names = {row.id: row.name for row in Staff.select().where(Staff.id.in_(ids))} if ids else {}
    return tuple(
        StaffLogInRow(
            login_id=row.id,
            at=row.at,
            account=row.account,
            name=names.get(row.staff_id or 0),
            outcome=row.outcome,
            ip=row.ip,
            user_agent=row.user_agent,
        )
        for row in rows
    )
