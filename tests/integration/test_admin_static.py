"""The admin web's files over HTTP: what is cached, what falls back to the index page, what is refused."""

import asyncio
from pathlib import Path

import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse

from backend.api.pages.static_web import admin_urls
from tests.waiting import LIMIT_S


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """What a build leaves, with a file beside it that is nobody's business."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>欣象</title>", encoding="utf-8")
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "assets" / "index-B1x2.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


def _ask(dist: Path, path: str, method: str = "GET", **headers: str) -> HTTPResponse:
    """One request to a server of its own, without following a redirect."""

    async def serve_and_ask() -> HTTPResponse:
        (socket,) = tornado.netutil.bind_sockets(0, "127.0.0.1")
        server = tornado.httpserver.HTTPServer(tornado.web.Application(admin_urls(dist)))
        server.add_sockets([socket])
        url = f"http://127.0.0.1:{socket.getsockname()[1]}{path}"
        request = HTTPRequest(
            url,
            method,
            headers,
            follow_redirects=False,
            request_timeout=LIMIT_S,
            allow_nonstandard_methods=True,
        )
        client = AsyncHTTPClient(force_instance=True)
        try:
            return await client.fetch(request, raise_error=False)
        finally:
            client.close()
            server.stop()
            await server.close_all_connections()

    return asyncio.run(serve_and_ask())


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/orders", "/admin/orders/O2026?from=x", "/admin/index.html"]
)
def test_answers_every_page_address_with_the_index_page_never_cached(dist: Path, path: str) -> None:
    answer = _ask(dist, path)
    assert (answer.code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "欣象" in answer.body.decode()


def test_lets_hashed_assets_be_kept_for_good(dist: Path) -> None:
    answer = _ask(dist, "/admin/assets/index-B1x2.js")
    assert (answer.code, answer.body) == (200, b"export {}")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_asks_again_for_files_without_a_hash(dist: Path) -> None:
    answer = _ask(dist, "/admin/favicon.svg")
    assert (answer.code, answer.headers["Cache-Control"]) == (200, "no-cache")
    again = _ask(dist, "/admin/favicon.svg", **{"If-None-Match": answer.headers["Etag"]})
    assert again.code == 304


@pytest.mark.parametrize("path", ["/admin/assets/gone.js", "/admin/assets/gone", "/admin/gone.png"])
def test_never_passes_the_index_page_off_as_a_missing_file(dist: Path, path: str) -> None:
    answer = _ask(dist, path)
    assert (answer.code, answer.headers["Cache-Control"]) == (404, "no-cache")
    assert "没有找到" in answer.body.decode()


@pytest.mark.parametrize("path", ["/admin/../secret.txt", "/admin/%2e%2e/secret.txt", "/admin//etc/passwd"])
def test_shows_no_file_outside_the_build(dist: Path, path: str) -> None:
    answer = _ask(dist, path)
    assert answer.code in {200, 403, 404}
    assert b"secret" not in answer.body
    assert b"root:" not in answer.body


@pytest.mark.parametrize("path", ["/admin/", "/admin/assets/index-B1x2.js", "/admin/gone.png"])
def test_sends_a_policy_without_inline_scripts_and_styles(dist: Path, path: str) -> None:
    headers = _ask(dist, path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in headers


def test_leads_from_the_bare_address_to_the_pages(dist: Path) -> None:
    answer = _ask(dist, "/admin")
    assert (answer.code, answer.headers["Location"]) == (302, "/admin/")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers


def test_refuses_to_be_written_to(dist: Path) -> None:
    assert _ask(dist, "/admin/", "POST").code == 405


def test_has_no_address_where_nothing_was_built(tmp_path: Path) -> None:
    assert admin_urls(tmp_path) == []
