"""The sandbox's only clock, and the Beijing timestamps that WeChat Pay writes."""

import datetime as dt

_BEIJING = dt.timezone(dt.timedelta(hours=8))


def now_s() -> float:
    """Seconds since 1970 by the system's clock."""
    return dt.datetime.now(dt.UTC).timestamp()  # noqa: TID251 the sandbox is a process of its own


def beijing_time(at_s: float) -> str:
    """RFC 3339 to the second at +08:00, as in `success_time`."""
    return dt.datetime.fromtimestamp(at_s, _BEIJING).isoformat(timespec="seconds")
