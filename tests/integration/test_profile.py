"""What drivers say of themselves over HTTP: a name that stays text, a picture that is made anew and let go."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend import gateways
from backend.gateways.clock import utc_now
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.store import Files
from backend.models import AuditRow, Driver, StoredFile
from backend.services.ground.stored_files import GRACE, delete_unnamed_files
from tests.api_server import ApiClient, running_api
from tests.builders import a_driver, a_token
from tests.station_desk import a_jpeg, a_png

ME = "/api/v1/driver/me"


@pytest.fixture
def api(database: str, tmp_path: Path) -> Iterator[ApiClient]:
    del database
    folder = tmp_path / "files"
    gateways.configure_files(
        Files(store=LocalFolder(folder), incoming=folder / "incoming", max_bytes=50_000_000)
    )
    with running_api() as client:
        yield client
    gateways.configure_files(None)


def of(api: ApiClient, driver: Driver) -> ApiClient:
    return api.as_owner_of(a_token(owner=driver, now=utc_now()))


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_name_loses_its_spaces_and_stays_text(api: ApiClient) -> None:
    phone = of(api, a_driver(now=utc_now()))
    assert (
        phone.post(f"{ME}/nickname", json={"nickname": "  <b>小王</b> "}).json()["nickname"] == "<b>小王</b>"
    )
    assert phone.get(ME).json()["nickname"] == "<b>小王</b>"
    for bad in ("一" * 21, "a\x00", "a\u202eb"):
        assert code_of(phone.post(f"{ME}/nickname", json={"nickname": bad})) == (400, "invalid_input")


def test_a_picture_is_made_anew_and_the_one_before_goes_when_nobody_names_it(api: ApiClient) -> None:
    driver, other = a_driver(now=utc_now()), a_driver(now=utc_now())
    phone = of(api, driver)
    assert phone.get(ME).json()["avatar_url"] == ""
    first = phone.post(f"{ME}/avatar", data=a_jpeg()).json()["avatar_url"]
    answer = api.get(first)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert b"made by a phone" not in answer.content
    assert phone.post(f"{ME}/avatar", data=a_jpeg()).json()["avatar_url"] == first
    assert of(api, other).post(f"{ME}/avatar", data=a_jpeg()).json()["avatar_url"] == first
    second = phone.post(f"{ME}/avatar", data=a_jpeg(size=(300, 300))).json()["avatar_url"]
    assert second != first
    assert [row.action for row in AuditRow.select().where(AuditRow.object_no == driver.driver_no)] == [
        "driver.avatar",
        "driver.avatar",
    ]
    later = utc_now() + 2 * GRACE
    delete_unnamed_files(now=later)
    assert api.get(first).status_code == 200  # the other's still
    assert of(api, other).post(f"{ME}/avatar", data=a_jpeg(size=(200, 200))).status_code == 200
    StoredFile.update(wanted_at=utc_now() - 2 * GRACE).execute()
    delete_unnamed_files(now=utc_now())
    assert [api.get(url).status_code for url in (first, second)] == [404, 200]


def test_no_guest_and_no_stranger_gets_a_picture_and_what_is_none_is_refused(api: ApiClient) -> None:
    phone = of(api, a_driver(now=utc_now()))
    bomb = a_png(width=60_000, height=60_000, rows=60_000)
    for content in (b"", b"GIF89a" + bytes(100), b"<svg onload='alert(1)'/>", a_jpeg()[:900], bomb):
        assert phone.post(f"{ME}/avatar", data=content).status_code in {400, 415}
    assert phone.get(ME).json()["avatar_url"] == ""
    assert api.post(f"{ME}/avatar", data=a_jpeg()).status_code == 401
    guest = a_driver(now=utc_now())
    Driver.update(is_guest=True).where(Driver.id == guest.id).execute()
    assert code_of(of(api, guest).post(f"{ME}/avatar", data=a_jpeg())) == (403, "forbidden")
