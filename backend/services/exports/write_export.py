"""One export is written by whoever claimed it: part after part of its rows, then the file of them all.

A part is a file of its own, named by a row in the transaction that moves the place on; a worker that dies has lost the
part it was at, and its heir begins there. Calls the file store: not for a transaction.
"""

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.errors import PayloadTooLarge
from backend.domain.export import ExportFault, ExportFormat
from backend.domain.permission import Permission
from backend.domain.stored_file import OCTETS, FilePurpose
from backend.gateways.export_files import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from backend.gateways.files.store import PIECE_BYTES
from backend.models import ExportJob, ExportPart, StoredFile
from backend.models.engine.database import reading
from backend.services.access.authenticate import staff_actor
from backend.services.exports.claims import (
    ClaimedExport,
    fail_export,
    finish_export,
    keep_part,
    renew_export,
)
from backend.services.exports.tables import TABLES, read_wanted, title_of
from backend.services.ground.stored_files import store_file

ROWS_PER_PART: Final = 5_000
ROWS_AT_ONCE: Final = 500
LARGEST_BYTES: Final = 1 << 30
_log = structlog.get_logger(__name__)


def write_export(*, claimed: ClaimedExport, clock: Callable[[], datetime]) -> None:
    """Raises ClaimLost where it is somebody else's by now, ServiceUnavailable."""
    job = _job(claimed)
    staff = _actor(job)
    if staff is None:
        fail_export(claimed=claimed, fault=ExportFault.NO_RIGHT, now=clock())
        return
    try:
        while _write_part(_job(claimed), claimed, staff, clock):
            pass
        _put_together(_job(claimed), claimed, clock)
    except PayloadTooLarge:
        fail_export(claimed=claimed, fault=ExportFault.TOO_LARGE, now=clock())
        return
    _log.info("export_done", export_no=claimed.export_no)


@reading
def _job(claimed: ClaimedExport) -> ExportJob:
    row: ExportJob = ExportJob.get_by_id(claimed.id)
    return row


@reading
def _actor(job: ExportJob) -> Actor | None:
    """Who asked, with what they may do now: somebody who lost a right gets no file by it."""
    staff = staff_actor(job.staff_id)
    needed = {Permission.EXPORT_MAKE, TABLES[job.kind].permission}
    return staff if staff is not None and needed <= staff.permissions else None


def _write_part(job: ExportJob, claimed: ClaimedExport, staff: Actor, clock: Callable[[], datetime]) -> bool:
    """Write the next rows; False where there are none left."""
    files = gateways.get_files()
    rows, place = 0, job.place
    with files.receive(max_bytes=LARGEST_BYTES) as part:
        while rows < ROWS_PER_PART:
            cells, place = _read(job, staff, place)
            if not cells:
                break
            part.write(b"".join(msgspec.json.encode(one) + b"\n" for one in cells))
            rows += len(cells)
        if rows == 0:
            return False
        part.close()
        now = clock()
        file_id = store_file(file=part, media_type=OCTETS, purpose=FilePurpose.EXPORT, now=now)
    keep_part(claimed=claimed, file_id=file_id, rows=rows, place=place, now=now)
    return rows >= ROWS_PER_PART


@reading
def _read(job: ExportJob, staff: Actor, place: str) -> tuple[list[list[str]], str]:
    query: dict[str, str] = msgspec.json.decode(job.wanted)
    table = TABLES[job.kind]
    found = table.find(staff, read_wanted(job.kind, query))
    return table.read(staff, found, place, ROWS_AT_ONCE)


def _put_together(job: ExportJob, claimed: ClaimedExport, clock: Callable[[], datetime]) -> None:
    columns = TABLES[job.kind].columns
    files = gateways.get_files()
    rows = _rows(job, lambda: renew_export(claimed=claimed, now=clock()))
    is_csv = job.format is ExportFormat.CSV
    with files.receive(max_bytes=LARGEST_BYTES) as whole:
        if is_csv:
            write_csv(whole.write, columns, rows)
        else:
            with tempfile.TemporaryDirectory(dir=files.incoming) as folder:
                book = Path(folder) / "book.xlsx"
                write_xlsx(book, title_of(job.kind), columns, rows)
                with book.open("rb") as stream:
                    while piece := stream.read(PIECE_BYTES):
                        whole.write(piece)
        whole.close()
        now = clock()
        renew_export(claimed=claimed, now=now)
        file_id = store_file(
            file=whole,
            media_type=CSV_TYPE if is_csv else XLSX_TYPE,
            purpose=FilePurpose.EXPORT,
            now=now,
        )
    finish_export(claimed=claimed, file_id=file_id, size_bytes=whole.size_bytes, now=clock())


def _rows(job: ExportJob, tick: Callable[[], None]) -> Iterator[list[str]]:
    """All rows of all parts, in their order; `tick` is called at each part."""
    for sha256 in _parts(job):
        tick()
        rest = b""
        for piece in gateways.get_files().store.read(sha256):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield msgspec.json.decode(line, type=list[str])


@reading
def _parts(job: ExportJob) -> list[str]:
    rows: Any = (
        ExportPart.select(StoredFile.sha256)
        .join(StoredFile, on=(StoredFile.id == ExportPart.file_id))
        .where(ExportPart.export_id == job.id)
        .order_by(ExportPart.number)
        .tuples()
    )
    return [sha256 for (sha256,) in rows]
