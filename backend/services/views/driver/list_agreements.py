"""The published texts that a driver is asked to accept, with what is new in them, and whether they did."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.agreement import AgreementKind
from backend.models import Agreement, AgreementAcceptance, Connector, Operator
from backend.models.engine.database import reading
from backend.services.ground.agreements import find_pending
from backend.services.ground.operator_book import read_operators


class DriverAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """`accepted_version`: the version before that this driver accepted, None for none; then `note` says what is new."""

    agreement_no: str
    kind: AgreementKind
    operator_name: str
    version: int
    title: str
    text: str
    note: str
    published_at: datetime
    is_accepted: bool
    accepted_version: int | None


class DriverAgreements(msgspec.Struct, frozen=True, kw_only=True):
    agreements: tuple[DriverAgreement, ...]


@reading
def list_agreements(*, driver: Actor, connector_no: str | None) -> DriverAgreements:
    """The platform's texts, and those of the operator of a connector that the driver is about to charge at."""
    operator_id = None
    if connector_no is not None:
        connector = Connector.get_or_none(Connector.connector_no == connector_no)
        operator_id = None if connector is None else connector.operator_id
    texts = read_operators().texts_for(operator_id)
    pending = {text.agreement_id for text in find_pending(driver=driver, operator_id=operator_id)}
    rows = {
        row.id: row for row in Agreement.select().where(Agreement.id.in_([t.agreement_id for t in texts]))
    }
    accepted = _accepted_versions(driver)
    names = {
        row.id: row.name for row in Operator.select().where(Operator.id.in_([t.operator_id for t in texts]))
    }
    return DriverAgreements(
        agreements=tuple(
            DriverAgreement(
                agreement_no=rows[text.agreement_id].agreement_no,
                kind=text.kind,
                operator_name=names.get(text.operator_id, ""),
                version=text.version,
                title=rows[text.agreement_id].title,
                text=rows[text.agreement_id].text,
                note=rows[text.agreement_id].note,
                published_at=rows[text.agreement_id].published_at or rows[text.agreement_id].created_at,
                is_accepted=text.agreement_id not in pending,
                accepted_version=accepted.get((text.operator_id, text.kind)),
            )
            for text in texts
        )
    )


def _accepted_versions(driver: Actor) -> dict[tuple[int, AgreementKind], int]:
    own = (
        Agreement.select(Agreement.operator_id, Agreement.kind, Agreement.version)
        .join(AgreementAcceptance, on=(AgreementAcceptance.agreement_id == Agreement.id))
        .where(AgreementAcceptance.driver_id == driver.id)
        .order_by(Agreement.version)
    )
    return {(row.operator_id, row.kind): row.version or 0 for row in own}
