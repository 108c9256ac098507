"""The latest state of each pile as one value per pile; written by the bridge alone, after its commit.

Values carry (boot, seq) and times in milliseconds since 1970 UTC; whoever reads decides what is stale.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

import msgspec
import redis

from backend.domain.connector import ConnectorStatus
from backend.domain.meter_sample import MeterSample
from backend.live import connection

PILES_PER_STATEMENT: Final = 1_000
_PREFIX: Final = "pile:"


class LiveConnector(msgspec.Struct, kw_only=True, gc=False):
    """What a connector reported last; `at_ms` is the newest of its status and its meter, by the pile's clock."""

    gun: int
    connector_no: str
    status: ConnectorStatus
    is_plugged: bool = False
    fault_codes: str = ""
    at_ms: int = 0
    session_no: str | None = None
    sample: MeterSample | None = None


class LivePile(msgspec.Struct, kw_only=True):
    """What is known of a pile now; `last_seen_ms` is by the server's clock, 0 when it was never seen."""

    pile_no: str
    station_no: str
    is_online: bool = False
    last_seen_ms: int = 0
    boot: int = 0
    seq: int = 0
    connectors: list[LiveConnector]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(LivePile).decode


def put_many(piles: Iterable[LivePile]) -> None:
    """Write the state of these piles."""
    rest = iter(piles)
    while chunk := list(islice(rest, PILES_PER_STATEMENT)):
        _put({_PREFIX + pile.pile_no: _encode(pile) for pile in chunk})


def get_many(pile_nos: Sequence[str]) -> dict[str, LivePile]:
    """The live state of those piles that have one; an empty dict without Redis."""
    found: dict[str, LivePile] = {}
    for start in range(0, len(pile_nos), PILES_PER_STATEMENT):
        for value in _get([_PREFIX + pile_no for pile_no in pile_nos[start : start + PILES_PER_STATEMENT]]):
            pile = _read(value)
            if pile is not None:
                found[pile.pile_no] = pile
    return found


def put_missing(piles: Iterable[LivePile]) -> None:
    """Write the state of those piles that have none; what the bridge wrote meanwhile is newer and stays."""
    rest = iter(piles)
    while chunk := list(islice(rest, PILES_PER_STATEMENT)):
        _put_missing({_PREFIX + pile.pile_no: _encode(pile) for pile in chunk})


def _put(values: dict[str, bytes]) -> None:
    connection.call(lambda client: client.mset(dict(values)), otherwise=None)


def _put_missing(values: dict[str, bytes]) -> None:
    def run(client: redis.Redis) -> None:
        with client.pipeline(transaction=False) as statements:
            for key, value in values.items():
                statements.set(key, value, nx=True)
            statements.execute()

    connection.call(run, otherwise=None)


def _get(keys: list[str]) -> list[object]:
    return connection.call(lambda client: list(client.mget(keys)), otherwise=[])


def _read(value: object) -> LivePile | None:
    if not isinstance(value, bytes):
        return None
    try:
        return _decode(value)
    except msgspec.DecodeError:
        return None  # another release wrote it: the bridge overwrites it with the pile's next message
