"""After each connection to the broker: online piles are asked for their statuses, a bounded number a second.

What piles told while nobody was subscribed is gone although the broker acknowledged it. Money is safe (receipts),
meters come again by themselves; a status is repeated by its pile only after `STATUS_EVERY_S`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from backend.gateways.clock import monotonic_s
from backend.services.commands.ask_statuses import ask_statuses, list_online_piles

STATUS_EVERY_S: Final = 300.0
"""A pile repeats its statuses so often (docs/pile-protocol.md), so nobody needs to be asked later than that."""
TURN_S: Final = 1.0
LOOK_BACK: Final = timedelta(seconds=30)
"""A birth is dated when its batch begins and seen when it is committed."""
_log = structlog.get_logger(__name__)


class _Round:
    """One loss: when it was over, until when piles are asked, when the next of them are, and who waits for it."""

    def __init__(self, now: datetime, now_s: float) -> None:
        self.began_at = now
        self.until_s = now_s + STATUS_EVERY_S
        self.next_s = now_s
        self.looked_at: datetime | None = None
        self.waiting: list[tuple[int, int]] = []
        self._found: set[int] = set()

    @property
    def since(self) -> datetime | None:
        """Who came online before this was found already; None: nobody was."""
        return None if self.looked_at is None else self.looked_at - LOOK_BACK

    def add(self, online: Sequence[tuple[int, int]], now: datetime) -> None:
        """Let those of them wait who were not found before; looked for at `now`."""
        self.looked_at = now
        self.waiting += [pile for pile in online if pile[0] not in self._found]
        self._found.update(pile_id for pile_id, _ in online)


class StatusAsker:
    """Asks each pile that says nothing by itself once in a round; one that comes online meanwhile is asked then."""

    def __init__(
        self,
        *,
        per_s: int,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = monotonic_s,
    ) -> None:
        self._per_s = per_s
        self._clock = clock
        self._monotonic = monotonic
        self._round: _Round | None = None

    def begin(self) -> None:
        """Statuses may have been lost until now: ask (anew). Called by the network thread."""
        self._round = _Round(self._clock(), self._monotonic())

    def ask_due(self) -> None:
        """Queue the commands of this second, if a round is on. Raises ServiceUnavailable."""
        current, now_s = self._round, self._monotonic()
        if current is None or now_s < current.next_s or now_s >= current.until_s:
            return
        now = self._clock()
        current.add(list_online_piles(since=current.since), now)
        current.next_s = now_s + TURN_S
        piles = current.waiting[: self._per_s]
        if piles:
            asked = ask_statuses(piles=piles, not_told_since=current.began_at, now=now)
            del current.waiting[: len(piles)]
            _log.info("statuses_asked", piles=asked)
