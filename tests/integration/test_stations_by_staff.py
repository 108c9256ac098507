"""Stations as staff build, change, close and hide them, over HTTP; what drivers then see; photos; whose may do what."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.errors import StationClosed, StationHidden, StationInUse, StationShut
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import SessionState
from backend.domain.station_facts import StationChange
from backend.gateways.clock import utc_now
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.store import Files
from backend.live.nearby import Search
from backend.models import AuditRow, Operator, Staff, StaffStation, Station, StationPhoto, StoredFile
from backend.services.ground.stored_files import GRACE, delete_unnamed_files
from backend.services.stations.change_station import change_station
from backend.services.views.driver.list_nearby_stations import list_nearby_stations
from backend.services.views.driver.resolve_connector import (
    ConnectorKey,
    ResolvedConnector,
    resolve_connectors,
)
from tests.api_server import ApiClient, running_api
from tests.builders import a_staff, a_station, a_tariff, a_token, an_operator
from tests.scenario import Scenario
from tests.station_desk import a_jpeg, a_png, station_facts

DESK = "/api/v1/admin"
EDITOR = (Permission.STATION_READ, Permission.STATION_EDIT)
UNFIT = {"division_code", "opening_spans", "photos"}
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


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


def desk_of(
    api: ApiClient, operator: Operator, *permissions: Permission, station: Station | None = None
) -> ApiClient:
    """The connection of new staff; `station` is the one they answer for."""
    staff: Staff = a_staff(
        operator=operator, now=utc_now(), permissions=permissions or EDITOR, sees_all_stations=station is None
    )
    if station is not None:
        StaffStation.insert(staff_id=staff.id, station_id=station.id).execute()
    return api.as_owner_of(a_token(owner=staff, now=utc_now()))


def build(desk: ApiClient, key: str = "k", **more: Any) -> Any:
    operator_no = more.pop("operator_no", None)
    body = {"facts": station_facts(**more), "operator_no": operator_no}
    return desk.post(f"{DESK}/stations", json=body, headers={"Idempotency-Key": key})


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_station_is_built_once_however_often_it_is_sent_and_told_as_it_was_entered(api: ApiClient) -> None:
    operator = an_operator(now=utc_now())
    tariff = a_tariff(operator=operator, now=utc_now())
    desk = desk_of(api, operator)
    built = build(desk, tariff_no=tariff.tariff_no)
    assert (built.status_code, build(desk, tariff_no=tariff.tariff_no).json()) == (201, built.json())
    assert Station.select().count() == 1
    shown = desk.get(f"{DESK}/stations/{built.json()['station_no']}").json()
    row = shown["station"]
    assert (row["city"], row["district"], row["gaps"]) == ("杭州市", "西湖区", ["photo"])
    assert shown["opening_hours"] == "周一至周五 08:00–22:00，周六、周日 休息"
    assert (shown["amenities"], shown["tariff_no"]) == (["toilet", "shop"], tariff.tariff_no)
    (audit,) = AuditRow.select().where(AuditRow.action == "station.create")
    assert json.loads(audit.detail)["after"]["division_code"] == "330106"
    (card,) = list_nearby_stations(Search(30_294_150, 120_105_150, 1_000, 5), now=utc_now()).stations
    assert card.station_no == row["station_no"]


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(api: ApiClient) -> None:
    operator = an_operator(now=utc_now())
    desk = desk_of(api, operator)
    tariff_no = a_tariff(operator=operator, now=utc_now()).tariff_no
    station_no = build(desk).json()["station_no"]
    path = f"{DESK}/stations/{station_no}"
    seen = desk.get(path).json()["row_version"]
    priced = station_facts(remark="甲写的", tariff_no=tariff_no)
    first = desk.put(path, json={"row_version": seen, "facts": priced})
    second = desk.put(path, json={"row_version": seen, "facts": station_facts(remark="乙写的")})
    assert (first.status_code, code_of(second)) == (200, (409, "row_changed"))
    assert desk.get(path).json()["remark"] == "甲写的"
    again = first.json()["row_version"]
    assert desk.put(path, json={"row_version": again, "facts": station_facts(remark="乙写的")}).ok
    (edited, _) = AuditRow.select().where(AuditRow.action == "station.edit").order_by(AuditRow.id)
    assert json.loads(edited.detail) == {"remark": ["", "甲写的"], "tariff_no": [None, tariff_no]}


def test_nobody_starts_where_a_station_takes_no_cars_and_what_runs_goes_on() -> None:
    world = Scenario()
    running = world.start(world.driver(), gun=1)
    other = world.driver()
    staff = Actor(
        kind=ActorKind.STAFF,
        id=1,
        no="editor",
        is_platform=True,
        permissions=frozenset({Permission.STATION_EDIT}),
    )
    number = world.station.station_no
    connector_no = world.known.connectors[1].connector_no

    def obstacle() -> str | None:
        key = ConnectorKey(connector_no=connector_no)
        found = resolve_connectors([key], now=world.now)[key]
        assert isinstance(found, ResolvedConnector)
        return None if found.obstacle is None else f"{found.obstacle.code} {found.obstacle.opens}".strip()

    def change(wanted: StationChange) -> None:
        change_station(staff=staff, station_no=number, change=wanted, reason="测试", now=world.now)

    with pytest.raises(StationInUse) as in_use:
        change(StationChange.CLOSE)
    assert in_use.value.data == {"sessions": 1}
    change(StationChange.HIDE)
    with pytest.raises(StationHidden):
        world.start(other, gun=2)
    assert obstacle() == "station_hidden"
    change(StationChange.SHOW)
    # open on Mondays for the minute before noon, which is now
    Station.update(hours="1=719-720").execute()
    with pytest.raises(StationShut) as shut:
        world.start(other, gun=2)
    assert shut.value.data == {"opens": "周一 11:59"}
    assert obstacle() == "station_shut 周一 11:59"
    assert world.session(running.session_no).state is SessionState.STARTING
    world.say_started(running.session_no)
    world.after(minutes=30).say_ended(running.session_no, 5_000)
    change(StationChange.CLOSE)
    change(StationChange.CLOSE)
    assert AuditRow.select().where(AuditRow.action == "station.close").count() == 1
    with pytest.raises(StationClosed):
        world.start(other, gun=2)
    assert obstacle() == "station_closed"
    Station.update(hours=None).execute()
    change(StationChange.REOPEN)
    assert obstacle() is None
    world.start(other, gun=2)


@one_database
def test_staff_build_for_whom_they_work_and_edit_what_is_theirs(api: ApiClient) -> None:
    now = utc_now()
    platform, mine, other = an_operator(now=now, is_platform=True), an_operator(now=now), an_operator(now=now)
    my_station, others_station = a_station(now=now, operator=mine), a_station(now=now, operator=other)
    everywhere, at_home = desk_of(api, platform), desk_of(api, mine)
    assert build(everywhere, operator_no=other.operator_no).status_code == 201
    assert Station.select().where(Station.operator_id == other.id).count() == 2
    assert code_of(build(at_home, operator_no=other.operator_no)) == (400, "unfit_input")
    foreign = a_tariff(operator=other, now=now).tariff_no
    assert code_of(build(at_home, tariff_no=foreign)) == (400, "unfit_input")
    few = desk_of(api, mine, station=my_station)
    assert code_of(build(few)) == (403, "forbidden")
    body = {"row_version": 0, "facts": station_facts()}
    assert few.put(f"{DESK}/stations/{my_station.station_no}", json=body).ok
    for desk, station in ((at_home, others_station), (few, others_station)):
        assert code_of(desk.put(f"{DESK}/stations/{station.station_no}", json=body)) == (
            404,
            "station_not_found",
        )
    form = at_home.get(f"{DESK}/station-form").json()["choices"]
    assert [one["operator_no"] for one in form["operators"]] == [mine.operator_no]
    assert foreign not in str(form)
    assert not few.get(f"{DESK}/station-form").json()["choices"]["may_create"]
    reader = desk_of(api, mine, Permission.STATION_READ)
    assert code_of(build(reader)) == (403, "forbidden")


@one_database
def test_a_station_from_before_works_on_and_says_what_is_missing(api: ApiClient) -> None:
    now = utc_now()
    operator = an_operator(now=now)
    station = a_station(now=now, operator=operator)
    desk = desk_of(api, operator)
    (row,) = desk.get(f"{DESK}/stations", params={"state": "incomplete"}).json()["stations"]
    assert row["gaps"] == ["division", "construction", "hours", "parking_spaces", "photo"]
    assert row["open_now"] == {
        "is_open": True,
        "is_known": False,
        "is_always": False,
        "is_closed": False,
        "changes_at": None,
    }
    path = f"{DESK}/stations/{station.station_no}/change"
    assert desk.post(path, json={"change": "hide", "reason": "检修"}).json()["row_version"] == 1
    for state, found in (("hidden", 1), ("open", 0), ("closed", 0)):
        assert len(desk.get(f"{DESK}/stations", params={"state": state}).json()["stations"]) == found


@one_database
def test_a_photo_is_made_anew_and_served_for_good(api: ApiClient) -> None:
    desk = desk_of(api, an_operator(now=utc_now()))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side
    exif[0x010F] = "SecretPhone"
    kept = desk.post(f"{DESK}/station-photos", data=a_jpeg(exif=exif.tobytes())).json()
    assert desk.post(f"{DESK}/station-photos", data=a_jpeg(exif=exif.tobytes())).json() == kept
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as polyglot:
        polyglot.writestr("index.html", "<script>alert(1)</script>")
    both = a_jpeg(exif=exif.tobytes()) + archive.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(both))
    assert desk.post(f"{DESK}/station-photos", data=both).json() == kept  # nothing of the archive is in it
    built = build(desk, photos=[kept]).json()
    (photo,) = desk.get(f"{DESK}/stations/{built['station_no']}").json()["photos"]
    answer = api.get(photo["url"])
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"SecretPhone" not in answer.content
    assert b"made by a phone" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.size, len(picture.getexif())) == ((600, 800), 0)
    with Image.open(io.BytesIO(api.get(photo["thumb_url"]).content)) as small:
        assert max(small.size) == 480
    assert api.get(photo["url"], headers={"If-None-Match": answer.headers["Etag"]}).status_code == 304
    # what a station names stays; what none names goes
    assert delete_unnamed_files(now=utc_now() + 2 * GRACE) == 0
    path, body = f"{DESK}/stations/{built['station_no']}", {"row_version": 0, "facts": station_facts()}
    assert desk.put(path, json=body).ok
    assert delete_unnamed_files(now=utc_now() + 2 * GRACE) == 2
    assert (
        StationPhoto.select().count(),
        StoredFile.select().count(),
        api.get(photo["url"]).status_code,
    ) == (0, 0, 404)
    assert code_of(build(desk, key="late", photos=[kept])) == (400, "unfit_input")


@one_database
def test_what_is_no_bounded_picture_is_refused_and_leaves_nothing(api: ApiClient) -> None:
    desk = desk_of(api, an_operator(now=utc_now()))
    page = b"<html><script>alert(1)</script></html>"
    refused = {
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "a page named .jpg": page,
        "a page behind a JPEG's first bytes": b"\xff\xd8\xff\xe0" + page,
        "a page behind a PNG's first bytes": b"\x89PNG\r\n\x1a\n" + page,
        "a bomb of 900 million pixels": a_png(width=30_000, height=30_000, rows=30_000),
        "a size nobody can hold": a_png(width=2_000_000_000, height=2_000_000_000, rows=1),
        "cut in the middle": a_jpeg()[:900],
        "a dot": a_png(width=1, height=1, rows=1),
        "nothing": b"",
        "a zip": b"PK\x03\x04" + bytes(4_000),
    }
    for what, content in refused.items():
        answer = desk.post(f"{DESK}/station-photos", data=content, headers={"Content-Type": "image/jpeg"})
        assert code_of(answer) == (400, "invalid_input"), (what, answer.text)
    whole = desk.post(f"{DESK}/station-photos", data=a_jpeg() + bytes(40 << 20))
    assert code_of(whole) == (413, "payload_too_large")
    assert StoredFile.select().count() == 0
    reader = desk_of(api, an_operator(now=utc_now()), Permission.STATION_READ)
    assert code_of(reader.post(f"{DESK}/station-photos", data=a_jpeg())) == (403, "forbidden")
    for digest in ("0" * 64, "..%2F..%2Fetc%2Fpasswd", "A" * 64, "x"):
        assert api.get(f"/api/v1/driver/photos/{digest}").status_code == 404


@one_database
def test_a_fact_that_cannot_be_is_refused_by_its_name(api: ApiClient) -> None:
    desk = desk_of(api, an_operator(now=utc_now()))
    path = f"{DESK}/stations/{build(desk).json()['station_no']}"
    for field, wrong in (
        ("service_phone", "打我"),
        ("owner_no", "短"),
        ("division_code", "330100"),
        ("lat_e6", 0),
        ("sort_order", -1),
        ("opening_spans", [{"weekday": 1, "opens_minute": 60, "closes_minute": 60}]),
        ("amenities", ["bar"]),
        ("photos", [{"photo": "0" * 64, "thumb": "0" * 64}]),
        ("parking_spaces", 10**9),
        ("name", " \t "),
    ):
        answer = desk.put(path, json={"row_version": 0, "facts": station_facts(**{field: wrong})})
        code = "unfit_input" if field in UNFIT else "invalid_input"
        assert code_of(answer) == (400, code), (field, answer.text)


@one_database
def test_divisions_are_sent_compressed_to_whom_takes_it_and_kept(api: ApiClient) -> None:
    desk = desk_of(api, an_operator(now=utc_now()))
    plain = desk.get(f"{DESK}/divisions", headers={"Accept-Encoding": "identity"})
    packed = desk.get(f"{DESK}/divisions", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) * 3 < int(plain.headers["Content-Length"])
    assert packed.json() == plain.json()
    assert plain.headers["Cache-Control"] == "private, max-age=86400"
    assert {"code": "330106", "name": "西湖区"} in plain.json()["divisions"]
