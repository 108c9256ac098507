"""How things read in the cells of an exported file, and its columns."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from backend.gateways.export_files import Column
from backend.services.ground.roll_ups import PLATFORM_ZONE

Cells = list[str]
LABELS: Final[dict[str, dict[str, str]]] = msgspec.json.decode(
    Path(__file__).with_name("labels.json").read_bytes()
)


def at(time: datetime | None) -> str:
    """Local time to the second; nothing for none."""
    return "" if time is None else time.astimezone(PLATFORM_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def yuan(fen: int) -> str:
    """`1234.50`."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def kwh(wh: int) -> str:
    """`12.345`."""
    return f"{'-' if wh < 0 else ''}{abs(wh) // 1000}.{abs(wh) % 1000:03}"


def columns_of(texts: Sequence[str], *, numbers: Sequence[str] = ()) -> tuple[Column, ...]:
    """Wide where a number or a time stands."""
    return tuple(
        Column(
            title,
            width=26 if title.endswith(("编号", "单号", "流水号", "时间")) else 14,
            is_number=title in numbers,
        )
        for title in texts
    )
