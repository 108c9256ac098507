"""What a channel never said: notifies altered on their way, of another time, of another channel, of another sum."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

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
    place = chance.randrange(len(body))
    flipped = bytes([body[place] ^ 1 << chance.randrange(8)])
    other = next(one for one in channels if one is not channel.channel)
    paid_fen = channel.trades[payment_no].asked.amount_fen
    lies: list[tuple[Channel, Notify]] = [
        (channel.channel, (headers, body[:place] + flipped + body[place + 1 :])),
        (channel.channel, (headers, body[:place])),
        (other, (headers, body)),
        (channel.channel, channel.tell(payment_no, now - timedelta(hours=1), amount_fen=1)),
        (channel.channel, channel.tell(payment_no, now, amount_fen=paid_fen + 1)),
    ]
    return [partial(as_it_was, *lie) for lie in chance.sample(lies, 2)]


def as_it_was(name: Channel, told: Notify) -> tuple[Channel, Notify]:
    return name, told
