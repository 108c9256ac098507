"""What a channel never said: notifies altered on their way, of another time, of another channel, of another sum."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qsl

from backend.domain.payment import Channel
from tests.money.truth import Notify, TruthChannel

Telling = Callable[[], tuple[Channel, Notify]]
"""A notify on its way: a genuine one is signed when it is sent, an altered one stays as it was."""


def lies_about(
    channels: Mapping[Channel, TruthChannel],
    channel: TruthChannel,
    payment_no: str,
    *,
    now: datetime,
    chance: random.Random,
) -> list[Telling]:
    """Two of them, of a payment that this channel holds."""
    headers, body = channel.tell(payment_no, now)
    flipped, place = _flip(body, chance)
    other = next(one for one in channels if one is not channel.channel)
    paid_fen = channel.trades[payment_no].asked.amount_fen
    lies: list[tuple[Channel, Notify]] = [
        (channel.channel, (headers, flipped)),
        (channel.channel, (headers, body[:place])),
        (other, (headers, body)),
        (channel.channel, channel.tell(payment_no, now - timedelta(hours=1), amount_fen=1)),
        (channel.channel, channel.tell(payment_no, now, amount_fen=paid_fen + 1)),
    ]
    return [partial(as_it_was, *lie) for lie in chance.sample(lies, 2)]


def _flip(body: bytes, chance: random.Random) -> tuple[bytes, int]:
    """One bit of it, where that changes what a form says: %2B and %2b say the same."""
    said = parse_qsl(body.decode("latin-1"))
    while True:
        place = chance.randrange(len(body))
        flipped = body[:place] + bytes([body[place] ^ 1 << chance.randrange(8)]) + body[place + 1 :]
        if not said or parse_qsl(flipped.decode("latin-1")) != said:
            return flipped, place


def as_it_was(name: Channel, told: Notify) -> tuple[Channel, Notify]:
    return name, told
