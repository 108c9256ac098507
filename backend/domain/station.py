"""Station 充电站: distance to a driver, and when what a pile said is too old to show as if it held."""

from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Final

PILE_OFFLINE_AFTER_S: Final = 90
METER_INTERVAL_S: Final = 15
"""How often a charging pile tells its meter."""
STALE_INTERVALS: Final = 3
_EARTH_RADIUS_M: Final = 6_371_009


def distance_m(lat1_e6: int, lng1_e6: int, lat2_e6: int, lng2_e6: int) -> int:
    """Great-circle distance in metres between two points in millionths of a degree (haversine)."""
    lat1, lng1, lat2, lng2 = (
        radians(degrees_e6 / 1e6) for degrees_e6 in (lat1_e6, lng1_e6, lat2_e6, lng2_e6)
    )
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lng2 - lng1) / 2) ** 2
    return round(2 * _EARTH_RADIUS_M * asin(sqrt(min(1.0, chord))))


def is_stale(age_s: int, interval_s: int) -> bool:
    """Whether a value expected every `interval_s` has been silent for more than three intervals."""
    return age_s > STALE_INTERVALS * interval_s


def heard_since(now: datetime) -> datetime:
    """A pile that was not heard since then is silent: nothing that it said is shown as if it held."""
    return now - timedelta(seconds=PILE_OFFLINE_AFTER_S)


def is_heard(last_seen_at: datetime | None, *, is_online: bool, now: datetime) -> bool:
    """Whether a pile's connection stands and it was heard within three heartbeats."""
    return is_online and last_seen_at is not None and last_seen_at >= heard_since(now)
