"""Agreements of the desk: drafts, versions, publishing."""

from typing import Annotated, Any

import msgspec

from backend.api.admin.query import (
    DEFAULT_LIMIT,
    LINES,
    LINES_OR_NOTHING,
    Cursor,
    Limit,
    Number,
    RowVersion,
    line,
)
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.agreement import NOTE_CHARS, TEXT_CHARS, TITLE_CHARS, AgreementKind
from backend.domain.permission import Permission
from backend.services.operators.agreement_drafts import draft_agreement, edit_draft
from backend.services.operators.publish_agreement import publish_agreement
from backend.services.views.desk.list_agreements_for_staff import (
    StaffAgreement,
    StaffAgreementPage,
    get_agreement_for_staff,
    list_agreements_for_staff,
)

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=TITLE_CHARS, pattern=line())]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_CHARS, pattern=LINES)]
Note = Annotated[str, msgspec.Meta(max_length=NOTE_CHARS, pattern=LINES_OR_NOTHING)]


class AgreementsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator_no: Number | None = None
    kind: AgreementKind | None = None
    is_draft: bool | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class NewAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines of plain text: `# ` opens a heading, `- ` an item. `note` tells drivers what is new."""

    operator_no: Number
    kind: AgreementKind
    title: Title
    text: Text
    note: Note = ""


class AgreementEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Title
    text: Text
    note: Note
    row_version: RowVersion


class Publication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`row_version` is that of the text which was read before."""

    row_version: RowVersion


async def list_all(call: Call[None, AgreementsQuery]) -> StaffAgreementPage:
    """Drafts and versions, newest first."""
    query = call.query
    return await call.read_slowly(
        list_agreements_for_staff,
        staff=call.actor,
        operator_no=query.operator_no,
        kind=query.kind,
        is_draft=query.is_draft,
        cursor=query.cursor,
        limit=query.limit,
    )


async def show(call: Call[None, None]) -> StaffAgreement:
    """One of them with its text."""
    return await _show(call, call.path["agreement_no"])


async def draft(call: Call[NewAgreement, None]) -> StaffAgreement:
    """A new draft; there is one of a kind at a time, so a double click makes one."""
    body = call.body
    agreement_no = await call.transact(
        draft_agreement,
        staff=call.actor,
        operator_no=body.operator_no,
        kind=body.kind,
        title=body.title.strip(),
        text=body.text,
        note=body.note.strip(),
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _show(call, agreement_no)


async def edit(call: Call[AgreementEdit, None]) -> StaffAgreement:
    """Of a draft; what is published never changes."""
    body, agreement_no = call.body, call.path["agreement_no"]
    await call.transact(
        edit_draft,
        staff=call.actor,
        agreement_no=agreement_no,
        title=body.title.strip(),
        text=body.text,
        note=body.note.strip(),
        row_version=body.row_version,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _show(call, agreement_no)


async def publish(call: Call[Publication, None]) -> StaffAgreement:
    """From now on drivers are asked for it."""
    agreement_no = call.path["agreement_no"]
    await call.transact(
        publish_agreement,
        staff=call.actor,
        agreement_no=agreement_no,
        row_version=call.body.row_version,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _show(call, agreement_no)


async def _show(call: Call[Any, None], agreement_no: str) -> StaffAgreement:
    return await call.transact(get_agreement_for_staff, staff=call.actor, agreement_no=agreement_no)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/agreements",
        scope=Permission.AGREEMENT_EDIT,
        handle=list_all,
        summary="协议列表",
        errors=(errors.InvalidCursor,),
        tag="admin_agreements",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/agreements",
        scope=Permission.AGREEMENT_EDIT,
        handle=draft,
        summary="起草协议",
        errors=(errors.OperatorNotFound, errors.AgreementDraftExists, errors.UnfitInput),
        status=201,
        tag="admin_agreements",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/agreements/{agreement_no}",
        scope=Permission.AGREEMENT_EDIT,
        handle=show,
        summary="协议详情",
        errors=(errors.AgreementNotFound,),
        tag="admin_agreements",
    ),
    Route(
        method="PUT",
        path="/api/v1/admin/agreements/{agreement_no}",
        scope=Permission.AGREEMENT_EDIT,
        handle=edit,
        summary="修改协议草稿",
        errors=(errors.AgreementNotFound, errors.AgreementPublished, errors.RowChanged),
        tag="admin_agreements",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/agreements/{agreement_no}/publish",
        scope=Permission.AGREEMENT_EDIT,
        handle=publish,
        summary="发布协议",
        errors=(errors.AgreementNotFound, errors.AgreementPublished, errors.RowChanged),
        tag="admin_agreements",
    ),
)
