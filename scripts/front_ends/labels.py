"""Chinese labels of the domain's enums for both front-ends and the pile's page, read from the glossary (backend/domain/README.md).

A table may have a third column: the word a driver reads where staff need another one.

`python -m scripts.front_ends.labels` writes them; a test proves that the committed files are the present ones.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final

import backend.domain

ROOT: Final = Path(__file__).resolve().parents[2]
GLOSSARY: Final = ROOT / "backend" / "domain" / "README.md"
ADMIN_FILE: Final = ROOT / "admin_web" / "src" / "labels" / "generated.ts"
MINI_FILE: Final = ROOT / "miniprogram" / "src" / "labels" / "generated.js"
PAGE_FILE: Final = ROOT / "backend" / "api" / "pages" / "labels.json"
EXPORT_FILE: Final = ROOT / "backend" / "services" / "exports" / "labels.json"
IN_EXPORTS: Final = (
    "AccountKind",
    "Channel",
    "DriverState",
    "EntryKind",
    "ExportKind",
    "MessageKind",
    "MovementKind",
    "MovementState",
    "OrderKind",
    "OrderState",
    "PaymentPurpose",
    "PaymentState",
    "RefundState",
    "SessionState",
)
"""What stands in the cells of a file."""
ON_PAGE: Final = ("FailureReason", "StopReason")
"""What a pile's page in a browser says; it is to stay small."""
_SECTION: Final = re.compile(
    r"^### (\w+) .*\n\n\| value \| 中文 \|(?: 车主看到 \|)?\n\|(?:---\|)+\n((?:\| .*\n?)+)", re.MULTILINE
)
_ROW: Final = re.compile(r"^\| `([^`]+)` \| ([^|]+?) \|(?: ([^|]*?) ?\|)?$", re.MULTILINE)
Labels = dict[str, dict[str, str]]
"""Enum name → value → 中文."""
_NOTE: Final = (
    "Generated from backend/domain/README.md by `python -m scripts.front_ends.labels`; not edited by hand."
)


def read_labels() -> Labels:
    """What staff read. Raises ValueError where the glossary and the enums disagree."""
    return {name: {value: staff for value, staff, _ in rows} for name, rows in _read_tables().items()}


def read_driver_labels() -> Labels:
    """What drivers read. Raises as read_labels does."""
    return {
        name: {value: driver or staff for value, staff, driver in rows}
        for name, rows in _read_tables().items()
    }


def render_typescript(labels: Labels) -> str:
    """The admin web's module."""
    return f"// {_NOTE}\nexport const labels = {_json(labels)} as const\n"


def render_javascript(labels: Labels) -> str:
    """The mini-program's module."""
    return (
        f"// {_NOTE}\n// @ts-check\n/** @type {{Record<string, Record<string, string>>}} */\n"
        f"const labels = {_json(labels)}\n\nmodule.exports = {{ labels }}\n"
    )


def render_json(labels: Labels, names: Iterable[str] = ON_PAGE) -> str:
    """What a pile's page embeds, or these enums."""
    return f"{_json({name: labels[name] for name in names})}\n"


def outputs() -> dict[Path, str]:
    """Every generated file and what belongs into it."""
    return {
        ADMIN_FILE: render_typescript(read_labels()),
        MINI_FILE: render_javascript(read_driver_labels()),
        PAGE_FILE: render_json(read_driver_labels()),
        EXPORT_FILE: render_json(read_labels(), IN_EXPORTS),
    }


def main() -> int:
    """Write the files; exit status for the shell."""
    for path, text in outputs().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"✓ {path.relative_to(ROOT)}")
    return 0


def _json(labels: Labels) -> str:
    return json.dumps(labels, ensure_ascii=False, indent=2)


def _read_tables() -> dict[str, list[tuple[str, str, str]]]:
    """Enum name → rows of (value, staff's word, driver's word or nothing)."""
    text = GLOSSARY.read_text(encoding="utf-8")
    found: dict[str, list[tuple[str, str, str]]] = {
        name: _ROW.findall(rows) for name, rows in _SECTION.findall(text)
    }
    enums = _enums()
    for name, rows in found.items():
        labelled = {value for value, _, _ in rows}
        values = {member.value for member in enums[name]} if name in enums else set()
        if labelled != values:
            raise ValueError(f"the glossary's table of {name} and the enum differ: {labelled ^ values}")
    return found


def _enums() -> dict[str, type[StrEnum]]:
    found: dict[str, type[StrEnum]] = {}
    for module in pkgutil.iter_modules(backend.domain.__path__):
        members = vars(importlib.import_module(f"backend.domain.{module.name}"))
        found |= {
            name: value
            for name, value in members.items()
            if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum
        }
    return found


if __name__ == "__main__":
    sys.exit(main())
