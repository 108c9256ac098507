"""The live view's words for what a row says, and when they hold: used where Redis has a pile and where it has none."""

import operator
from datetime import UTC, datetime, timedelta
from typing import Final

from backend.domain.connector import ConnectorGroup, ConnectorStatus
from backend.domain.meter_sample import SAMPLE_NAMES, MeterSample
from backend.domain.station import METER_INTERVAL_S, is_heard, is_stale
from backend.live.live_status import LiveConnector, LivePile
from backend.models import ConnectorState

_sample_values: Final = operator.attrgetter(*SAMPLE_NAMES)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def live_connector(row: ConnectorState | None, *, gun: int, connector_no: str) -> LiveConnector:
    """The connector as its row has it; offline when it has never reported."""
    if row is None:
        return LiveConnector(gun=gun, connector_no=connector_no, status=ConnectorStatus.OFFLINE)
    return LiveConnector(
        gun=gun,
        connector_no=connector_no,
        status=row.status,
        is_plugged=row.is_plugged,
        fault_codes=row.fault_codes,
        at_ms=newest_ms(row.status_at, row.meter_at),
        session_no=row.session_no,
        sample=None if row.meter_at is None else MeterSample(*_sample_values(row)),
    )


def is_pile_heard(pile: LivePile, now: datetime) -> bool:
    """Whether it is online and was heard not long ago; else nothing that it said is shown as if it held."""
    return is_heard(time_of(pile.last_seen_ms), is_online=pile.is_online, now=now)


def is_outdated(connector: LiveConnector, group: ConnectorGroup, *, is_online: bool, now: datetime) -> bool:
    """Whether its values may no longer hold: its pile is silent, or its meter is while it charges."""
    age_s = (now - (time_of(connector.at_ms) or _EPOCH)) // timedelta(seconds=1)
    return not is_online or (group is ConnectorGroup.CHARGING and is_stale(age_s, METER_INTERVAL_S))


def newest_ms(*times: datetime | None) -> int:
    """Milliseconds since 1970 UTC of the latest of these; 0 for none."""
    return max(((at - _EPOCH) // _MILLISECOND for at in times if at is not None), default=0)


def time_of(ms: int) -> datetime | None:
    """The time of so many milliseconds since 1970 UTC; None for 0, which stands for never."""
    return _EPOCH + ms * _MILLISECOND if ms > 0 else None
