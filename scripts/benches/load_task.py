"""What the publisher is told to do over a seeded world, and the bridge that it feeds."""

from __future__ import annotations

from typing import Any

from scripts.benches.servers import LOAD, SECRET
from scripts.benches.world import World


def bridge_settings(port: int) -> dict[str, str]:
    """For a bridge at this broker. The publisher answers no command, so hardly any pile is asked for its statuses."""
    return {"XINXIANG_MQTT_PORT": str(port), "XINXIANG_BRIDGE_STATUS_ASKS_PER_S": "1"}


def load_task(world: World, port: int, boot: int, turns: list[tuple[int, int, int]]) -> dict[str, Any]:
    """The publisher's task; a turn is (count, window, rate)."""
    return {
        "port": port,
        "username": LOAD,
        "password": SECRET,
        "boot": boot,
        "began_at": world.began_at.isoformat(),
        "piles": [(pile.pile_no, pile.session_no) for pile in world.piles],
        "turns": turns,
    }
