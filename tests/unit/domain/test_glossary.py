"""The glossary labels every enum value people can see, and no value that does not exist."""

import importlib
import pkgutil
import re
from enum import StrEnum
from pathlib import Path

import backend.domain

README = Path(backend.domain.__file__).with_name("README.md")
MODULES = [
    "command",
    "connector",
    "fees",
    "holiday_calendar",
    "ledger",
    "login_record",
    "meter",
    "order",
    "payment",
    "permission",
    "pile",
    "session",
    "tariff",
    "tariff_faults",
]


def labels() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for section in README.read_text("utf-8").partition("## Enum labels")[2].split("\n### ")[1:]:
        found[section.split()[0]] = dict(re.findall(r"^\| `([\w.]+)` \| ([^|]+?) \|", section, re.MULTILINE))
    return found


def enums(modules: list[str]) -> dict[str, type[StrEnum]]:
    return {
        name: value
        for module in modules
        for name, value in vars(importlib.import_module(f"backend.domain.{module}")).items()
        if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum
        if not name.startswith("_")
    }


def test_every_enum_people_see_is_labelled_value_by_value() -> None:
    shown = {name for name in enums(MODULES) if not name.endswith("Event")}
    assert shown <= set(labels())
    everything = enums([module.name for module in pkgutil.iter_modules(backend.domain.__path__)])
    for name, rows in labels().items():
        assert set(rows) == {member.value for member in everything[name]}, name


def test_labels_of_one_enum_differ() -> None:
    for name, rows in labels().items():
        assert len(set(rows.values())) == len(rows), name
