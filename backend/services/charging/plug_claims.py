"""Whose car hangs on a connector: after a charge its own driver alone may start again until the plug was pulled.

The claim is a row, written in the transaction that frees the connector and read under its lock by whoever starts.
Silence frees as well: a lost message, or a pile that does not sense the plug, locks no gun for ever.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from backend.domain.errors import PlugClaimed, WhoseCar
from backend.domain.session import PayerKind, StopReason
from backend.models import ConnectorState, PlugClaim, Session
from backend.models.engine.database import is_sqlite, locked, transactional
from backend.models.engine.prepared import Prepared
from backend.services.charging.session_terms import terms_of

_COLUMNS = (
    PlugClaim.connector_id,
    PlugClaim.driver_id,
    PlugClaim.session_id,
    PlugClaim.since_at,
    PlugClaim.until_at,
)
# one statement: read apart, the plug could be pulled between
_claim = Prepared(
    PlugClaim,
    lambda connector_id, driver_id, session_id, since_at, until_at: PlugClaim.insert_from(
        ConnectorState.select(connector_id, driver_id, session_id, since_at, until_at).where(
            (ConnectorState.connector_id == connector_id) & ConnectorState.is_plugged
        ),
        _COLUMNS,
    ).on_conflict(conflict_target=_COLUMNS[:1] if is_sqlite() else None, preserve=_COLUMNS[1:]),
)
_lock_claim = Prepared(
    PlugClaim, lambda connector_id: locked(PlugClaim.select().where(PlugClaim.connector_id == connector_id))
)


@transactional
def claim_plug(*, session: Session, now: datetime) -> None:
    """Keep the connector for the driver whose car was charged, unless it was heard unplugged."""
    if session.driver_id is None or session.payer_kind is not PayerKind.DRIVER or session.started_at is None:
        return
    if session.stop_reason is StopReason.UNPLUGGED:
        return
    until = now + timedelta(seconds=terms_of(session).plug_claim_s)
    _claim.execute(session.connector_id, session.driver_id, session.id, now, until)


def check_unclaimed(
    connector_id: int, driver_id: int | None, now: datetime, *, is_own_car: bool | None
) -> None:
    """Return when this driver may start here; the caller has claimed the connector already.

    A claim that has run out still says that nobody heard the car before leave: then the driver's word is needed.
    Raises PlugClaimed, WhoseCar.
    """
    claim = _lock_claim.first(connector_id)
    if claim is None or claim.driver_id == driver_id:
        return
    if claim.until_at > now:
        raise PlugClaimed
    if not is_own_car:
        raise WhoseCar


@transactional
def free_plugs(*, connector_ids: Collection[int]) -> int:
    """The plugs of these connectors were pulled, or somebody says so; how many claims that ended."""
    if not PlugClaim.select().where(PlugClaim.connector_id.in_(list(connector_ids))).exists():
        return 0  # what idle connectors say all day
    return int(PlugClaim.delete().where(PlugClaim.connector_id.in_(list(connector_ids))).execute())
