"""Publishes a draft: from then on its text never changes, and drivers are asked for it before they start or top up."""

from datetime import datetime

from peewee import fn

from backend.domain.actor import Actor
from backend.models import Agreement, Operator
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.ground.audit import write_audit
from backend.services.ground.operator_book import forget_operators
from backend.services.ground.row_version import take_edit
from backend.services.operators.agreement_drafts import lock_draft


@transactional
def publish_agreement(
    *, staff: Actor, agreement_no: str, row_version: int, now: datetime, request_id: str = "", ip: str = ""
) -> None:
    """Raises Forbidden, AgreementNotFound, AgreementPublished, RowChanged."""
    row = lock_draft(staff, agreement_no)
    take_edit(row, seen=row_version)
    # versions of one operator are counted one after another
    locked(Operator.select().where(Operator.id == row.operator_id)).get()
    same = (Agreement.operator_id == row.operator_id) & (Agreement.kind == row.kind)
    newest = Agreement.select(fn.MAX(Agreement.version)).where(same).scalar()
    row.version = int(newest or 0) + 1
    row.published_at, row.published_by_id = now, staff.id
    row.save()
    write_audit(
        actor=staff,
        action="agreement.publish",
        object_kind="agreement",
        object_no=agreement_no,
        operator_id=row.operator_id,
        detail={"after": {"kind": row.kind, "version": row.version, "title": row.title}},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    after_commit(forget_operators)
