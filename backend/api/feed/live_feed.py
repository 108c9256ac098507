"""The live feed `/ws` of one process: its address, its start and its end.

Contract: docs/live-feed.md. A connection is feed_connection.py's, who may enter feed_door.py's, what a topic
holds feed_topics.py's, when it is read feed_hub.py's.
"""

from collections.abc import Iterable

from tornado.routing import URLSpec

from backend.api.feed.connection import FeedConnection
from backend.api.feed.door import Door, FeedLimits
from backend.api.feed.hub import Hub
from backend.api.http.parts import Parts


class Feed:
    """Give `urls` to the application, `start` it in the loop, `close` it before the server's connections.

    `allowed_origins` may open it beside our own host's pages, such as `https://admin.example.cn`.
    """

    def __init__(
        self, parts: Parts, *, allowed_origins: Iterable[str] = (), limits: FeedLimits | None = None
    ) -> None:
        self._hub = Hub(parts.lanes.reads)
        self._door = Door(origins=(*allowed_origins, parts.public_url), limits=limits or FeedLimits())
        given = {"door": self._door, "hub": self._hub, "authenticator": parts.authenticator}
        self.urls = [URLSpec(r"/ws", FeedConnection, given)]

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return self._door.count

    @property
    def topics(self) -> int:
        """How many topics are read, one for each audience."""
        return self._hub.count

    def start(self) -> None:
        """Begin to listen for changes."""
        self._hub.start()

    async def close(self) -> None:
        """Send everybody away (1001) and stop listening; at most a few seconds."""
        await self._door.close()
        await self._hub.close()
