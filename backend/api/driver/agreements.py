"""The texts that a driver accepts."""

from typing import Annotated

import msgspec

from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.services.operators.accept_agreements import accept_agreements
from backend.services.views.driver.list_agreements import DriverAgreements, list_agreements

MOST_AT_ONCE = 10
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


class AgreementsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`connector_no` adds the texts of its operator."""

    connector_no: Number | None = None


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The versions that the driver has read and accepts."""

    agreement_nos: Annotated[list[Number], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    agreement_nos: tuple[str, ...]


async def list_current(call: Call[None, AgreementsQuery]) -> DriverAgreements:
    """The newest versions with their texts, and which of them are accepted; none: nothing is asked for."""
    return await call.transact(list_agreements, driver=call.actor, connector_no=call.query.connector_no)


async def accept(call: Call[Acceptance, None]) -> Accepted:
    """Kept for good with the moment; again it changes nothing."""
    await call.transact(
        accept_agreements,
        driver=call.actor,
        agreement_nos=call.body.agreement_nos,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return Accepted(agreement_nos=tuple(sorted(set(call.body.agreement_nos))))


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/driver/agreements",
        scope=Scope.DRIVER,
        handle=list_current,
        summary="要同意的协议",
        tag="agreements",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/agreements/accept",
        scope=Scope.DRIVER,
        handle=accept,
        summary="同意协议",
        errors=(errors.AgreementNotFound,),
        tag="agreements",
    ),
)
