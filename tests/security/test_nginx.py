"""The shipped nginx before a stand-in for the API: floods of one address end there, and no other address notices."""

import contextlib
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest
from typing_extensions import override

from tests.nginx import HOST, Nginx, running_nginx
from tests.security.tally import nothing_through
from tests.waiting import LIMIT_S

FLOODER: Final = "127.0.1.1"
SOMEBODY: Final = "127.0.2.2"
FEEDS: Final = 200
FLOOD: Final = 400
MOST_LOGINS: Final = 300
"""A burst of 60, and 2 a second for the whole two minutes that the slowest machine takes for the flood."""


class Upstream(BaseHTTPRequestHandler):
    """Answers everything with the address it was told; a WebSocket's handshake is answered and the line kept."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.headers["Upgrade"]:
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.end_headers()
            self.rfile.read()  # until the other side has gone
            self.close_connection = True
            return
        told = self.headers["X-Forwarded-For"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_POST = do_GET  # noqa: N815 - the name that http.server asks for

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def upstream() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(LIMIT_S)


@pytest.fixture
def nginx(upstream: int, tmp_path: Path) -> Iterator[Nginx]:
    with running_nginx(tmp_path, upstream) as running:
        yield running


class Caller:
    """One TLS connection after another from one address of 127/8."""

    def __init__(self, nginx: Nginx, address: str) -> None:
        self._port = nginx.port
        self._address = address
        self._context = ssl.create_default_context(cafile=nginx.chain)
        self._context.check_hostname = False
        self._kept: list[ssl.SSLSocket] = []

    def ask(self, method: str, path: str, *headers: str, host: str = HOST) -> tuple[int, str]:
        """Status and body on a connection of its own; it stays open when it became a WebSocket."""
        line = self._connect(host)
        head = (f"{method} {path} HTTP/1.1", f"Host: {host}", "Content-Length: 0", *headers)
        line.sendall("\r\n".join((*head, "", "")).encode())
        reader = line.makefile("rb")
        status = int(reader.readline().split()[1])
        length = 0
        while name := reader.readline().strip():
            if name.lower().startswith(b"content-length:"):
                length = int(name.split(b":")[1])
        body = reader.read(length).decode()
        if status == 101:
            self._kept.append(line)
        else:
            line.close()
        return status, body

    def open_feed(self) -> int:
        """The status of a WebSocket's handshake."""
        return self.ask("GET", "/ws", "Upgrade: websocket", "Connection: Upgrade")[0]

    def close(self) -> None:
        """Close every feed."""
        for line in self._kept:
            line.close()
        self._kept.clear()

    def _connect(self, host: str) -> ssl.SSLSocket:
        plain = socket.create_connection(
            ("127.0.0.1", self._port), LIMIT_S, source_address=(self._address, 0)
        )
        return self._context.wrap_socket(plain, server_hostname=host)


def test_an_address_holds_so_many_feeds_and_the_next_one_is_refused(nginx: Nginx) -> None:
    with contextlib.closing(Caller(nginx, FLOODER)) as flooder:
        answers = Counter(flooder.open_feed() for _ in range(FEEDS + 50))
        through = ["a feed"] * max(0, answers[101] - FEEDS)
        nothing_through("nginx: feeds of one address", tried=FEEDS + 50, through=through)
        assert set(answers) == {101, 429}
        with contextlib.closing(Caller(nginx, SOMEBODY)) as other:
            assert other.open_feed() == 101


@pytest.mark.parametrize("path", ["/api/v1/admin/login", "/api/v1/driver/login"])
def test_a_flood_of_log_ins_ends_at_the_proxy_and_others_log_in(nginx: Nginx, path: str) -> None:
    flooder = Caller(nginx, FLOODER)
    answers = Counter(flooder.ask("POST", path)[0] for _ in range(FLOOD))
    assert set(answers) == {200, 429}
    through = ["a log-in"] * max(0, answers[200] - MOST_LOGINS)
    nothing_through("nginx: log-ins of one address", tried=FLOOD, through=through)
    assert Caller(nginx, SOMEBODY).ask("POST", path)[0] == 200
    assert flooder.ask("GET", "/api/v1/driver/wallet")[0] == 200


def test_a_channels_notifies_are_never_refused_here(nginx: Nginx) -> None:
    channel = Caller(nginx, FLOODER)
    assert {channel.ask("POST", "/notify/wechat")[0] for _ in range(FLOOD)} == {200}


def test_nobody_chooses_the_address_that_limits_count(nginx: Nginx) -> None:
    told = Caller(nginx, SOMEBODY).ask("GET", "/healthz", "X-Forwarded-For: 8.8.8.8", "X-Real-IP: 8.8.8.8")
    assert told == (200, SOMEBODY)


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_is_for_this_machine_alone_is_not_there_for_others(nginx: Nginx, path: str) -> None:
    assert Caller(nginx, SOMEBODY).ask("GET", path)[0] == 404


def test_a_name_that_is_not_ours_is_not_even_spoken_to(nginx: Nginx) -> None:
    with pytest.raises(ssl.SSLError, match="unrecognized name"):
        Caller(nginx, SOMEBODY).ask("GET", "/", host="another.example.com")
