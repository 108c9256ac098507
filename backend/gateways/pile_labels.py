"""Stickers (二维码标签) of connectors: the QR as PNG or SVG, and sheets of labels as PDF.

Chinese stands in Adobe's STSong-Light, which readers and printers bring along, so that no font is shipped.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathImage
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT: Final = "STSong-Light"
PRICE_LINE: Final = "扫码充电，价格看得见"
COLUMNS, ROWS = 4, 6
STICKER: Final = (50 * mm, 70 * mm)
MARGIN: Final = 6 * mm
BOX_PIXELS: Final = 12
BORDER: Final = 4


class LabelLayout(StrEnum):
    """`sheet`: A4 with 24 labels; `sticker`: one page of 50 × 70 mm for each."""

    SHEET = "sheet"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands on one sticker."""

    link: str
    station_name: str
    pile_name: str
    pile_no: str
    gun: int
    connector_no: str
    service_phone: str


def draw_png(link: str) -> bytes:
    """The QR alone, with its quiet zone."""
    out = io.BytesIO()
    _code(link).make_image().save(out, format="PNG")
    return out.getvalue()


def draw_svg(link: str) -> bytes:
    """The same, for printers of any size."""
    drawn: bytes = _code(link).make_image(image_factory=SvgPathImage).to_string()
    return drawn


def draw_pdf(labels: Sequence[Label], layout: LabelLayout) -> bytes:
    """All labels in one file, in their order."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    size = A4 if layout is LabelLayout.SHEET else STICKER
    canvas = Canvas(out, pagesize=size, invariant=True)
    canvas.setTitle("充电枪二维码")
    if layout is LabelLayout.STICKER:
        for label in labels:
            _draw(canvas, label, 0.0, 0.0, *STICKER)
            canvas.showPage()
    else:
        _draw_sheets(canvas, labels)
    canvas.save()
    return out.getvalue()


def _code(link: str) -> Any:
    code: Any = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, box_size=BOX_PIXELS, border=BORDER)
    code.add_data(link)
    code.make(fit=True)
    return code


def _draw_sheets(canvas: Canvas, labels: Sequence[Label]) -> None:
    page_width, page_height = A4
    width, height = (page_width - 2 * MARGIN) / COLUMNS, (page_height - 2 * MARGIN) / ROWS
    for number, label in enumerate(labels):
        row, column = divmod(number % (COLUMNS * ROWS), COLUMNS)
        if number and (row, column) == (0, 0):
            canvas.showPage()
        left, bottom = MARGIN + column * width, page_height - MARGIN - (row + 1) * height
        canvas.setStrokeGray(0.8)
        canvas.setLineWidth(0.3)
        canvas.setDash(2, 2)
        canvas.rect(left, bottom, width, height)
        canvas.setDash()
        _draw(canvas, label, left, bottom, width, height)
    canvas.showPage()


def _draw(canvas: Canvas, label: Label, left: float, bottom: float, width: float, height: float) -> None:
    """One label in its field: the code as large as it goes, above it the place, below it numbers and phone."""
    unit = height / 70
    side = min(width - 4 * unit, 42 * unit)
    middle, top = left + width / 2, bottom + height
    canvas.setFillGray(0)
    _line(canvas, label.station_name, middle, top - 6 * unit, 4.2 * unit, width - 4 * unit)
    _line(
        canvas, f"{label.pile_name} · {label.gun}号枪", middle, top - 11 * unit, 3.6 * unit, width - 4 * unit
    )
    code = QrCodeWidget(label.link, barLevel="Q", barWidth=side, barHeight=side, barBorder=2)
    drawing = Drawing(side, side)
    drawing.add(code)
    renderPDF.draw(drawing, canvas, middle - side / 2, bottom + 14 * unit)
    _line(canvas, f"枪编号 {label.connector_no}", middle, bottom + 10.2 * unit, 3.6 * unit, width - 4 * unit)
    _line(canvas, PRICE_LINE, middle, bottom + 6 * unit, 3.2 * unit, width - 4 * unit)
    if label.service_phone:
        _line(
            canvas, f"客服 {label.service_phone}", middle, bottom + 2.2 * unit, 3.2 * unit, width - 4 * unit
        )


def _line(canvas: Canvas, text: str, middle: float, base: float, size: float, room: float) -> None:
    """One line in the middle, made smaller and then cut where it is too long."""
    needed = pdfmetrics.stringWidth(text, FONT, size)
    if needed > room:
        size = max(size * room / needed, size * 0.6)
        while len(text) > 1 and pdfmetrics.stringWidth(text, FONT, size) > room:
            text = f"{text[:-2]}…"
    canvas.setFont(FONT, size)
    canvas.drawCentredString(middle, base, text)
