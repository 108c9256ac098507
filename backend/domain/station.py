"""Station 充电站: distance to a driver, whether it takes cars now, and when what a pile said is too old to be shown."""

from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Final
from zoneinfo import ZoneInfo

from backend.domain.errors import StationClosed, StationHidden, StationShut
from backend.domain.opening_hours import OpeningHours, look_at

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


def check_takes_cars(
    *, is_closed: bool, is_visible: bool, hours: OpeningHours, now: datetime, time_zone: str
) -> None:
    """Return when a charge may begin at a station, whatever its piles say; what runs already goes on.

    Raises StationClosed, StationHidden, StationShut.
    """
    if is_closed:
        raise StationClosed
    if not is_visible:
        raise StationHidden
    opening = look_at(hours, now=now, time_zone=time_zone)
    if not opening.is_open:
        raise StationShut(opens=_moment_words(opening.changes_at, now=now, time_zone=time_zone))


def _moment_words(moment: datetime | None, *, now: datetime, time_zone: str) -> str:
    """`今天 08:00`, `明天 08:00`, `周一 08:00`, by the station's clock; empty where it is not known."""
    if moment is None:
        return ""
    then, local = moment.astimezone(ZoneInfo(time_zone)), now.astimezone(ZoneInfo(time_zone))
    days = (then.date() - local.date()).days
    day = {0: "今天", 1: "明天"}.get(days, f"周{'一二三四五六日'[then.weekday()]}")
    return f"{day} {then:%H:%M}"
