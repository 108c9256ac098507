import asyncio
import json

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler
from typing_extensions import override

from scripts.benches.command_starts import Starts


class Sessions(RequestHandler):
    """Creates a session, except on connector 02, which is busy."""

    @override
    async def post(self) -> None:
        body = json.loads(self.request.body)
        is_busy = body["connector_no"].endswith("02")
        self.set_status(409 if is_busy else 201)
        self.finish(
            {"session_no": f"S-{body['connector_no']}", "token": self.request.headers["Authorization"]}
        )


def test_starts_are_counted_by_their_session_and_refusals_are_kept_in_words() -> None:
    async def run() -> Starts:
        socket, port = bind_unused_port()
        server = HTTPServer(Application([("/sessions", Sessions)]))
        server.add_socket(socket)
        starts = Starts(f"http://127.0.0.1:{port}/sessions")
        await starts.run([("t1", "A01"), ("t2", "A02"), ("t3", "A03")], per_s=1_000)
        server.stop()
        await server.close_all_connections()
        return starts

    starts = asyncio.run(run())
    assert set(starts.answered) == {"S-A01", "S-A03"}
    assert all(sent_s < answered_s for sent_s, answered_s in starts.answered.values())
    (refusal,) = starts.refused
    assert refusal.startswith("409 ")
    assert "Bearer t2" in refusal
