"""What every answer of the running product carries and never carries, whatever was asked and however it went."""

import contextlib
import socket
from typing import Final
from urllib.parse import urlsplit

import pytest
import requests

from tests.api_server import ApiClient
from tests.bad_input import World
from tests.security.http_world import read_operations
from tests.security.tally import nothing_through
from tests.waiting import LIMIT_S

OPERATIONS: Final = list(read_operations().values())
PAGES: Final = (
    "/",
    "/admin",
    "/admin/",
    "/admin/../conf/default.toml",
    "/api/v1/driver/nothing",
    "/asyncapi.yaml",
    "/docs",
    "/healthz",
    "/metrics",
    "/notify/alipay",
    "/notify/wechat",
    "/openapi.json",
    "/p/K7M2QZ9XPA",
    "/p/%00",
    "/pay/done",
    "/readyz",
    "/ws",
    "/%ff",
    "//evil.example.cn/",
    "/.git/config",
    "/.env",
    "/conf/default.toml",
)
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
# These open a door to other sites' pages, or tell what we run.
NEVER: Final = (
    "Server",
    "X-Powered-By",
    "Set-Cookie",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
)
FOREIGN: Final = {
    "Origin": "https://evil.example.cn",
    "Referer": "https://evil.example.cn/",
    "Cookie": "token=x",
}


@pytest.mark.parametrize("method", METHODS)
def test_every_answer_protects_itself_and_names_no_software(product: World, method: str) -> None:
    addresses = [operation.path.replace("{", "").replace("}", "") for operation in OPERATIONS]
    through: list[str] = []
    with ApiClient(product.stack.api_url) as client:
        for path in (*addresses, *PAGES):
            answer = client.request(method, path, headers=FOREIGN)
            through += [f"{method} {path}: {fault}" for fault in faults(answer)]
    nothing_through("HTTP: headers", tried=len(addresses) + len(PAGES), through=through)


def faults(answer: requests.Response) -> list[str]:
    """The headers that are missing or should be; the live feed's handshake answers for itself."""
    headers = answer.headers
    found = [name for name in NEVER if name in headers]
    found += [] if answer.status_code < 500 else [f"status {answer.status_code}"]
    if headers.get("X-Content-Type-Options") != "nosniff":
        found.append("no nosniff")
    if "frame-ancestors 'none'" not in headers.get("Content-Security-Policy", ""):
        found.append("may be framed")
    if "unsafe" in headers.get("Content-Security-Policy", ""):
        found.append("unsafe policy")
    if headers.get("Cache-Control") not in {"no-store", "no-cache"}:
        found.append("may be kept by caches")
    return found


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32) + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
        b"POST /notify/wechat HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /metrics",
        b"POST /notify/wechat HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /notify/wechat HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
        b"GET /healthz\r\n\r\n",
    ],
)
def test_bytes_that_are_no_sound_request_get_no_answer_of_use_and_end_the_connection(
    product: World, request_bytes: bytes
) -> None:
    address = urlsplit(product.stack.api_url)
    answer = b""
    with (
        socket.create_connection((address.hostname, address.port), 15) as raw,
        contextlib.suppress(ConnectionError),
    ):
        raw.sendall(request_bytes)
        while part := raw.recv(4_096):
            answer += part
    through = [answer] if answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 5")) or b"ornado" in answer else []
    nothing_through("HTTP: broken requests", tried=1, through=through)
    assert requests.get(f"{product.stack.api_url}/healthz", timeout=LIMIT_S).ok
