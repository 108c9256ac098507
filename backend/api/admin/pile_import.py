"""Importing piles by a sheet on the operators' desk: the template, a look without doing, and the import itself."""

from backend.api.http.call import Call
from backend.api.http.disposition import disposition
from backend.api.http.route import Reply, Route
from backend.api.http.transfers import Received, Transfer, Upload
from backend.domain.permission import Permission
from backend.domain.pile_sheet import EXAMPLE, HEAD, MOST_ROWS, NOTES
from backend.gateways.sheet_files import MOST_BYTES, Sheet, read_rows, write_xlsx
from backend.services.piles.import_piles import ImportReport, import_piles

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def give_template(call: Call[None, None]) -> Reply:
    """An empty sheet with an example and how to fill it in."""
    del call
    widths = (24, 22, 18, 10, 16, 8, 16, 16, 24)
    book = write_xlsx(
        [
            Sheet(title="充电桩", rows=[HEAD, EXAMPLE], widths=widths),
            Sheet(title="填写说明", rows=NOTES, widths=(20, 90)),
        ]
    )
    return Reply(
        body=book,
        content_type=XLSX,
        headers={"Content-Disposition": disposition("充电桩导入模板.xlsx")},
    )


async def look(call: Call[None, None], received: Received) -> ImportReport:
    """What an import would do, row by row; nothing is done."""
    return await _import(call, received, is_dry=True)


async def bring_in(call: Call[None, None], received: Received) -> ImportReport:
    """Add all piles of the sheet, or none and say why."""
    return await _import(call, received, is_dry=False)


async def _import(call: Call[None, None], received: Received, *, is_dry: bool) -> ImportReport:
    rows = await call.read_slowly(read_rows, received.file.path, most_rows=MOST_ROWS + 1)
    return await call.transact(
        import_piles,
        staff=call.actor,
        rows=rows,
        is_dry=is_dry,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/pile-import/template",
        scope=Permission.PILE_EDIT,
        handle=give_template,
        summary="充电桩导入模板",
        tag="admin_piles",
    ),
)

TRANSFERS: tuple[Transfer, ...] = (
    Upload(
        path="/api/v1/admin/pile-import/check",
        scope=Permission.PILE_EDIT,
        handle=look,
        summary="检查充电桩导入表",
        max_bytes=MOST_BYTES,
    ),
    Upload(
        path="/api/v1/admin/pile-import",
        scope=Permission.PILE_EDIT,
        handle=bring_in,
        summary="导入充电桩",
        max_bytes=MOST_BYTES,
    ),
)
