"""A driver accepts published texts: which version, and when, is kept for good."""

from collections.abc import Collection
from datetime import datetime

from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.errors import AgreementNotFound
from backend.models import Agreement, AgreementAcceptance
from backend.models.engine.database import RetryTransaction, transactional
from backend.services.ground.audit import write_audit


@transactional
def accept_agreements(
    *, driver: Actor, agreement_nos: Collection[str], now: datetime, request_id: str = "", ip: str = ""
) -> None:
    """Accepting again changes nothing. Raises AgreementNotFound for what is not published."""
    wanted = set(agreement_nos)
    is_published = Agreement.agreement_no.in_(sorted(wanted)) & Agreement.version.is_null(is_null=False)
    rows = list(Agreement.select().where(is_published).order_by(Agreement.id))
    if len(rows) != len(wanted):
        raise AgreementNotFound
    is_own = AgreementAcceptance.driver_id == driver.id
    known = {
        row.agreement_id
        for row in AgreementAcceptance.select(AgreementAcceptance.agreement_id).where(
            is_own & AgreementAcceptance.agreement_id.in_([row.id for row in rows])
        )
    }
    for row in rows:
        if row.id in known:
            continue
        try:
            AgreementAcceptance.insert(driver_id=driver.id, agreement_id=row.id, accepted_at=now).execute()
        except IntegrityError as error:
            raise RetryTransaction from error
        write_audit(
            actor=driver,
            action="agreement.accept",
            object_kind="agreement",
            object_no=row.agreement_no,
            operator_id=row.operator_id,
            detail={"kind": row.kind, "version": row.version},
            now=now,
            request_id=request_id,
            ip=ip,
        )
