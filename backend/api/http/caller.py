"""Where a call comes from, for the services that note it."""

from typing import Any

from backend.api.http.call import Call
from backend.domain.caller import Caller, caller_of


def find_caller(call: Call[Any, Any]) -> Caller:
    """Address, browser and request of a call, bounded."""
    return caller_of(ip=call.ip, user_agent=call.headers.get("User-Agent", ""), request_id=call.request_id)
