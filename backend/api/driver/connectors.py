"""From a scan to the connector, and what a charge there would cost."""

from typing import Annotated

import msgspec

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.errors import message_for_code
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.services.views.driver.estimate_charge import ChargeEstimate, estimate_charge
from backend.services.views.driver.resolve_connector import (
    MAX_TEXT_CHARS,
    Obstacle,
    ResolvedConnector,
    read_scanned_text,
)


class ResolveRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`text` is the scanned link or the number printed on the connector, as it was typed."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TEXT_CHARS)]


class EstimateQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limit_fen: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)] | None = None


async def resolve(call: Call[ResolveRequest, None]) -> ResolvedConnector:
    """The connector behind a scan: station, price split and summed, plug state, and what stands against a start."""
    key = read_scanned_text(call.body.text, public_url=call.parts.public_url)
    found = await call.parts.reads.connectors.load(key)
    if found is None:
        raise errors.ConnectorNotFound
    return msgspec.structs.replace(found, obstacle=_told(found.obstacle))


async def estimate(call: Call[None, EstimateQuery]) -> ChargeEstimate:
    """Balance, hold, price now and next, the energy the hold buys at the coming prices, and what this driver may not do."""
    found: ChargeEstimate = await call.transact(
        estimate_charge,
        driver=call.actor,
        connector_no=call.path["connector_no"],
        limit_fen=call.query.limit_fen,
        now=call.now,
    )
    return msgspec.structs.replace(found, obstacle=_told(found.obstacle))


def _told(obstacle: Obstacle | None) -> Obstacle | None:
    """With its sentence."""
    if obstacle is None:
        return None
    sentence = message_for_code(obstacle.code, opens=obstacle.opens, service_phone=obstacle.phone)
    return msgspec.structs.replace(obstacle, message=sentence)


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/driver/connectors/resolve",
        scope=Scope.DRIVER,
        handle=resolve,
        summary="扫码或输入枪编号",
        errors=(errors.BadQrLink, errors.QrReplaced, errors.ConnectorNotFound),
        limit=limits.RESOLVE,
        tag="connectors",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/connectors/{connector_no}/estimate",
        scope=Scope.DRIVER,
        handle=estimate,
        summary="充电前估算",
        errors=(errors.ConnectorNotFound, errors.TariffMissing, errors.LimitOutOfRange),
        tag="connectors",
    ),
)
