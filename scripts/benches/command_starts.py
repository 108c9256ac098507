"""Worker: drivers who start a charge over HTTP, at a steady pace whatever the answers take.

Each `go` is the next window of starts; the answer has for each session when its request was sent and answered.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import uvloop
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from scripts.benches.worker import read_task, say_answer, say_ready, wait_for_go

ANSWER_LIMIT_S = 30.0
AT_ONCE = 200
CREATED = 201


class Starts:
    """What one window found: (sent_s, answered_s) of the monotonic clock by session_no, and refusals in words."""

    def __init__(self, url: str) -> None:
        self.answered: dict[str, tuple[float, float]] = {}
        self.refused: list[str] = []
        self._url = url
        self._client = AsyncHTTPClient(max_clients=AT_ONCE)

    async def run(self, starts: Sequence[tuple[str, str]], per_s: float) -> None:
        """Send a start for each (token, connector_no), one every 1 / per_s seconds."""
        began_s = time.monotonic()

        async def send(number: int, token: str, connector_no: str) -> None:
            await asyncio.sleep(began_s + number / per_s - time.monotonic())
            await self._start(token, connector_no)

        await asyncio.gather(*(send(number, *start) for number, start in enumerate(starts)))

    async def _start(self, token: str, connector_no: str) -> None:
        request = HTTPRequest(
            self._url,
            method="POST",
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                "Idempotency-Key": f"bench-start-{connector_no}",
            },
            body=json.dumps({"connector_no": connector_no}),
            request_timeout=ANSWER_LIMIT_S,
        )
        sent_s = time.monotonic()
        answer = await self._client.fetch(request, raise_error=False)
        answered_s = time.monotonic()
        if answer.code == CREATED:
            self.answered[json.loads(answer.body)["session_no"]] = (sent_s, answered_s)
        else:
            self.refused.append(f"{answer.code} {answer.body.decode(errors='replace')}")


async def serve(task: dict[str, Any]) -> None:
    """One bench's windows."""
    say_ready()
    for window in task["windows"]:
        if not await asyncio.to_thread(wait_for_go):
            return
        starts = Starts(task["url"])
        await starts.run([(token, connector_no) for token, connector_no in window], task["per_s"])
        say_answer({"answered": starts.answered, "refused": starts.refused})


def main() -> None:
    """Serve the bench until it closes our input."""
    uvloop.run(serve(read_task()))


if __name__ == "__main__":
    main()
