"""QR labels of the operators' desk: preview, PNG, SVG, PDF sheets, a whole station as one file, and another token for a gun."""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from backend.api.admin.query import Reason
from backend.api.http.call import Call
from backend.api.http.disposition import disposition, name_file
from backend.api.http.route import Reply, Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.domain.pile import MOST_GUNS
from backend.gateways.pile_labels import Label, LabelLayout, draw_pdf, draw_png, draw_svg
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.piles.note_labels_printed import note_labels_printed
from backend.services.piles.replace_qr import replace_qr
from backend.services.views.desk.list_labels import list_pile_labels, list_station_labels

_LAYOUTS: Final = {LabelLayout.SHEET: "A4", LabelLayout.STICKER: "50x70毫米"}


class QrFormat(StrEnum):
    PNG = "png"
    SVG = "svg"


class LabelView(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a sticker; `svg` is the code itself."""

    connector_no: str
    gun: int
    link: str
    station_name: str
    pile_name: str
    service_phone: str
    svg: str


class LabelList(msgspec.Struct, frozen=True, kw_only=True):
    labels: tuple[LabelView, ...]


class SheetQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All guns of the pile, or one."""

    layout: LabelLayout = LabelLayout.SHEET
    gun: Annotated[int, msgspec.Meta(ge=1, le=MOST_GUNS)] | None = None


class StationSheetQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    layout: LabelLayout = LabelLayout.SHEET


class CodeQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    gun: Annotated[int, msgspec.Meta(ge=1, le=MOST_GUNS)]
    format: QrFormat = QrFormat.PNG


class ReplaceRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is for the audit log."""

    reason: Reason


class ReplacedQr(msgspec.Struct, frozen=True, kw_only=True):
    connector_no: str


async def preview(call: Call[None, None]) -> LabelList:
    """The stickers of a pile as they are printed."""
    labels = await _labels_of_pile(call, None)
    return LabelList(
        labels=tuple(
            LabelView(
                connector_no=one.connector_no,
                gun=one.gun,
                link=one.link,
                station_name=one.station_name,
                pile_name=one.pile_name,
                service_phone=one.service_phone,
                svg=draw_svg(one.link).decode(),
            )
            for one in labels
        )
    )


async def draw_sheet(call: Call[None, SheetQuery]) -> Reply:
    """The stickers of a pile as PDF."""
    labels = await _labels_of_pile(call, call.query.gun)
    (first, *_) = labels
    name = _name(call, first.station_name, first.pile_name, call.query.layout)
    return await _pdf(call, labels, call.path["pile_no"], name)


async def draw_station(call: Call[None, StationSheetQuery]) -> Reply:
    """The stickers of all piles of a station as one PDF."""
    labels = await call.read_slowly(
        list_station_labels,
        staff=call.actor,
        station_no=call.path["station_no"],
        public_url=call.parts.public_url,
    )
    name = _name(call, labels[0].station_name, "整站", call.query.layout)
    return await _pdf(call, labels, call.path["station_no"], name)


async def draw_code(call: Call[None, CodeQuery]) -> Reply:
    """One code as a picture."""
    (label,) = await _labels_of_pile(call, call.query.gun)
    whose = (label.station_name, label.pile_name, f"{label.gun}号枪", label.connector_no)
    if call.query.format is QrFormat.SVG:
        return _file(draw_svg(label.link), "image/svg+xml", name_file(*whose, suffix="svg"))
    return _file(draw_png(label.link), "image/png", name_file(*whose, suffix="png"))


async def replace(call: Call[ReplaceRequest, None]) -> ReplacedQr:
    """Another token; the old sticker says from now on that it was replaced."""
    connector_no = call.path["connector_no"]
    await call.transact(
        replace_qr,
        staff=call.actor,
        connector_no=connector_no,
        reason=call.body.reason,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return ReplacedQr(connector_no=connector_no)


async def _labels_of_pile(
    call: Call[None, None] | Call[None, SheetQuery] | Call[None, CodeQuery], gun: int | None
) -> list[Label]:
    return await call.read_slowly(
        list_pile_labels,
        staff=call.actor,
        pile_no=call.path["pile_no"],
        gun=gun,
        public_url=call.parts.public_url,
    )


async def _pdf(
    call: Call[None, SheetQuery] | Call[None, StationSheetQuery],
    labels: list[Label],
    object_no: str,
    name: str,
) -> Reply:
    drawn = await call.read_slowly(draw_pdf, labels, call.query.layout)
    await call.transact(
        note_labels_printed,
        staff=call.actor,
        object_kind="pile" if "pile_no" in call.path else "station",
        object_no=object_no,
        labels=len(labels),
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return _file(drawn, "application/pdf", name)


def _name(
    call: Call[None, SheetQuery] | Call[None, StationSheetQuery],
    station_name: str,
    of: str,
    layout: LabelLayout,
) -> str:
    """Whose stickers, for which printer, of which day."""
    day = f"{call.now.astimezone(PLATFORM_ZONE):%Y-%m-%d}"
    return name_file("二维码标签", station_name, of, _LAYOUTS[layout], day, suffix="pdf")


def _file(body: bytes, content_type: str, name: str) -> Reply:
    headers = {"Content-Disposition": disposition(name), "Cache-Control": "no-store"}
    return Reply(body=body, content_type=content_type, headers=headers)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/piles/{pile_no}/labels",
        scope=Permission.PILE_LABEL,
        handle=preview,
        summary="二维码标签预览",
        errors=(errors.PileNotFound,),
        tag="admin_piles",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/piles/{pile_no}/labels/pdf",
        scope=Permission.PILE_LABEL,
        handle=draw_sheet,
        summary="二维码标签 PDF",
        errors=(errors.PileNotFound, errors.ConnectorNotFound),
        tag="admin_piles",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/piles/{pile_no}/labels/code",
        scope=Permission.PILE_LABEL,
        handle=draw_code,
        summary="二维码图片",
        errors=(errors.PileNotFound, errors.ConnectorNotFound),
        tag="admin_piles",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/stations/{station_no}/labels/pdf",
        scope=Permission.PILE_LABEL,
        handle=draw_station,
        summary="整站二维码标签 PDF",
        errors=(errors.StationNotFound, errors.PileNotFound),
        tag="admin_piles",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/connectors/{connector_no}/qr",
        scope=Permission.PILE_LABEL,
        handle=replace,
        summary="更换二维码",
        errors=(errors.ConnectorNotFound, errors.PileRetired),
        tag="admin_piles",
    ),
)
