"""Whose car hangs on a connector: after a charge its own driver alone may start again until the plug was pulled.

The claim is a row, written in the transaction that frees the connector and read under its lock by whoever starts.
Silence frees as well: a lost message, or a pile that does not sense the plug, locks no gun for ever.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from backend.domain.connector import PLUG_CLAIM_S
from backend.domain.errors import PlugClaimed
from backend.domain.session import PayerKind, StopReason
from backend.models import ConnectorState, PlugClaim, Session
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import locked, transactional
from backend.models.engine.prepared import Prepared

_COLUMNS = ("connector_id", "driver_id", "session_id", "since_at", "until_at")
_claim = BulkWrite(PlugClaim, _COLUMNS, updates=_COLUMNS[1:], guard=("since_at",), allow_equal=True)
_find_state = Prepared(
    ConnectorState,
    lambda connector_id: ConnectorState.select(ConnectorState.is_plugged).where(
        ConnectorState.connector_id == connector_id
    ),
)
_lock_claim = Prepared(
    PlugClaim, lambda connector_id: locked(PlugClaim.select().where(PlugClaim.connector_id == connector_id))
)


@transactional
def claim_plug(*, session: Session, now: datetime) -> None:
    """Keep the connector for the driver whose car was charged, unless it was heard unplugged."""
    if session.driver_id is None or session.payer_kind is not PayerKind.DRIVER or session.started_at is None:
        return
    state = _find_state.first(session.connector_id)
    if session.stop_reason is StopReason.UNPLUGGED or state is None or not state.is_plugged:
        return
    until = now + timedelta(seconds=PLUG_CLAIM_S)
    _claim.execute([(session.connector_id, session.driver_id, session.id, now, until)])


def check_unclaimed(connector_id: int, driver_id: int | None, now: datetime) -> None:
    """Return when this driver may start here; the caller has claimed the connector already. Raises PlugClaimed."""
    claim = _lock_claim.first(connector_id)
    if claim is not None and claim.until_at > now and claim.driver_id != driver_id:
        raise PlugClaimed


@transactional
def free_plugs(*, connector_ids: Collection[int]) -> int:
    """The plugs of these connectors were pulled, or somebody says so; how many claims that ended."""
    if not PlugClaim.select().where(PlugClaim.connector_id.in_(list(connector_ids))).exists():
        return 0  # what idle connectors say all day
    return int(PlugClaim.delete().where(PlugClaim.connector_id.in_(list(connector_ids))).execute())
