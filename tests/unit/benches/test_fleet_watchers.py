import asyncio
import json
from typing import Final

from scripts.benches.fleet_watchers import Watcher

SESSION: Final = "S20261125120000ABCDEFGHJK"


def test_a_watcher_counts_each_reading_once_however_often_it_is_told() -> None:
    def frame(kind: str, data: object) -> str:
        return json.dumps({"topic": f"session:{SESSION}", "seq": 1, "kind": kind, "data": data})

    async def run() -> Watcher:
        watcher = Watcher("token", SESSION)
        watcher.hear(frame("snapshot", {"meter": {"at": "2026-11-25T12:00:00Z"}}))
        for at in ("2026-11-25T12:00:15Z", "2026-11-25T12:00:15Z", "2026-11-25T12:00:30Z"):
            watcher.hear(frame("delta", {"meter": {"at": at}}))
        watcher.hear(frame("delta", {"state": "stopping"}))
        watcher.hear(None)
        return watcher

    watcher = asyncio.run(run())
    assert len(watcher.waited_ms) == 2
    assert watcher.waited_ms[0] - watcher.waited_ms[1] > 14_000
