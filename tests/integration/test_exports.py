"""Exports: every row of the list once, in either form, whoever dies meanwhile; no cell computes, nobody takes another's."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE
from backend.domain.errors import ExportClosed, ExportNotFound, Forbidden, TooManyExports, UnfitInput
from backend.domain.export import ExportFault, ExportFormat, ExportKind, ExportState
from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from backend.gateways.export_files import Column, write_csv, write_xlsx
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.store import INCOMING, Files
from backend.jobs.exports import run_next_export
from backend.models import Driver, ExportJob, ExportPart, Operator, RolePermission, Staff, StoredFile
from backend.services.access.authenticate import staff_actor
from backend.services.exports.ask_export import MOST_OPEN, AskedExport, ask_export
from backend.services.exports.cancel_export import cancel_export
from backend.services.exports.claims import ClaimLost, claim_export
from backend.services.exports.expire_exports import expire_exports
from backend.services.exports.retry_export import retry_export
from backend.services.exports.take_export_file import take_export_file
from backend.services.exports.write_export import write_export
from tests.builders import a_staff
from tests.hostile_texts import TEXTS, has_bytes
from tests.scenario import Scenario


class Office(Scenario):
    """Somebody who may all of it, a store of files, and more drivers than one part holds."""

    def __init__(self, folder: Path, drivers: int) -> None:
        super().__init__()
        folder.joinpath(INCOMING).mkdir()
        gateways.configure_files(
            Files(store=LocalFolder(folder), incoming=folder / INCOMING, max_bytes=1 << 30)
        )
        rows = [
            {"driver_no": f"D{number:06}", "created_at": self.now, "row_version": 0}
            for number in range(drivers)
        ]
        Driver.insert_many(rows).execute()
        self.keys = 0
        self.staff = self.person()

    def person(self) -> Actor:
        actor = staff_actor(a_staff(operator=Operator.get(), now=self.now).id)
        assert actor is not None
        return actor

    def ask(
        self,
        kind: ExportKind = ExportKind.DRIVERS,
        form: ExportFormat = ExportFormat.CSV,
        **query: str,
    ) -> str:
        self.keys += 1
        return ask_export(
            staff=self.staff,
            asked=AskedExport(kind=kind, format=form, query=query),
            idempotency_key=f"k{self.keys}",
            caller=NOWHERE,
            now=self.now,
        )

    def content(self, export_no: str) -> bytes:
        file = take_export_file(staff=self.staff, export_no=export_no, caller=NOWHERE, now=self.now)
        return b"".join(gateways.get_files().store.read(file.sha256))


def job(export_no: str) -> Any:
    return ExportJob.get(ExportJob.export_no == export_no)


def numbers_of(content: bytes) -> list[str]:
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(content.decode("utf-8-sig").splitlines())
    assert head[0] == "车主编号"
    return [row[0] for row in rows]


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    del database
    folder = tmp_path / "files"
    folder.mkdir()
    yield Office(folder, 5_600)
    gateways.configure_files(None)


def test_every_row_is_in_the_file_once_though_its_worker_dies_and_another_is_cancelled(
    office: Office,
) -> None:
    number = office.ask()
    dead = claim_export(now=utc_now())
    assert dead is not None
    ExportJob.update(claimed_until=utc_now() - timedelta(seconds=1)).execute()
    heir = claim_export(now=utc_now())
    assert heir is not None
    with pytest.raises(ClaimLost):  # who was taken for dead writes nothing any more
        write_export(claimed=dead, clock=utc_now)
    assert ExportPart.select().count() == 0
    write_export(claimed=heir, clock=utc_now)
    assert (job(number).state, job(number).rows_done, ExportPart.select().count()) == (
        ExportState.DONE,
        5_600,
        0,
    )
    told = numbers_of(office.content(number))
    assert told == [row.driver_no for row in Driver.select().order_by(Driver.id.desc())]
    with pytest.raises(ExportNotFound):
        take_export_file(staff=office.person(), export_no=number, caller=NOWHERE, now=office.now)

    again = office.ask()
    cancel_export(staff=office.staff, export_no=again, caller=NOWHERE, now=office.now)
    assert not run_next_export()
    retry_export(staff=office.staff, export_no=again, caller=NOWHERE, now=office.now)
    assert run_next_export()
    assert numbers_of(office.content(again)) == told
    with pytest.raises(ExportClosed):
        cancel_export(staff=office.staff, export_no=again, caller=NOWHERE, now=office.now)

    assert expire_exports(now=utc_now() + timedelta(days=8)) == 2
    assert {row.state for row in ExportJob.select()} == {ExportState.EXPIRED}
    with pytest.raises(ExportNotFound):
        office.content(number)
    assert StoredFile.select().count() >= 1  # the sweep of files does the rest


def test_what_is_asked_for_is_the_lists_own_filter_and_right(office: Office) -> None:
    driver = office.driver()
    session_no = office.start(driver).session_no
    office.say_started(session_no)
    office.after(minutes=30).say_ended(session_no, 1_234)
    order = office.order(session_no)
    with pytest.raises(UnfitInput):
        office.ask(password="x")
    with pytest.raises(UnfitInput):
        office.ask(ExportKind.ORDERS, state="nonsense")
    numbers = [
        office.ask(ExportKind.ORDERS, form, driver_no=driver.no, order_no=order.order_no[-5:])
        for form in ExportFormat
    ]
    assert run_next_export()
    assert run_next_export()
    book = next(job(one) for one in numbers if job(one).format is ExportFormat.XLSX)
    path = Path(gateways.get_files().incoming) / "book.xlsx"
    path.write_bytes(office.content(book.export_no))
    head, row = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    cells = dict(zip(head, row, strict=True))
    assert (cells["订单编号"], cells["状态"], cells["电量（度）"]) == (order.order_no, "已结算", 1.234)
    assert cells["合计（元）"] == pytest.approx(order.total_fen / 100)

    for kind in (ExportKind.PAYMENTS, ExportKind.REFUNDS, ExportKind.ORDERS):
        office.ask(kind)
    with pytest.raises(TooManyExports):
        office.ask()
    assert ExportJob.select().where(ExportJob.state == ExportState.QUEUED).count() == MOST_OPEN
    member = Staff.get_by_id(office.staff.id)
    RolePermission.delete().where(
        (RolePermission.role_id == member.role_id) & (RolePermission.permission == Permission.REFUND_READ)
    ).execute()
    while run_next_export():
        pass
    faults = {row.kind: row.fault for row in ExportJob.select().order_by(ExportJob.id.desc()).limit(3)}
    assert faults == {
        ExportKind.PAYMENTS: ExportFault.NO_RIGHT,
        ExportKind.REFUNDS: ExportFault.NO_RIGHT,
        ExportKind.ORDERS: None,
    }
    nobody = staff_actor(member.id, is_limited=True)
    assert nobody is not None
    with pytest.raises(Forbidden):
        take_export_file(staff=nobody, export_no=numbers[0], caller=NOWHERE, now=office.now)


def test_no_text_computes_and_no_sheet_is_longer_than_a_sheet_may_be(tmp_path: Path) -> None:
    texts = [text for text in TEXTS if has_bytes(text)] + [
        "a\x00b\ufffe\uffff",
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\t=1",
    ]
    columns = (Column("名称"), Column("金额", is_number=True))
    rows = [[text, "-12.30"] for text in texts]
    pieces: list[bytes] = []
    write_csv(pieces.append, columns, rows)
    _, *found = csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"), newline=""))
    assert len(found) == len(rows)
    assert [cell for cell, _ in found if cell[:1] in "=+-@\t\r" and cell] == []
    assert {amount for _, amount in found} == {"-12.30"}
    path = tmp_path / "book.xlsx"
    write_xlsx(path, "车主", columns, rows, sheet_rows=11)
    book = openpyxl.load_workbook(path)
    assert len(book.worksheets) == -(-len(rows) // 10)
    cells = [row for page in book.worksheets for row in page.iter_rows(min_row=2)]
    assert len(cells) == len(rows)
    assert {cell.data_type for cell, _ in cells} <= {"s", "n"}
    assert {amount.value for _, amount in cells} == {-12.3}
