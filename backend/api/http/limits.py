"""How often callers may do what costs us or others something: named limits, and the check before a handler."""

from collections import OrderedDict
from typing import Final

from backend.api.http.lanes import Lanes
from backend.api.http.route import Limit
from backend.domain.errors import RateLimited
from backend.gateways.clock import monotonic_s
from backend.live import rate_limit

# Phones share their carrier's addresses, so an address gets more than a person needs.
LOGIN: Final = Limit("login", times=120, per_s=60, per="ip")
# Each is a row, and may make a connector wait three minutes for money that never comes.
GUEST: Final = Limit("guest", times=20, per_s=60, per="ip")
PILE_PAGE: Final = Limit("pile_page", times=120, per_s=60, per="ip")
NOTIFY: Final = Limit("notify", times=6_000, per_s=60, per="ip", is_shared=False)
# Refusals are cheap and honest (no plug, no money); what was accepted or guessed is counted by STARTED.
START: Final = Limit("start", times=60, per_s=60, per="actor")
STARTED: Final = Limit("started", times=10, per_s=60, per="actor")
TOP_UP: Final = Limit("top_up", times=10, per_s=60, per="actor")
REFUND: Final = Limit("refund", times=10, per_s=60, per="actor")
PROFILE: Final = Limit("profile", times=20, per_s=60, per="actor")
PAY_PASSWORD: Final = Limit("pay_password", times=10, per_s=60, per="actor")
PAY_DEBT: Final = Limit("pay_debt", times=10, per_s=60, per="actor")
ADJUSTMENT: Final = Limit("adjustment", times=30, per_s=60, per="actor")
PHONE_SEARCH: Final = Limit("phone_search", times=30, per_s=60, per="actor")
EXPORT: Final = Limit("export", times=10, per_s=60, per="actor")
# Asked on the hot path and cheap to answer: counted without a trip to Redis.
RESOLVE: Final = Limit("resolve", times=300, per_s=60, per="actor", is_shared=False)
# A page of stations shows as many photos; they are kept by the phone for good.
PHOTO: Final = Limit("photo", times=3_000, per_s=60, per="ip", is_shared=False)
STATION_PHOTO: Final = Limit("station_photo", times=60, per_s=60, per="actor")

KEYS_CAP: Final = 10_000

_windows: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()


async def check(limit: Limit, key: str, lanes: Lanes) -> None:
    """Count one use. Raises RateLimited(retry_after_s)."""
    if limit.is_shared:
        wait_s = await lanes.reads.run(rate_limit.take, limit.name, key, limit=limit.times, per_s=limit.per_s)
    else:
        wait_s = _take_here(limit, key)
    if wait_s:
        raise RateLimited(retry_after_s=wait_s)


async def check_left(limit: Limit, key: str, lanes: Lanes) -> None:
    """Look whether a use is left of a shared limit, and leave it. Raises RateLimited(retry_after_s)."""
    if wait_s := await lanes.reads.run(rate_limit.peek, limit.name, key, limit=limit.times):
        raise RateLimited(retry_after_s=wait_s)


async def count(limit: Limit, key: str, lanes: Lanes) -> None:
    """Count one use of a shared limit that `check_left` allowed."""
    await lanes.reads.run(rate_limit.take, limit.name, key, limit=limit.times, per_s=limit.per_s)


def _take_here(limit: Limit, key: str) -> int:
    now_s = monotonic_s()
    ends_s, uses = _windows.pop((limit.name, key), (0.0, 0))
    if ends_s <= now_s:
        ends_s, uses = now_s + limit.per_s, 0
    _windows[limit.name, key] = (ends_s, uses + 1)
    if len(_windows) > KEYS_CAP:
        _windows.popitem(last=False)
    return 0 if uses < limit.times else max(1, -int(-(ends_s - now_s) // 1))


def forget_all() -> None:
    """Start counting anew in this process."""
    _windows.clear()
    rate_limit.forget_all()
