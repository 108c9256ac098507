"""Messages that no service takes, as a broken or hostile pile sends them."""

import random
from typing import Final

from mqtt_bridge import topics
from mqtt_bridge.batch import Incoming
from tests.pile_voice import PileVoice

POISON: Final = (
    ("status", b""),
    ("status", b"\xff\xfe\x00"),
    ("meter", b'{"id": "p", "register_wh": 1e308}'),
    ("session_ended", b"[" * 5_000),
    ("session_started", b'{"id": NaN}'),
    ("reply", b"null"),
    ("boot", b"x" * 17_000),
    ("hello", b"{}"),
)


def poison(voice: PileVoice, chance: random.Random) -> Incoming:
    """One of them, chosen by `chance`; half of those that can be decoded have an id."""
    kind, payload = chance.choice(POISON)
    if chance.random() < 1 / 2:
        return topics.up(voice.pile_no, kind), payload, 0
    return chance.choice(
        (
            voice.started("S404"),
            voice.say("reply", command_id="NOBODY", result="done"),
            voice.status("idle", connector=9),
            voice.heartbeat(pile_no="ANOTHER"),
            voice.heartbeat(at="2999-01-01T00:00:00Z"),
        )
    )
