import asyncio

import pytest

from scripts.benches.http_load import put_load, take_answer
from tests.waiting import LIMIT_S

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.mark.parametrize("cut", range(1, len(OK)))
def test_an_answer_counts_only_once_it_is_whole(cut: int) -> None:
    assert take_answer(OK[:cut]) is None
    assert take_answer(OK) == b"200"


def test_an_answer_without_content_needs_no_length() -> None:
    assert take_answer(b"HTTP/1.1 204 No Content\r\n\r\n") == b"204"
    with pytest.raises(ValueError, match="Content-Length"):
        take_answer(b"HTTP/1.1 200 OK\r\n\r\n")


def test_the_load_counts_what_was_answered_and_what_was_refused() -> None:
    asked: list[bytes] = []
    ended = asyncio.Semaphore(0)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            if line.startswith(b"GET"):
                asked.append(line.split()[1])
            elif line == b"\r\n":
                refused = asked[-1] == b"/bad"
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" if refused else OK)
        writer.close()
        await writer.wait_closed()
        ended.release()

    async def measure() -> dict[str, float]:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            requests = [b"GET /good HTTP/1.1\r\n\r\n", b"GET /bad HTTP/1.1\r\n\r\n"]
            found = await put_load(port, requests, 2, 0.05)
            for _ in requests:  # one connection each
                await asyncio.wait_for(ended.acquire(), LIMIT_S)
            return found

    found = asyncio.run(measure())
    assert found["refused"] == asked.count(b"/bad") > 0
    assert asked.count(b"/good") > 0
    assert 0 < found["p50_ms"] <= found["p99_ms"]
