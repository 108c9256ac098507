"""What every service of the bridge is told of a message: which known pile sent it, when, and its place in order.

`boot` here is not the pile's own counter but that counter within an epoch (`boot_in_order`), so that
(boot, seq) of a pile only ever grows, also when the pile has lost its counter.
"""

from datetime import datetime
from typing import Final

import msgspec

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

    A `boot` message that was not replayed and is lower than the last opens a new epoch (docs/pile-protocol.md,
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
