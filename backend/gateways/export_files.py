"""Tables written to files row by row, however many there are: csv that Excel reads, and xlsx.

A text never becomes a formula: in xlsx it is a text cell, in csv a quote stands before what a table program would
compute. Numbers are written as their digits say, never through a float.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from backend.gateways.sheet_text import as_sheet_text

BOM: Final = b"\xef\xbb\xbf"
SHEET_ROWS: Final = 1_048_576
"""Of one sheet, its heading among them; what is more begins the next one."""
CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COMPUTED: Final = re.compile(r"[=+\-@\t\r\n|%]")


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: int = 14
    is_number: bool = False


def write_csv(
    write: Callable[[bytes], None], columns: Sequence[Column], rows: Iterable[Sequence[str]]
) -> None:
    """All rows, `write` called with a line at a time."""
    write(BOM)
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    for row in _headed(columns, rows):
        writer.writerow(row)
        write(line.getvalue().encode())
        line.seek(0)
        line.truncate()


def write_xlsx(
    path: Path,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """A workbook with as many sheets as the rows need; the memory it takes does not grow with them."""
    book = Workbook(write_only=True)
    sheets, on_sheet = 1, 1
    page = _begin_sheet(book, title, columns)
    for row in rows:
        if on_sheet == sheet_rows:
            sheets, on_sheet = sheets + 1, 1
            page = _begin_sheet(book, f"{title}{sheets}", columns)
        page.append([_cell(page, column, value) for column, value in zip(columns, row, strict=True)])
        on_sheet += 1
    book.save(path)


def _headed(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Iterable[Sequence[str]]:
    yield [column.title for column in columns]
    for row in rows:
        yield [
            value if column.is_number else _harmless(value)
            for column, value in zip(columns, row, strict=True)
        ]


def _harmless(text: str) -> str:
    return f"'{text}" if _COMPUTED.match(text) else text


def _begin_sheet(book: Any, title: str, columns: Sequence[Column]) -> Any:
    page = book.create_sheet(title)
    page.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = column.width
    head = []
    for column in columns:
        cell = WriteOnlyCell(page, value=column.title)
        cell.font = Font(bold=True)
        head.append(cell)
    page.append(head)
    return page


def _cell(page: Any, column: Column, value: str) -> Any:
    if not value:
        return None
    cell = WriteOnlyCell(page, value=as_sheet_text(value))
    cell.data_type = "n" if column.is_number else "s"
    return cell
