"""Asks online piles what their connectors do: for a time when statuses may have been lost on their way.

Who decides when, whom and how fast is the bridge (mqtt_bridge/status_asking.py).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from backend.domain.command import CommandKind
from backend.models import Connector, ConnectorState, Pile, PileState
from backend.models.engine.database import reading, transactional
from backend.services.commands.queue import queue_for_piles


@reading
def list_online_piles(*, since: datetime | None) -> list[tuple[int, int]]:
    """Row id and operator of the piles in service that are online, those that came since or (None) all of them.

    Raises ServiceUnavailable.
    """
    is_wanted = PileState.is_online & (Pile.is_retired == False)  # noqa: E712 - SQL
    if since is not None:
        is_wanted &= PileState.online_since >= since
    online: Any = (
        PileState.select(PileState.pile_id, Pile.operator_id)
        .join(Pile, on=(Pile.id == PileState.pile_id))
        .where(is_wanted)
        .order_by(PileState.pile_id)
        .tuples()
    )
    return list(online)


@transactional
def ask_statuses(*, piles: Collection[tuple[int, int]], not_told_since: datetime, now: datetime) -> int:
    """Queue `report_status` for those of the piles (row id, operator) that must be asked; how many they are.

    Not asked is who has told of all connectors since then, by the pile's own clock. Raises ServiceUnavailable.
    """
    silent: Any = (
        Connector.select(Connector.pile_id)
        .join(ConnectorState, on=(ConnectorState.connector_id == Connector.id))
        .where(
            Connector.pile_id.in_([pile_id for pile_id, _ in piles])
            & (ConnectorState.status_at < not_told_since)
        )
        .tuples()
    )
    silent_ids = {pile_id for (pile_id,) in silent}
    chosen = [pile for pile in piles if pile[0] in silent_ids]
    queue_for_piles(piles=chosen, kind=CommandKind.REPORT_STATUS, now=now)
    return len(chosen)
