"""The desk's list of agreements, drafts and versions, and one of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.agreement import AgreementKind
from backend.domain.errors import AgreementNotFound
from backend.models import Agreement, AgreementAcceptance, Operator, Staff
from backend.models.engine.database import reading
from backend.services.access.operator_scope import of_operators, visible_operators
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page

NOBODY: Final = Total(count=0, is_capped=False)


class StaffAgreementRow(msgspec.Struct, frozen=True, kw_only=True):
    """`version` None: a draft. `accepted` is how many drivers accepted this version."""

    agreement_no: str
    operator_no: str
    operator_name: str
    kind: AgreementKind
    version: int | None
    title: str
    created_at: datetime
    published_at: datetime | None
    published_by: str | None
    accepted: Total


class StaffAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """`before` is the text of the version that this one follows, None for the first."""

    agreement: StaffAgreementRow
    text: str
    note: str
    row_version: int
    before: str | None


class StaffAgreementPage(msgspec.Struct, frozen=True, kw_only=True):
    agreements: tuple[StaffAgreementRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_agreements_for_staff(
    *,
    staff: Actor,
    operator_no: str | None,
    kind: AgreementKind | None,
    is_draft: bool | None,
    cursor: str | None,
    limit: int,
) -> StaffAgreementPage:
    """One page, newest first. Raises InvalidCursor."""
    anchors = of_operators(Agreement.select(), staff, operator=Agreement.operator_id)
    wanted = anchors
    if operator_no is not None:
        operator = visible_operators(staff).where(Operator.operator_no == operator_no).first()
        wanted = wanted.where(Agreement.operator_id == (0 if operator is None else operator.id))
    if kind is not None:
        wanted = wanted.where(Agreement.kind == kind)
    if is_draft is not None:
        wanted = wanted.where(Agreement.version.is_null(is_draft))
    listing = Listing(
        wanted=wanted,
        anchors=anchors,
        shown=Agreement.select(),
        number=Agreement.agreement_no,
        is_newest_first=True,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffAgreementPage(
        agreements=_view(page.rows),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(wanted),
    )


@reading
def get_agreement_for_staff(*, staff: Actor, agreement_no: str) -> StaffAgreement:
    """One of them with its text. Raises AgreementNotFound."""
    own = of_operators(Agreement.select(), staff, operator=Agreement.operator_id)
    row: Agreement | None = own.where(Agreement.agreement_no == agreement_no).first()
    if row is None:
        raise AgreementNotFound
    same = (Agreement.operator_id == row.operator_id) & (Agreement.kind == row.kind)
    earlier = same & Agreement.version.is_null(is_null=False)
    if row.version is not None:
        earlier &= Agreement.version < row.version
    before = Agreement.select().where(earlier).order_by(Agreement.version.desc()).first()
    return StaffAgreement(
        agreement=_view([row])[0],
        text=row.text,
        note=row.note,
        row_version=row.row_version,
        before=None if before is None else before.text,
    )


def _view(rows: Iterable[Agreement]) -> tuple[StaffAgreementRow, ...]:
    rows = list(rows)
    if not rows:
        return ()
    operators = {
        row.id: row for row in Operator.select().where(Operator.id.in_({r.operator_id for r in rows}))
    }
    people = {row.published_by_id for row in rows if row.published_by_id is not None}
    names = {row.id: row.name for row in Staff.select().where(Staff.id.in_(people))} if people else {}
    return tuple(
        StaffAgreementRow(
            agreement_no=row.agreement_no,
            operator_no=operators[row.operator_id].operator_no,
            operator_name=operators[row.operator_id].name,
            kind=row.kind,
            version=row.version,
            title=row.title,
            created_at=row.created_at,
            published_at=row.published_at,
            published_by=names.get(row.published_by_id or 0),
            accepted=NOBODY if row.version is None else _count_accepted(row.id),
        )
        for row in rows
    )


def _count_accepted(agreement_id: int) -> Total:
    """Counted no further than a list is: a text of the platform is accepted by every driver there is."""
    return count_capped(AgreementAcceptance.select().where(AgreementAcceptance.agreement_id == agreement_id))
