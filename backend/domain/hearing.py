"""Whether anybody listened: a pile's silence says nothing while the bridge itself was away (states.md, Connector).

Decides no money: what a silence that was listened to means is `watch_session`'s.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec

DEAF_AFTER: Final = timedelta(seconds=60)
"""A bridge that listens says so every few seconds."""
HEARD_AGAIN_WITHIN: Final = timedelta(minutes=5)
"""After an outage of ours piles need so long to reconnect, and the broker to hand over what waited."""


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """An unbroken spell of listening to the piles."""

    since: datetime
    until: datetime

    def go_on(self, now: datetime) -> "Hearing":
        """The spell that is on after somebody listened at `now`; after a gap a new one."""
        since = now if now - self.until > DEAF_AFTER else min(self.since, now)
        return Hearing(since=since, until=now)

    def tells(self, now: datetime) -> bool:
        """Whether who was silent until now was silent indeed: listened to now, and for long enough to be heard."""
        return now - self.until <= DEAF_AFTER and now - self.since >= HEARD_AGAIN_WITHIN
