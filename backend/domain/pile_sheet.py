"""The sheet that piles are imported by (导入充电桩): its columns, and each row as a pile or as what is wrong with it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from backend.domain.errors import DomainError, InvalidInput, SheetUnreadable
from backend.domain.pile import MOST_GUNS, POWER_W, PileFacts, PileKind, check_pile_no, check_text, spelling

MOST_ROWS: Final = 500
HEAD: Final = (
    "充电站",
    "桩编号",
    "名称",
    "类型",
    "额定功率(千瓦)",
    "枪数",
    "厂商",
    "型号",
    "计费模型编号",
)
EXAMPLE: Final = ("（充电站的编号或名称）", "32050000000101", "1号快充桩", "直流", "120", "2", "", "", "")
NOTES: Final = (
    ("怎样填", ""),
    ("充电站", "填充电站的编号，或它的完整名称。必填。"),
    ("桩编号", "3–30 位字母、数字、下划线或连字符，全平台不能重复；也是桩连接平台用的用户名。必填。"),
    ("名称", "车主看到的名字，50 字以内。必填。"),
    ("类型", "直流 或 交流。必填。"),
    ("额定功率(千瓦)", "1 到 1000，可带小数。必填。"),
    ("枪数", "1 到 12 的整数。必填。"),
    ("厂商、型号", "可以不填。"),
    ("计费模型编号", "不填就用充电站的计费模型。"),
    ("", "第二行是示例，请删掉再填。一次最多 500 行；不能用公式。有一行不对，就一台也不会导入。"),
)
FORMULA: Final = "\x00formula"
_KINDS: Final = {"直流": PileKind.DC, "交流": PileKind.AC, "DC": PileKind.DC, "AC": PileKind.AC}
_KILOWATTS: Final = re.compile(r"(\d{1,4})(?:\.(\d{1,3}))?")
_COUNT: Final = re.compile(r"\d{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """What is wrong in one cell; `row` as the sheet counts, `column` by its head."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPile:
    """A row with what only the platform can judge, as typed: empty where that itself cannot be read.

    `facts` is None where the row has a fault of its own.
    """

    row: int
    station: str
    pile_no: str
    tariff_no: str
    facts: PileFacts | None


def read_sheet(rows: Sequence[Sequence[str]]) -> tuple[list[SheetPile], list[RowFault]]:
    """All rows of a sheet, and every fault that the rows alone show. Raises SheetUnreadable."""
    if not rows:
        raise SheetUnreadable(reason="no_sheet")
    head = tuple(cell.replace("（", "(").replace("）", ")") for cell in rows[0][: len(HEAD)])
    if head != HEAD:
        raise SheetUnreadable(reason="columns")
    piles: list[SheetPile] = []
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(rows[1:], 2):
        if not any(cells):
            continue
        row = [*cells, *[""] * len(HEAD)][: len(HEAD)]
        wrong = _faults_of(number, row)
        faults += wrong
        pile = _read_row(number, row, wrong)
        key = spelling(pile.pile_no)
        if key and key in seen:
            faults.append(_fault(number, 1, f"和第 {seen[key]} 行重复"))
        seen.setdefault(key, number)
        piles.append(pile)
    if not piles:
        raise SheetUnreadable(reason="empty")
    return piles, faults


def _faults_of(number: int, row: Sequence[str]) -> list[RowFault]:
    """In the order of the head; a formula is told once, whatever the column asks for."""
    faults = []
    if not row[0]:
        faults.append(_fault(number, 0, "不能为空"))
    faults += _refused(number, 1, lambda: check_pile_no(row[1]))
    for place, field in {2: "name", 6: "vendor", 7: "model"}.items():
        faults += _refused(number, place, partial(check_text, field, row[place], needed=field == "name"))
    if row[3].upper() not in _KINDS:
        faults.append(_fault(number, 3, "应为 直流 或 交流"))
    if _watts(row[4]) not in POWER_W:
        faults.append(_fault(number, 4, "应为 1 到 1000 的数"))
    if not 1 <= _guns(row[5]) <= MOST_GUNS:
        faults.append(_fault(number, 5, f"应为 1 到 {MOST_GUNS} 的整数"))
    formulas = {HEAD[place] for place, cell in enumerate(row) if cell == FORMULA}
    faults = [fault for fault in faults if fault.column not in formulas]
    faults += [RowFault(row=number, column=column, message="是公式，请改成值") for column in formulas]
    return sorted(faults, key=lambda fault: HEAD.index(fault.column))


def _read_row(number: int, row: Sequence[str], faults: Sequence[RowFault]) -> SheetPile:
    wrong = {fault.column for fault in faults}
    station, pile_no, tariff_no = ("" if HEAD[place] in wrong else row[place] for place in (0, 1, 8))
    facts = None
    if not faults:
        facts = PileFacts(
            pile_no=pile_no,
            name=row[2],
            kind=_KINDS[row[3].upper()],
            rated_w=_watts(row[4]),
            guns=_guns(row[5]),
            vendor=row[6],
            model=row[7],
        )
    return SheetPile(row=number, station=station, pile_no=pile_no, tariff_no=tariff_no, facts=facts)


def _guns(text: str) -> int:
    return int(text) if _COUNT.fullmatch(text) else 0


def _watts(text: str) -> int:
    found = _KILOWATTS.fullmatch(text)
    return 0 if found is None else int(found[1]) * 1_000 + int((found[2] or "0").ljust(3, "0"))


def _refused(row: int, place: int, check: Callable[[], object]) -> list[RowFault]:
    try:
        check()
    except InvalidInput as error:
        return [_fault(row, place, _reason(error))]
    return []


def _reason(error: DomainError) -> str:
    return str(error.data["reason"])


def _fault(row: int, place: int, message: str) -> RowFault:
    return RowFault(row=row, column=HEAD[place], message=message)
