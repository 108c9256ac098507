"""Texts that are being written: one draft of a kind and operator at a time, edited until it is published."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.agreement import AgreementKind, kinds_of
from backend.domain.errors import AgreementDraftExists, AgreementNotFound, AgreementPublished, UnfitInput
from backend.domain.permission import Permission
from backend.gateways.ids import new_number
from backend.models import Agreement
from backend.models.engine.database import locked, transactional
from backend.services.access.operator_scope import check_may, lock_operator, of_operators
from backend.services.ground.audit import write_audit
from backend.services.ground.row_version import take_edit


@transactional
def draft_agreement(
    *,
    staff: Actor,
    operator_no: str,
    kind: AgreementKind,
    title: str,
    text: str,
    note: str,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> str:
    """The number of a new draft. Raises Forbidden, OperatorNotFound, UnfitInput, AgreementDraftExists."""
    operator = lock_operator(staff, operator_no, permission=Permission.AGREEMENT_EDIT)
    if kind not in kinds_of(is_platform=operator.is_platform):
        raise UnfitInput(field="kind", reason="只能由平台发布")
    is_draft = (Agreement.operator_id == operator.id) & (Agreement.kind == kind) & Agreement.version.is_null()
    known = Agreement.get_or_none(is_draft)
    if known is not None:
        raise AgreementDraftExists(agreement_no=known.agreement_no)
    row = Agreement.create(
        agreement_no=new_number("A", now),
        operator_id=operator.id,
        kind=kind,
        title=title,
        text=text,
        note=note,
        created_at=now,
    )
    write_audit(
        actor=staff,
        action="agreement.draft",
        object_kind="agreement",
        object_no=row.agreement_no,
        operator_id=operator.id,
        detail={"after": {"kind": kind, "title": title, "text_chars": len(text)}},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    return row.agreement_no


@transactional
def edit_draft(
    *,
    staff: Actor,
    agreement_no: str,
    title: str,
    text: str,
    note: str,
    row_version: int,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Raises Forbidden, AgreementNotFound, AgreementPublished, RowChanged."""
    row = lock_draft(staff, agreement_no)
    take_edit(row, seen=row_version)
    before = {"title": row.title, "note": row.note, "text_chars": len(row.text)}
    row.title, row.text, row.note = title, text, note
    row.save()
    after = {"title": title, "note": note, "text_chars": len(text)}
    write_audit(
        actor=staff,
        action="agreement.edit",
        object_kind="agreement",
        object_no=agreement_no,
        operator_id=row.operator_id,
        detail={
            "before": {field: value for field, value in before.items() if after[field] != value},
            "after": {field: value for field, value in after.items() if before[field] != value},
        },
        now=now,
        request_id=request_id,
        ip=ip,
    )


def lock_draft(staff: Actor, agreement_no: str) -> Agreement:
    """A draft in scope, locked. Raises Forbidden, AgreementNotFound, AgreementPublished."""
    check_may(staff, Permission.AGREEMENT_EDIT)
    own = of_operators(Agreement.select(), staff, operator=Agreement.operator_id)
    row: Agreement | None = locked(own.where(Agreement.agreement_no == agreement_no)).first()
    if row is None:
        raise AgreementNotFound
    if row.version is not None:
        raise AgreementPublished
    return row
