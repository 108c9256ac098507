"""Piles by a sheet: looked through row by row, imported whole or not at all; hostile files do nothing."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from backend.domain.permission import Permission
from backend.domain.pile_sheet import HEAD
from backend.models import (
    Pile,
)
from tests.pile_desk import ADMIN, Desk, running_desk, told


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    del database
    with running_desk(tmp_path) as opened:
        yield opened


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate((HEAD, *rows), 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value  # type: ignore[assignment]  # any value a hand may type
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_is_looked_through_told_row_by_row_and_imported_whole(desk: Desk) -> None:
    sound = ("东站", "Z-0001", "1号", "直流", 120, 2, "厂", "", "")
    bad = workbook(
        sound,
        ("没有的站", "z0001", "", "直 流", "很大", 99, "", "", ""),
        ("没有的站", "Z-0002", "=1+1", "交流", 7.5, "=2", "", "", ""),
        ("东站", desk.pile.pile_no, "", "交流", 7, 1, "", "", "T0"),
    )
    report = desk.upload("/pile-import/check", bad).json()
    assert desk.upload("/pile-import", bad).json() == report
    assert not report["is_done"]
    assert not Pile.select().where(Pile.pile_no == "Z-0001").exists()
    assert [(one["row"], one["column"]) for one in report["faults"]] == [
        (3, "充电站"), (3, "桩编号"), (3, "名称"), (3, "类型"), (3, "额定功率(千瓦)"), (3, "枪数"),
        (4, "充电站"), (4, "名称"), (4, "枪数"), (5, "桩编号"), (5, "名称"), (5, "计费模型编号"),
    ]  # fmt: skip
    good = workbook(sound, ("东站", "Z-0002", "2号", "交流", 7.5, 1, "", "", desk.tariff.tariff_no))
    dry = desk.upload("/pile-import/check", good).json()
    assert (dry["found"], dry["faults"], dry["is_done"]) == (2, [], False)
    assert desk.upload("/pile-import", good).json()["pile_nos"] == ["Z-0001", "Z-0002"]
    assert Pile.get(Pile.pile_no == "Z-0002").rated_w == 7_500
    again = desk.upload("/pile-import", good).json()
    assert [one["message"][:4] for one in again["faults"]] == ["已经有了", "已经有了"]
    gbk = "\n".join([",".join(HEAD), "东站,Z-0003,三号桩,交流,7,1,,,"]).encode("gbk")
    assert desk.upload("/pile-import", gbk).json()["is_done"]
    assert Pile.get(Pile.pile_no == "Z-0003").name == "三号桩"
    template = desk.client.get(f"{ADMIN}/pile-import/template").content
    assert tuple(next(load_workbook(io.BytesIO(template)).worksheets[0].values)) == HEAD


def test_hostile_files_are_refused_and_do_nothing(desk: Desk) -> None:
    before = Pile.select().count()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 << 20))
    entities = io.BytesIO()
    with zipfile.ZipFile(entities, "w") as archive:
        archive.writestr("[Content_Types].xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Types>&a;</Types>')
    rows = workbook(*[("东站", f"Y-{number:04d}", "桩", "直流", 60, 1, "", "", "") for number in range(501)])
    for content, reason in (
        (bomb.getvalue(), "too_large"), (entities.getvalue(), "format"), (b"PK\x03\x04 no zip", "format"),
        (b"\x89PNG\r\n\x1a\n\x00", "format"), (rows, "too_many_rows"), (workbook(), "empty"), (b"a,b\n1,2", "columns"),
    ):  # fmt: skip
        answer = desk.upload("/pile-import", content)
        assert (*told(answer), answer.json()["error"]["data"]["reason"]) == (422, "sheet_unreadable", reason)
    assert told(desk.upload("/pile-import", b"x" * (2 << 20))) == (413, "payload_too_large")
    assert told(desk.as_staff(Permission.PILE_READ).post(f"{ADMIN}/pile-import", data=b"x")) == (
        403,
        "forbidden",
    )
    assert Pile.select().count() == before
