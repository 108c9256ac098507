"""Sheets that people fill in: rows of text out of an xlsx or csv whose bytes are hostile until they fit, and xlsx made.

Nothing in a file is computed or followed: a formula is told as such, entities and documents that unpack to much are
refused before anything parses them.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from backend.domain.errors import SheetUnreadable
from backend.gateways.sheet_text import as_sheet_text

MOST_BYTES: Final = 1 << 20
MOST_UNPACKED_BYTES: Final = 16 << 20
MOST_PARTS: Final = 60
MOST_COLUMNS: Final = 20
LONGEST_CELL: Final = 200
FORMULA: Final = "\x00formula"
"""In the place of a cell that holds a formula; no text that people can type."""
_ZIP: Final = b"PK\x03\x04"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet to be written; `widths` of its columns in characters, the rest is narrow."""

    title: str
    rows: Sequence[Sequence[object]]
    widths: Sequence[int] = ()


def read_rows(path: Path, *, most_rows: int) -> list[list[str]]:
    """The first sheet's rows as text without blanks around it; empty rows stay, so that numbers are the sheet's own.

    Raises SheetUnreadable (too_large, too_many_rows, format).
    """
    if path.stat().st_size > MOST_BYTES:
        raise SheetUnreadable(reason="too_large")
    with path.open("rb") as stream:
        head = stream.read(len(_ZIP))
    rows = _read_xlsx(path, most_rows) if head == _ZIP else _read_csv(path.read_bytes(), most_rows)
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > most_rows:
        raise SheetUnreadable(reason="too_many_rows")
    return rows


def write_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """A workbook of texts and numbers: a text that begins with `=` stays a text. The first row is bold and stays in view."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        page.freeze_panes = "A2"
        for place, width in enumerate(sheet.widths):
            page.column_dimensions[chr(ord("A") + place)].width = width
        for number, row in enumerate(sheet.rows):
            page.append([_cell(page, value, is_head=number == 0) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: Any, value: object, *, is_head: bool) -> Any:
    cell = WriteOnlyCell(page, value=value if isinstance(value, int) else as_sheet_text(str(value)))
    if not isinstance(value, int):
        cell.data_type = "s"
    if is_head:
        cell.font = Font(bold=True)
    return cell


def _read_xlsx(path: Path, most_rows: int) -> list[list[str]]:
    try:
        _check_parts(path)
        # the bytes, for openpyxl judges a path by how its name ends
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=False, keep_links=False)
        try:
            page = book.worksheets[0]
            page.reset_dimensions()
            found = page.iter_rows(max_row=most_rows + 2, max_col=MOST_COLUMNS)
            return [[_text(cell) for cell in row] for row in found]
        finally:
            book.close()
    except SheetUnreadable:
        raise
    except Exception as error:  # whatever a stranger's file makes the parser stumble over
        raise SheetUnreadable(reason="format") from error


def _check_parts(path: Path) -> None:
    """Look into the archive before anything parses it. Raises SheetUnreadable."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            raise SheetUnreadable(reason="too_large")
        for part in parts:
            content = archive.read(part)
            if part.filename.endswith((".xml", ".rels")) and (
                b"<!" in content.replace(b"<!--", b"") or content.startswith(_UTF16)
            ):
                raise SheetUnreadable(reason="format")


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()[: LONGEST_CELL + 1]


def _read_csv(content: bytes, most_rows: int) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetUnreadable(reason="format")
    if "\x00" in text:
        raise SheetUnreadable(reason="format")
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append([cell.strip()[: LONGEST_CELL + 1] for cell in row[:MOST_COLUMNS]])
            if len(rows) > most_rows + 1:
                raise SheetUnreadable(reason="too_many_rows")
    except csv.Error as error:
        raise SheetUnreadable(reason="format") from error
    return rows
