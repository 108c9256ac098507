"""The timers that this process has claimed and not finished: their short claims are renewed while it lives.

So a timer whose process died is free again within seconds, however long the work of others takes.
"""

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

import structlog

from backend.domain.errors import DomainError
from backend.gateways.clock import monotonic_s, utc_now
from backend.models.engine import database
from backend.services.ground.timers import CLAIM_S, ClaimedTimer, renew_claims

RENEW_EVERY_S: Final = CLAIM_S / 3
LONGEST_S: Final = 300.0
"""Work that takes longer than this hangs: its claim is left to run out, and another process may try."""
_log = structlog.get_logger(__name__)


class HeldClaims:
    """A context: inside it a thread renews what is held."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since_s: dict[ClaimedTimer, float] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs-claims", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Renew nothing more: what is still held runs out."""
        self._ending.set()
        self._thread.join()

    def hold(self, timers: Iterable[ClaimedTimer]) -> None:
        """These were claimed just now."""
        now_s = monotonic_s()
        with self._lock:
            self._since_s.update(dict.fromkeys(timers, now_s))

    def let_go(self, timers: Iterable[ClaimedTimer]) -> None:
        """These are finished, put off or given up."""
        with self._lock:
            for timer in timers:
                self._since_s.pop(timer, None)

    def renew(self) -> None:
        """Renew once what has been held for no more than `LONGEST_S`. Raises ServiceUnavailable."""
        oldest_s = monotonic_s() - LONGEST_S
        with self._lock:
            self._since_s = {timer: since_s for timer, since_s in self._since_s.items() if since_s > oldest_s}
            held = list(self._since_s)
        if held:
            renew_claims(timers=held, now=utc_now())

    def _run(self) -> None:
        while not self._ending.wait(RENEW_EVERY_S):
            try:
                self.renew()
            except DomainError as error:
                _log.warning("claims_not_renewed", error=str(error))
            except Exception:  # noqa: BLE001 - the thread outlives whatever a turn meets
                _log.exception("claims_not_renewed")
                database.close()
        database.close()
