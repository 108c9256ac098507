"""What all handlers of a process share: lanes, coalesced reads, and the count of requests under way."""

import asyncio
from dataclasses import dataclass, field

from backend.api.http.auth import Authenticator
from backend.api.http.lanes import Lanes
from backend.api.http.reads import Reads
from backend.api.http.write_check import WriteCheck
from backend.gateways.ids import RequestIds
from backend.services.upkeep.try_write import try_write


class Traffic:
    """Requests under way; a stop waits until there are none."""

    def __init__(self) -> None:
        self._open = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.is_draining = False

    def begin(self) -> None:
        """A request has arrived."""
        self._open += 1
        self._idle.clear()

    def end(self) -> None:
        """A request was answered, or its connection is gone."""
        self._open -= 1
        if self._open == 0:
            self._idle.set()

    async def wait_idle(self, limit_s: float) -> bool:
        """Wait until nothing is under way; False when `limit_s` was not enough."""
        try:
            await asyncio.wait_for(self._idle.wait(), limit_s)
        except TimeoutError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class MapTiles:
    """What the desk's maps are drawn from: a URL template with {z}, {x} and {y}, empty for none, and its system."""

    url: str = ""
    system: str = "gcj02"
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """`public_url` is the address QR links are made from, without a slash at its end."""

    public_url: str
    lanes: Lanes
    reads: Reads
    authenticator: Authenticator
    traffic: Traffic = field(default_factory=Traffic)
    request_ids: RequestIds = field(default_factory=RequestIds)
    write_check: WriteCheck = field(default_factory=lambda: WriteCheck(lambda now: try_write(now=now)))
    map_tiles: MapTiles = MapTiles()

    @classmethod
    def make(cls, public_url: str, map_tiles: MapTiles | None = None) -> "Parts":
        """Fresh parts of one process. Close `lanes` at the end."""
        lanes = Lanes()
        return cls(
            public_url.rstrip("/"),
            lanes,
            Reads(lanes.reads),
            Authenticator(lanes.reads),
            map_tiles=map_tiles or MapTiles(),
        )
