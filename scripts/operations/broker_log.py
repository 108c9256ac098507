"""What a broker's log says of log-ins: who came in, who was refused and why, as far as it names them.

mosquitto names whom it lets in; of a refusal it says only that there was one. The embedded broker names both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from backend.domain.broker_account import ContactRefusal
from backend.services.sites.broker_nodes import Contact

MOST_BYTES = 1 << 20
"""Read at a time; what a log grows by beyond that between two looks is left out."""
NAME = r"([0-9A-Za-z_-]{3,30})"
CONNECTED = re.compile(rf": New client connected from \S+ as {NAME} \(")
REFUSED = re.compile(rf": Client {NAME} refused: (wrong_secret|wrong_client_id|too_many_tries)\.")
UNNAMED = re.compile(r": Client <unknown> disconnected, not authorised\.")


@dataclass(slots=True)
class Heard:
    """What was read since the last look: the latest of each name, and how many refusals had none."""

    contacts: dict[str, Contact] = field(default_factory=dict)
    unnamed_refusals: int = 0


class BrokerLog:
    """Follows a log file over rotation and truncation; begins at its present end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inode, self._offset = self._where()

    def read(self, now: datetime) -> Heard:
        """What it says that is new; a file that cannot be read says nothing."""
        heard = Heard()
        for line in self._new_lines():
            if (found := CONNECTED.search(line)) is not None:
                heard.contacts[found[1]] = Contact(connected_at=now)
            elif (found := REFUSED.search(line)) is not None:
                heard.contacts[found[1]] = Contact(refused_at=now, refusal=ContactRefusal(found[2]))
            elif UNNAMED.search(line) is not None:
                heard.unnamed_refusals += 1
        return heard

    def _new_lines(self) -> list[str]:
        try:
            inode, size = self._where()
            if inode != self._inode or size < self._offset:
                self._inode, self._offset = inode, 0
            if size == self._offset:
                return []
            begin = max(self._offset, size - MOST_BYTES)
            with self._path.open("rb") as stream:
                stream.seek(begin)
                text = stream.read(size - begin)
        except OSError:
            return []
        whole = text.rfind(b"\n") + 1
        self._offset = begin + whole
        return text[:whole].decode("utf-8", "replace").splitlines()

    def _where(self) -> tuple[int, int]:
        try:
            known = self._path.stat()
        except OSError:
            return 0, 0
        return known.st_ino, known.st_size
