"""Worker: HTTP/1.1 requests over kept connections, one at a time on each, as fast as they are answered."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from typing import cast

import uvloop
from typing_extensions import override

from scripts.benches.result import percentile
from scripts.benches.worker import read_task, say_answer, say_ready, wait_for_go

ANSWER_LIMIT_S = 30.0
HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_SUCCESS = (b"200", b"201", b"204")


def main() -> None:
    """Do the task's turns until the bench closes our input."""
    task = read_task()
    sets = {name: [text.encode() for text in texts] for name, texts in task["requests"].items()}
    say_ready()
    for name, port, seconds in task["turns"]:
        if not wait_for_go():
            return
        say_answer(uvloop.run(put_load(port, sets[name], task["connections"], seconds)))


async def put_load(
    port: int, requests: Sequence[bytes], connections: int, seconds: float
) -> dict[str, float]:
    """Requests/s, p50 and p99 in ms, and how many were not answered 2xx; each connection has its own requests."""
    loop = asyncio.get_running_loop()
    clients = []
    for number in range(connections):
        own = requests[number % len(requests) :: connections] or requests
        _, client = await loop.create_connection(lambda own=own: Client(own), "127.0.0.1", port)  # type: ignore[misc]
        clients.append(client)
    began_s = time.monotonic()
    for client in clients:
        client.begin(began_s + seconds)
    await asyncio.wait_for(asyncio.gather(*(client.done for client in clients)), seconds + ANSWER_LIMIT_S)
    spent_s = time.monotonic() - began_s
    waited = [ms for client in clients for ms in client.waited_ms]
    return {
        "req_per_s": len(waited) / spent_s,
        "p50_ms": percentile(waited, 0.5),
        "p99_ms": percentile(waited, 0.99),
        "refused": sum(client.refused for client in clients),
    }


class Client(asyncio.Protocol):
    """One connection; `done` is set once its time is over and its last answer came."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waited_ms: list[float] = []
        self.refused = 0
        self._requests = requests
        self._next = 0
        self._unread = b""
        self._sent_s = self._ends_s = 0.0
        self._transport: asyncio.Transport

    def begin(self, ends_s: float) -> None:
        """Send the first request; none after `ends_s` of the monotonic clock."""
        self._ends_s = ends_s
        self._send(time.monotonic())

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    @override
    def data_received(self, data: bytes) -> None:
        self._unread += data
        status = take_answer(self._unread)
        if status is None:
            return
        now_s = time.monotonic()
        self._unread = b""
        self.waited_ms.append(1e3 * (now_s - self._sent_s))
        self.refused += status not in _SUCCESS
        if now_s < self._ends_s:
            self._send(now_s)
        else:
            self.done.set_result(None)
            self._transport.close()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _send(self, now_s: float) -> None:
        self._sent_s = now_s
        self._transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1


def take_answer(data: bytes) -> bytes | None:
    """The status code of a whole answer; None while part of it is missing. ValueError without a length."""
    end = data.find(HEAD_END)
    if end < 0:
        return None
    status = data[9:12]
    length = _LENGTH.search(data, 0, end)
    if length is None:
        if status == b"204":
            return status
        raise ValueError(f"an answer without Content-Length: {data[:end]!r}")
    return status if len(data) >= end + len(HEAD_END) + int(length[1]) else None


if __name__ == "__main__":
    main()
