"""Uploads and downloads over HTTP, on one test route of each: what an exchange promises, streamed and bounded."""

import contextlib
import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from backend import gateways
from backend.api.app import make_app
from backend.api.http.byte_range import Unsatisfiable, read_range
from backend.api.http.call import Call
from backend.api.http.parts import Parts
from backend.api.http.route import Limit, RouteError
from backend.api.http.transfers import Download, Received, Sending, Upload
from backend.domain.errors import NotFound
from backend.domain.permission import Permission
from backend.domain.stored_file import FilePurpose
from backend.gateways.clock import utc_now
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.store import Files
from backend.models import StoredFile
from backend.services.ground.stored_files import find_stored_file, store_file
from tests.api_server import ApiClient, running_api
from tests.builders import a_driver, a_staff, a_token, an_operator
from tests.waiting import wait_until

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4_000
DIGEST = hashlib.sha256(PNG).hexdigest()
MOST = 6_000_000
"""More than the server takes for a plain exchange."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    media_type: str


async def keep(call: Call[None, None], received: Received) -> Kept:
    row_id = await call.transact(
        store_file,
        file=received.file,
        media_type=received.media_type,
        purpose=FilePurpose.PHOTO,
        now=call.now,
    )
    return Kept(id=row_id, media_type=received.media_type)


async def send(call: Call[None, None]) -> Download:
    row = await call.transact(find_stored_file, row_id=int(call.path["id"]))
    if row is None:
        raise NotFound
    return Download(
        sha256=row.sha256, size_bytes=row.size_bytes, media_type=row.media_type, file_name="照片.png"
    )


IMAGES = frozenset({"image/png", "image/jpeg", "image/webp"})
TRANSFERS = (
    Upload(
        path="/test/photos",
        scope=Permission.STATION_READ,
        summary="",
        handle=keep,
        max_bytes=MOST,
        media_types=IMAGES,
        limit=Limit("test_upload", times=20, per_s=60, per="actor"),
    ),
    Upload(path="/test/anything", scope=Permission.STATION_READ, summary="", handle=keep, max_bytes=MOST),
    Sending(path="/test/photos/{id}", scope=Permission.STATION_READ, summary="", handle=send),
)


@pytest.fixture
def files(database: str, tmp_path: Path) -> Iterator[Files]:
    del database
    folder = tmp_path / "files"
    made = Files(store=LocalFolder(folder), incoming=folder / "incoming", max_bytes=MOST)
    gateways.configure_files(made)
    yield made
    gateways.configure_files(None)


@pytest.fixture
def api(files: Files) -> Iterator[ApiClient]:
    del files
    with running_api(transfers=TRANSFERS) as client:
        yield client


@pytest.fixture
def desk(api: ApiClient) -> ApiClient:
    now = utc_now()
    return api.as_owner_of(a_token(owner=a_staff(operator=an_operator(now=now), now=now), now=now))


def code_of(answer: requests.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["request_id"] == answer.headers["X-Request-Id"]
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, error["code"]


one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_file_goes_up_and_comes_down_whole_in_part_or_not_at_all(desk: ApiClient) -> None:
    answer = desk.post("/test/photos", data=PNG, headers={"Content-Type": "text/html"})
    kept = answer.json()
    assert (answer.status_code, kept["media_type"]) == (200, "image/png")
    url = f"/test/photos/{kept['id']}"
    whole = desk.get(url)
    assert (whole.status_code, hashlib.sha256(whole.content).hexdigest()) == (200, DIGEST)
    told = {name: whole.headers[name] for name in ("Content-Type", "Etag", "Accept-Ranges", "Cache-Control")}
    assert told == {
        "Content-Type": "image/png",
        "Etag": f'"{DIGEST}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }
    assert whole.headers["Content-Disposition"] == (
        "attachment; filename=\"file\"; filename*=UTF-8''%E7%85%A7%E7%89%87.png"
    )
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    assert "Server" not in whole.headers
    same = desk.get(url, headers={"If-None-Match": f'"{DIGEST}"'})
    assert (same.status_code, same.content) == (304, b"")
    part = desk.get(url, headers={"Range": "bytes=10-19", "If-Range": f'"{DIGEST}"'})
    assert (part.status_code, part.content) == (206, PNG[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(PNG)}"
    changed = desk.get(url, headers={"Range": "bytes=10-19", "If-Range": '"another"'})
    assert (changed.status_code, len(changed.content)) == (200, len(PNG))
    beyond = desk.get(url, headers={"Range": f"bytes={len(PNG)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(PNG)}")
    head = desk.head(url)
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, str(len(PNG)), b"")


@one_database
def test_what_may_not_come_in_is_refused_in_the_shape_of_all_refusals(
    api: ApiClient, desk: ApiClient, files: Files
) -> None:
    driver = api.as_owner_of(a_token(owner=a_driver(now=utc_now()), now=utc_now()))
    assert code_of(api.post("/test/photos", data=PNG)) == (401, "unauthenticated")
    assert code_of(driver.post("/test/photos", data=PNG)) == (403, "forbidden")
    assert code_of(api.get("/test/photos/1")) == (401, "unauthenticated")
    assert code_of(desk.get("/test/photos/1")) == (404, "not_found")
    assert code_of(desk.get("/test/photos")) == (405, "method_not_allowed")
    assert code_of(desk.delete("/test/photos/1")) == (405, "method_not_allowed")
    assert code_of(desk.post("/test/photos", data=b"<svg onload=alert(1)>")) == (400, "invalid_input")
    assert code_of(desk.post("/test/photos", data=b"")) == (400, "invalid_input")
    assert code_of(desk.post("/test/photos", data=iter([PNG]))) == (400, "invalid_input")
    with contextlib.suppress(requests.ConnectionError):  # the server hangs up on what it will not read
        too_large = desk.post("/test/photos", data=bytes(MOST + 1))
        assert code_of(too_large) == (413, "payload_too_large")
        assert "5,859 KB" in too_large.json()["error"]["message"]
    gateways.configure_files(None)
    assert code_of(desk.post("/test/photos", data=PNG)) == (503, "service_unavailable")
    assert StoredFile.select().count() == 0
    assert list(files.incoming.iterdir()) == []


@one_database
def test_callers_are_counted_and_so_are_their_requests(desk: ApiClient) -> None:
    answers = [desk.post("/test/photos", data=PNG[:100]) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    metrics = desk.get("/metrics").text
    assert 'api_requests_total{method="POST",route="/test/photos",status="429"} 1.0' in metrics


@one_database
def test_an_upload_larger_than_any_exchange_is_streamed(desk: ApiClient, files: Files) -> None:
    content = PNG * 5
    kept = desk.post("/test/anything", data=content).json()
    row = find_stored_file(row_id=kept["id"])
    assert row is not None
    assert (row.size_bytes, row.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert b"".join(files.store.read(row.sha256)) == content


@one_database
def test_an_upload_that_breaks_off_leaves_nothing(desk: ApiClient, files: Files) -> None:
    host, _, port = desk.base_url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        head = f"POST /test/anything HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000\r\n"
        head += f"Authorization: {desk.headers['Authorization']!s}\r\n\r\n"
        connection.sendall(head.encode() + bytes(500_000))
        wait_until(lambda: any(files.incoming.iterdir()), "it arrives")
    wait_until(lambda: not any(files.incoming.iterdir()), "it is gone")
    assert StoredFile.select().count() == 0


@one_database
def test_a_file_that_is_lost_is_told(desk: ApiClient, files: Files) -> None:
    kept = desk.post("/test/photos", data=PNG).json()
    files.store.delete(DIGEST)
    assert code_of(desk.get(f"/test/photos/{kept['id']}")) == (404, "not_found")


def test_a_transfer_without_a_scope_is_refused_and_so_is_a_second_one_at_its_address() -> None:
    loose: Any = None
    with pytest.raises(RouteError, match="declares no scope"):
        Sending(path="/test/x", scope=loose, summary="", handle=send)
    parts = Parts.make("http://127.0.0.1")
    try:
        with pytest.raises(RouteError, match="two transfers"):
            make_app(parts, transfers=[*TRANSFERS, TRANSFERS[0]])
        plain = Sending(path="/healthz", scope=Permission.ORDER_READ, summary="", handle=send)
        with pytest.raises(RouteError, match="both a route and a transfer"):
            make_app(parts, transfers=[plain])
    finally:
        parts.lanes.close()


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=0-0", (0, 0)),
        ("bytes=5-", (5, 9)),
        ("bytes=5-100", (5, 9)),
        ("bytes=-3", (7, 9)),
        ("bytes=-100", (0, 9)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("items=0-1", None),
    ],
)
def test_one_range_is_read_and_nonsense_is_none(header: str, part: tuple[int, int] | None) -> None:
    assert read_range(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        read_range(header, 10)
