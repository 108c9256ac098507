"""Worker: drivers who watch their charge on the live feed `/ws`, and how long each reading took to reach them.

A reading is known by its time, which is when the pile was due to send it. The first `go` begins to listen, the
second asks for what was seen.
"""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime

import uvloop
from tornado.websocket import websocket_connect

from scripts.benches.result import percentile
from scripts.benches.worker import read_task, say_answer, say_ready, wait_for_go

SNAPSHOT_LIMIT_S = 60.0


class Watcher:
    """One driver's connection; `waited_ms` has one entry for each reading that came after the snapshot."""

    def __init__(self, token: str, session_no: str) -> None:
        self.waited_ms: list[float] = []
        self._opening = [{"op": "auth", "token": token}, {"op": "sub", "topic": f"session:{session_no}"}]
        self._is_ready = asyncio.get_running_loop().create_future()
        self._last_at = ""

    async def open(self, url: str) -> None:
        """Return when the snapshot is there. Raises TimeoutError, or ValueError when the topic is refused."""
        connection = await websocket_connect(url, on_message_callback=self.hear)
        for frame in self._opening:
            await connection.write_message(json.dumps(frame))
        await asyncio.wait_for(self._is_ready, SNAPSHOT_LIMIT_S)

    def hear(self, message: str | bytes | None) -> None:
        """Take a frame; None when the connection has ended."""
        now_s = time.time()  # noqa: TID251 - compared with a pile's own clock
        if message is None:
            return
        frame = json.loads(message)
        if not self._is_ready.done():
            self._take_first(frame)
            return
        meter = frame.get("data", {}).get("meter")
        if meter and meter["at"] != self._last_at:
            self._last_at = meter["at"]
            self.waited_ms.append(1e3 * (now_s - datetime.fromisoformat(meter["at"]).timestamp()))

    def _take_first(self, frame: dict[str, object]) -> None:
        if frame.get("kind") == "snapshot":
            self._is_ready.set_result(None)
        else:
            self._is_ready.set_exception(ValueError(f"a watcher was refused: {frame}"))


async def watch(url: str, drivers: list[tuple[str, str]]) -> None:
    """Serve one bench: (token, session_no) of each driver."""
    watchers = [Watcher(token, session_no) for token, session_no in drivers]
    await asyncio.gather(*(watcher.open(url) for watcher in watchers))
    say_ready()
    if not await asyncio.to_thread(wait_for_go):
        return
    for watcher in watchers:
        watcher.waited_ms.clear()
    await asyncio.to_thread(wait_for_go)
    waited_ms = [ms for watcher in watchers for ms in watcher.waited_ms]
    say_answer(
        {
            "readings": len(waited_ms),
            "silent": sum(not watcher.waited_ms for watcher in watchers),
            "visible_p50_ms": percentile(waited_ms, 0.5) if waited_ms else None,
            "visible_p99_ms": percentile(waited_ms, 0.99) if waited_ms else None,
        }
    )


def main() -> None:
    """Serve the bench until it closes our input."""
    task = read_task()
    uvloop.run(watch(task["url"], [(token, session_no) for token, session_no in task["drivers"]]))


if __name__ == "__main__":
    main()
