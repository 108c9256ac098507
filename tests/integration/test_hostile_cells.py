"""Hostile texts in the cells of an imported sheet: told at their row, or kept as the text they are."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from backend.domain.errors import SheetUnreadable
from backend.domain.pile_sheet import HEAD, MOST_ROWS
from backend.gateways.sheet_files import Sheet, read_rows, write_xlsx
from backend.models import Pile
from backend.services.piles.import_piles import import_piles
from tests.faults.service_cases.beginnings import somebody
from tests.hostile_texts import TEXTS, has_bytes
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")
NAME = HEAD[2]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_hostile_cell_is_told_at_its_row_or_kept_as_text(tmp_path: Path, kind: str) -> None:
    world = Scenario()
    texts = [text for text in TEXTS if has_bytes(text) and (kind == "csv" or _fits_xml(text))]
    texts = [text for text in texts if "\x00" not in text]
    assert len(texts) >= 40
    write = _xlsx if kind == "xlsx" else _csv
    sheet = [
        (world.station.station_no, f"H-{at:03}", text, "直流", "60", "1", text[:50], "", "")
        for at, text in enumerate(texts)
    ]
    faults = _import(world, tmp_path, write(sheet), is_dry=True)
    assert not Pile.select().where(Pile.pile_no.startswith("H-")).exists()
    # row 2 is the first below the head
    refused = {row - 2 for row, _ in faults}
    assert 5 <= len(refused) <= len(texts) // 2
    assert {at for at, text in enumerate(texts) if len(text.strip()) > 50 or not text.strip()} <= refused
    assert (
        _import(
            world, tmp_path, write([row for at, row in enumerate(sheet) if at not in refused]), is_dry=False
        )
        == []
    )
    for at, text in enumerate(texts):
        pile = Pile.get_or_none(Pile.pile_no == f"H-{at:03}")
        assert (pile is None) == (at in refused), text
        if pile is not None:
            assert (pile.name, pile.vendor) == (text.strip(), text.strip())


def test_a_sheet_with_a_nul_in_it_is_no_sheet(tmp_path: Path) -> None:
    world = Scenario()
    row = (world.station.station_no, "H-001", "a\x00b", "直流", "60", "1", "", "", "")
    with pytest.raises(SheetUnreadable):
        _import(world, tmp_path, _csv([row]), is_dry=False)


def _import(world: Scenario, folder: Path, content: bytes, *, is_dry: bool) -> list[tuple[int, str]]:
    """The row and column of each fault."""
    path = folder / "sheet"
    path.write_bytes(content)
    rows = read_rows(path, most_rows=MOST_ROWS + 1)
    report = import_piles(staff=somebody(world), rows=rows, is_dry=is_dry, now=world.now)
    assert report.is_done is (not is_dry and not report.faults)
    return [(fault.row, fault.column) for fault in report.faults]


def _fits_xml(text: str) -> bool:
    return not ILLEGAL_CHARACTERS_RE.search(text) and "\uffff" not in text


def _xlsx(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Texts that begin with `=` are texts in it, as a hand types them behind an apostrophe."""
    return write_xlsx([Sheet(title="桩", rows=[HEAD, *rows])])


def _csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode()
