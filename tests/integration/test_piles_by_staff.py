"""Staff and piles: added, edited, moved, retired, taken out of service, tried; labels and secrets over HTTP."""

import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pypdfium2
import pytest
import zxingcpp
from openpyxl import load_workbook

from backend.domain.command import CommandKind
from backend.domain.connector import ConnectorStatus
from backend.domain.errors import ConnectorUnavailable
from backend.domain.session import SessionState, StopReason
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_ulid
from backend.gateways.passwords import verify_broker_password
from backend.models import (
    AuditRow,
    Command,
    Connector,
    Driver,
    IdempotencyKey,
    Pile,
    StationTotal,
    Tariff,
)
from tests.builders import a_station, a_tariff, a_token, an_operator
from tests.invariants import check_invariants
from tests.pile_desk import ADMIN, Desk, running_desk, told

HOSTILE = "<script>alert(1)</script>'\"; --"


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    del database
    with running_desk(tmp_path) as opened:
        yield opened


def test_a_pile_may_have_its_operators_tariffs_for_its_own_but_no_retired_one(desk: Desk) -> None:
    used, retired = (
        a_tariff(operator=desk.operator, now=desk.now),
        a_tariff(operator=desk.operator, now=desk.now),
    )
    Tariff.update(retired_at=desk.now).where(Tariff.id == retired.id).execute()
    a_tariff(operator=an_operator(now=desk.now), now=desk.now)
    told = desk.client.get(f"{ADMIN}/stations/{desk.station.station_no}/pile-tariffs").json()
    assert told["of_station"] == desk.tariff.name
    assert [one["tariff_no"] for one in told["tariffs"]] == [desk.tariff.tariff_no, used.tariff_no]


def test_a_pile_is_added_edited_moved_and_deleted(desk: Desk) -> None:
    key = new_ulid()
    body = {
        "station_no": desk.station.station_no,
        "pile_no": "P-0001",
        "name": HOSTILE,
        "kind": "dc",
        "rated_w": 60_000,
        "guns": 1,
    }
    first, second = desk.post("/piles", body, key=key), desk.post("/piles", body, key=key)
    assert first.json() == second.json() == {"pile_nos": ["P-0001"]}
    assert told(desk.add("p_0001")) == (409, "pile_number_taken")
    assert told(desk.add("bridge")) == (400, "unfit_input")
    assert told(desk.add("P-0002", station_no="nowhere")) == (404, "station_not_found")
    assert told(desk.add("P-0002", tariff_no="of-nobody")) == (400, "unfit_input")
    seen = desk.detail("P-0001")
    assert (seen["pile"]["name"], seen["account"], seen["row_version"]) == (HOSTILE, "none", 0)

    edit = {
        "name": "2号桩",
        "vendor": "厂",
        "model": "型",
        "rated_w": 90_000,
        "guns": 3,
        "tariff_no": desk.tariff.tariff_no,
        "row_version": 0,
    }
    edited = desk.client.patch(f"{ADMIN}/piles/P-0001", json=edit).json()
    assert [one["connector_no"] for one in edited["pile"]["connectors"]] == [
        "P-000101",
        "P-000102",
        "P-000103",
    ]
    assert (edited["tariff_no"], edited["row_version"]) == (desk.tariff.tariff_no, 1)
    assert told(desk.client.patch(f"{ADMIN}/piles/P-0001", json=edit)) == (409, "row_changed")
    fewer = desk.client.patch(f"{ADMIN}/piles/P-0001", json=edit | {"guns": 1, "row_version": 1}).json()
    assert len(fewer["pile"]["connectors"]) == 1

    moved = desk.post("/piles/P-0001/move", {"station_no": desk.other.station_no, "row_version": 2}).json()
    assert moved["pile"]["station_name"] == "东站"
    assert Connector.get(Connector.connector_no == "P-000101").station_id == desk.other.id
    foreign = a_station(now=desk.now, operator=an_operator(now=desk.now))
    refused = desk.post("/piles/P-0001/move", {"station_no": foreign.station_no, "row_version": 3})
    assert told(refused) == (400, "unfit_input")

    assert desk.client.delete(f"{ADMIN}/piles/P-0001").status_code == 204
    assert not Pile.select().where(Pile.pile_no == "P-0001").exists()
    actions = [row.action for row in AuditRow.select().order_by(AuditRow.id)]
    assert actions == ["pile.add", "pile.edit", "pile.edit", "pile.move", "pile.delete"]


def test_many_piles_are_added_whole_or_not_at_all(desk: Desk) -> None:
    body = {
        "station_no": desk.station.station_no,
        "first_no": "B098",
        "count": 3,
        "name": "{n}号桩",
        "kind": "ac",
        "rated_w": 7_000,
        "guns": 1,
        "first_place": 5,
    }
    assert desk.post("/pile-batches", body).json() == {"pile_nos": ["B098", "B099", "B100"]}
    names = [row.name for row in Pile.select().where(Pile.pile_no.startswith("B")).order_by(Pile.pile_no)]
    assert names == ["5号桩", "6号桩", "7号桩"]
    assert told(desk.post("/pile-batches", body | {"first_no": "B096"})) == (409, "pile_number_taken")
    assert told(desk.post("/pile-batches", body | {"first_no": "B999"})) == (400, "unfit_input")
    assert Pile.select().where(Pile.pile_no.startswith("B")).count() == 3


def test_a_pile_that_charged_is_kept_and_one_that_charges_stays(desk: Desk) -> None:
    number, driver = desk.pile.pile_no, desk.driver()
    session_no = desk.start(driver).session_no
    desk.say_started(session_no)
    facts = {"station_no": desk.other.station_no, "row_version": 0}
    assert told(desk.post(f"/piles/{number}/move", facts)) == (409, "pile_busy")
    assert told(desk.post(f"/piles/{number}/retire", {"reason": "旧", "row_version": 0})) == (
        409,
        "pile_busy",
    )
    out = desk.post(f"/piles/{number}/service", {"is_out": True, "reason": "检修", "row_version": 0}).json()
    assert out["pile"]["out_of_service_reason"] == "检修"
    assert desk.session(session_no).state is SessionState.CHARGING  # it goes on
    with pytest.raises(ConnectorUnavailable):
        desk.start(desk.driver(), gun=2)
    desk.after(minutes=30)
    desk.say_ended(session_no, 1_000)
    assert desk.post(f"/piles/{number}/move", facts | {"row_version": 1}).ok
    assert desk.order(session_no).station_id == desk.station.id == StationTotal.get().station_id
    assert told(desk.client.delete(f"{ADMIN}/piles/{number}")) == (409, "pile_has_charged")
    edit = {
        "name": "桩",
        "vendor": "",
        "model": "",
        "rated_w": 120_000,
        "guns": 1,
        "tariff_no": None,
        "row_version": 2,
    }
    assert told(desk.client.patch(f"{ADMIN}/piles/{number}", json=edit)) == (409, "pile_has_charged")
    assert desk.post(f"/piles/{number}/retire", {"reason": "报废", "row_version": 2}).json()["pile"][
        "is_retired"
    ]
    assert told(desk.post(f"/piles/{number}/secret", {})) == (409, "pile_retired")
    check_invariants()


def test_one_gun_out_of_service_is_told_to_drivers_and_back_again(desk: Desk) -> None:
    number, connector = desk.pile.pile_no, desk.connector(2)
    assert desk.post(
        f"/piles/{number}/service", {"is_out": True, "gun": 2, "reason": "枪坏", "row_version": 0}
    ).ok
    with pytest.raises(ConnectorUnavailable):
        desk.start(desk.driver(), gun=2)
    page = desk.api.get(f"/p/{connector.qr_token}").text
    assert "停用" in page
    assert (
        desk.detail(number)["pile"]["connectors"][1]["status"] == ConnectorStatus.OFFLINE.value
    )  # as heard: long ago
    assert desk.start(desk.driver(), gun=1).session_no
    assert desk.post(
        f"/piles/{number}/service", {"is_out": False, "gun": 2, "reason": "修好", "row_version": 1}
    ).ok
    assert desk.start(desk.driver(), gun=2).session_no


def test_a_test_charge_costs_nobody_anything(desk: Desk) -> None:

    desk.now = utc_now()
    desk.connect()
    key, connector_no = new_ulid(), desk.connector(1).connector_no
    answers = [desk.post(f"/connectors/{connector_no}/test", key=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    session_no = answers[0].json()["session_no"]
    (start,) = Command.select().where(Command.kind == CommandKind.START)
    assert {'"limit_wh":1000', '"limit_s":300'} <= set(start.params.strip("{}").split(","))
    assert told(desk.post(f"/connectors/{connector_no}/test")) == (409, "connector_busy")
    desk.say_started(session_no)
    desk.after(minutes=5)
    desk.say_ended(session_no, 900, stop_reason=StopReason.LIMIT_REACHED)
    session, order = desk.session(session_no), desk.order(session_no)
    assert (session.state, order.is_test, order.energy_wh, order.total_fen) == (
        SessionState.SETTLED,
        True,
        900,
        0,
    )
    assert not StationTotal.select().exists()
    assert desk.start(desk.driver()).session_no  # its car is nobody's
    check_invariants()


def test_secrets_are_shown_once_and_kept_nowhere(desk: Desk) -> None:
    desk.add("P-0001")
    sheet = desk.post("/piles/P-0001/secret", {}).json()
    secret = sheet["pile"]["secret"]
    assert sheet["pile"]["publish_topic"] == "cp/v1/P-0001/up/{消息名}"
    first = Pile.get(Pile.pile_no == "P-0001").broker_password_hash
    assert verify_broker_password(first, secret)
    assert not IdempotencyKey.select().where(IdempotencyKey.answer.contains(secret)).exists()
    assert not AuditRow.select().where(AuditRow.detail.contains(secret)).exists()
    assert desk.post("/piles/P-0001/secret/revoke", {"reason": "丢了"}).ok
    revoked = Pile.get(Pile.pile_no == "P-0001")
    assert not verify_broker_password(revoked.broker_password_hash, secret)
    assert desk.client.get(f"{ADMIN}/piles/P-0001/arrival").json()["state"] == "no_secret"
    desk.add("P-0002")
    answer = desk.post("/pile-secrets", {"pile_nos": ["P-0002", "P-0001"]})
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    assert [row[1] for row in rows[1:]] == ["P-0002", "P-0001"]
    assert verify_broker_password(Pile.get(Pile.pile_no == "P-0001").broker_password_hash, str(rows[2][9]))


def test_labels_are_read_back_and_an_old_sticker_says_that_it_was_replaced(desk: Desk) -> None:
    desk.add("P-0001")
    (first, second) = (
        Connector.select().where(Connector.connector_no.startswith("P-0001")).order_by(Connector.gun)
    )
    links = {f"{desk.api.base_url}/p/{one.qr_token}" for one in (first, second)}
    for layout in ("sheet", "sticker"):
        pdf = desk.client.get(f"{ADMIN}/piles/P-0001/labels/pdf", params={"layout": layout}).content
        assert codes_of(pdf) == links
    answer = desk.client.get(f"{ADMIN}/stations/{desk.station.station_no}/labels/pdf")
    assert f"{desk.station.name}-整站-A4-20" in unquote(answer.headers["Content-Disposition"])
    whole = answer.content
    printed = AuditRow.select().where(AuditRow.action == "pile.print_labels").order_by(AuditRow.id.desc())
    assert (printed[0].object_no, printed[0].operator_id) == (
        desk.station.station_no,
        desk.station.operator_id,
    )
    assert {row.object_kind for row in printed} == {"pile", "station"}
    assert links < codes_of(whole)
    png = desk.client.get(f"{ADMIN}/piles/P-0001/labels/code", params={"gun": 1})
    assert png.headers["Content-Type"] == "image/png"
    shown = desk.client.get(f"{ADMIN}/piles/P-0001/labels").json()["labels"]
    assert {one["link"] for one in shown} == links
    old = first.qr_token
    assert desk.post(f"/connectors/{first.connector_no}/qr", {"reason": "被撕"}).ok
    assert Connector.get_by_id(first.id).qr_token != old
    page = desk.api.get(f"/p/{old}")
    assert (page.status_code, "二维码已更换" in page.text) == (410, True)
    driver = desk.api.as_owner_of(driver_token(desk))
    scanned = driver.post("/api/v1/driver/connectors/resolve", json={"text": f"{desk.api.base_url}/p/{old}"})
    assert told(scanned) == (410, "qr_replaced")


def test_a_gun_is_found_however_its_printed_number_is_typed(desk: Desk) -> None:
    assert desk.add("xz-2026_a").ok
    driver = desk.api.as_owner_of(driver_token(desk))
    for typed in ("xz-2026_a01", "XZ2026A01", "xz2026a01", "XZ-2026_A01", " xz 2026 a01 "):
        found = driver.post("/api/v1/driver/connectors/resolve", json={"text": typed})
        assert found.json()["connector_no"] == "xz-2026_a01", typed


def driver_token(desk: Desk) -> str:
    return a_token(owner=Driver.get_by_id(desk.driver().id), now=utc_now())


def codes_of(pdf: bytes) -> set[str]:
    document = pypdfium2.PdfDocument(pdf)
    found = set()
    for page in document:
        found |= {one.text for one in zxingcpp.read_barcodes(page.render(scale=4).to_pil())}
    return found
