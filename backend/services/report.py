"""What every service of the bridge is told of a message: which known pile sent it, when, and its place in order.

`boot` here is not the pile's own counter but that counter within an epoch (`boot_in_order`), so that
(boot, seq) of a pile only ever grows, also when the pile has lost its counter.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

import msgspec

from backend.models import Connector, Pile, Station
from backend.models.database import reading

BOOTS_PER_EPOCH: Final = 2**40


class KnownConnector(msgspec.Struct, frozen=True):
    id: int
    connector_no: str


class KnownPile(msgspec.Struct, frozen=True, kw_only=True):
    """A pile in service; `connectors` by gun."""

    id: int
    pile_no: str
    station_id: int
    station_no: str
    operator_id: int
    rated_w: int
    connectors: dict[int, KnownConnector]


class Report(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message of a pile; `at` is by the pile's clock, `received_at` by ours.

    `is_replayed`: made earlier than it came, so that the two times say nothing about the pile's clock. The pile
    kept it while offline, or it waited at the broker while we were away.
    """

    pile: KnownPile
    message_id: str
    boot: int
    seq: int
    at: datetime
    received_at: datetime
    is_replayed: bool


def boot_in_order(last_boot: int, reported_boot: int, *, is_replayed: bool, is_boot_message: bool) -> int:
    """The place in order of a boot number that a pile reports, after `last_boot` (the result for its last message).

    A `boot` message that was not replayed and is lower than the last opens a new epoch (device-protocol.md,
    rule 8). A replayed message with a number above the present epoch's last one was made before that epoch.
    """
    epoch, last = divmod(last_boot, BOOTS_PER_EPOCH)
    if is_boot_message and not is_replayed and reported_boot < last:
        epoch += 1
    elif is_replayed and reported_boot > last and epoch > 0:
        epoch -= 1
    return epoch * BOOTS_PER_EPOCH + reported_boot


def reported_boot(boot: int) -> int:
    """The pile's own counter behind a boot in order."""
    return boot % BOOTS_PER_EPOCH


@reading
def load_piles(pile_nos: Collection[str]) -> dict[str, KnownPile]:
    """Those of the piles that are in service, by number; others are missing. Raises ServiceUnavailable."""
    rows = list(
        Pile.select(Pile, Station.station_no)
        .join(Station, on=(Station.id == Pile.station_id))
        .where(Pile.pile_no.in_(list(pile_nos)) & (Pile.is_retired == False))  # noqa: E712 - SQL
        .objects()
    )
    connectors: dict[int, dict[int, KnownConnector]] = {row.id: {} for row in rows}
    if rows:
        for row in Connector.select().where(Connector.pile_id.in_(list(connectors))):
            connectors[row.pile_id][row.gun] = KnownConnector(row.id, row.connector_no)
    return {row.pile_no: _known(row, connectors[row.id]) for row in rows}


def _known(row: Pile, connectors: Mapping[int, KnownConnector]) -> KnownPile:
    return KnownPile(
        id=row.id,
        pile_no=row.pile_no,
        station_id=row.station_id,
        station_no=row.station_no,  # type: ignore[attr-defined]  # joined from the station
        operator_id=row.operator_id,
        rated_w=row.rated_w,
        connectors=dict(connectors),
    )
