"""The progress of sessions heard lately, kept in memory by the bridge; loading is `load_progress`'s, writing `record_meters`'s."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from backend.domain.live_progress import WRITE_EVERY, LiveProgress

SESSIONS_KEPT: Final = 50_000


class ProgressBook:
    """The progress of sessions heard lately, the least recently heard forgotten beyond `SESSIONS_KEPT`.

    What it forgets is read anew with the readings that its rows lack.
    """

    def __init__(self, kept: int = SESSIONS_KEPT) -> None:
        self._kept = kept
        self._sessions: OrderedDict[str, LiveProgress] = OrderedDict()
        # the sessions whose rows lack something, in the order in which they fell behind
        self._behind: dict[str, None] = {}

    def find(self, session_no: str) -> LiveProgress | None:
        """The progress of a session; not to be changed: take a copy."""
        return self._sessions.get(session_no)

    def list_overdue(self, now: datetime) -> list[LiveProgress]:
        """The sessions whose rows have lacked something for `WRITE_EVERY`; not to be changed."""
        overdue = []
        for session_no in self._behind:
            progress = self._sessions[session_no]
            if progress.behind_since is None or abs(now - progress.behind_since) < WRITE_EVERY:
                break
            overdue.append(progress)
        return overdue

    def list_behind(self) -> list[LiveProgress]:
        """All sessions whose rows lack something; not to be changed."""
        return [self._sessions[session_no] for session_no in self._behind]

    def install(self, advanced: Mapping[str, LiveProgress], forgotten: Collection[str] = ()) -> None:
        """Take over what a committed transaction has changed, and forget these sessions."""
        for session_no, progress in advanced.items():
            self._sessions[session_no] = progress
            self._sessions.move_to_end(session_no)
            if progress.behind_since is None:
                self._behind.pop(session_no, None)
            else:
                self._behind[session_no] = None
        for session_no in forgotten:
            self._forget(session_no)
        while len(self._sessions) > self._kept:
            self._forget(next(iter(self._sessions)))

    def _forget(self, session_no: str) -> None:
        self._sessions.pop(session_no, None)
        self._behind.pop(session_no, None)

    def __len__(self) -> int:
        return len(self._sessions)
