"""The live feed: which topics have changed, told to every API process. The changes themselves are read anew.

How topics are named: backend/domain/feed_topics.py.
"""

from collections.abc import Callable, Collection
from itertools import islice
from typing import Final

import msgspec

from backend.live import connection
from backend.live.subscription import Subscription

CHANNEL: Final = "feed"
TOPICS_PER_MESSAGE: Final = 1_000
_decoder = msgspec.json.Decoder(list[str])


def publish(topics: Collection[str]) -> None:
    """Say that these topics changed; without Redis nobody hears it and the hub polls."""
    rest = iter(dict.fromkeys(topics))
    while chunk := list(islice(rest, TOPICS_PER_MESSAGE)):
        _publish(msgspec.json.encode(chunk))


def _publish(payload: bytes) -> None:
    connection.call(lambda client: client.publish(CHANNEL, payload), otherwise=0)


def subscribe(on_topics: Callable[[list[str]], None]) -> Subscription | None:
    """Call `on_topics` on a thread of its own with each list of changed topics; None without Redis."""
    url = connection.current_url()
    if url is None:
        return None
    return Subscription(url, CHANNEL, lambda data: on_topics(_decoder.decode(data)))
