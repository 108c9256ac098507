"""The admin web's files over HTTP: what is cached, what falls back to the index page, what is refused."""

import asyncio
import gzip
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
    (folder / "assets" / "index-B1x2.js.gz").write_bytes(gzip.compress(b"export {}"))
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
            decompress_response=False,
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


def test_serves_the_compressed_form_to_whom_takes_it_and_the_plain_one_to_others(dist: Path) -> None:
    path = "/admin/assets/index-B1x2.js"
    plain, packed = _ask(dist, path), _ask(dist, path, **{"Accept-Encoding": "br, gzip;q=0.8"})
    assert (plain.body, gzip.decompress(packed.body)) == (b"export {}", b"export {}")
    assert (plain.headers.get("Content-Encoding"), packed.headers["Content-Encoding"]) == (None, "gzip")
    assert plain.headers["Etag"] != packed.headers["Etag"]
    assert _ask(dist, path, "HEAD", **{"Accept-Encoding": "*"}).headers["Content-Length"] == str(
        len(packed.body)
    )
    for answer in (plain, packed):
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    again = _ask(dist, path, **{"Accept-Encoding": "gzip", "If-None-Match": packed.headers["Etag"]})
    assert (again.code, again.headers["Vary"]) == (304, "Accept-Encoding")


@pytest.mark.parametrize("accepted", ["gzip;q=0", "br", "*;q=0", "gzip;q=x", "identity"])
def test_sends_no_compressed_file_to_whom_refuses_it(dist: Path, accepted: str) -> None:
    answer = _ask(dist, "/admin/assets/index-B1x2.js", **{"Accept-Encoding": accepted})
    assert (answer.body, answer.headers.get("Content-Encoding")) == (b"export {}", None)


def test_a_part_of_a_file_is_a_part_of_the_plain_one(dist: Path) -> None:
    headers = {"Accept-Encoding": "gzip", "Range": "bytes=0-5"}
    answer = _ask(dist, "/admin/assets/index-B1x2.js", **headers)
    assert (answer.code, answer.body) == (206, b"export")


def test_a_compressed_form_has_no_address_of_its_own(dist: Path) -> None:
    assert _ask(dist, "/admin/assets/index-B1x2.js.gz").code == 404


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
