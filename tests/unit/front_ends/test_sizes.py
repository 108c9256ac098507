"""The size gate of the desk: what counts for which page."""

import gzip
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from scripts.front_ends.sizes import LIST_KB, Weight, describe, find_too_heavy, weigh

CHUNKS: dict[str, dict[str, Any]] = {
    "index.html": {"file": "index.js", "css": ["index.css"], "dynamicImports": ["src/pages/A/AListPage.vue"]},
    "src/layout/AppLayout.vue": {
        "file": "layout.js",
        "imports": ["index.html"],
        "dynamicImports": ["dialog"],
    },
    "dialog": {"file": "dialog.js", "imports": ["index.html"]},
    "table": {"file": "table.js", "imports": ["index.html"]},
    "chart": {"file": "chart.js"},
    "src/pages/home/HomePage.vue": {"file": "home.js", "imports": ["table"], "dynamicImports": ["chart"]},
    "_SharedDialog-D-x_1.js": {"file": "shared.js"},
    "src/pages/A/ADrawer.vue": {"file": "drawer.js", "imports": ["table"]},
    "src/pages/A/AListPage.vue": {
        "file": "list.js",
        "imports": ["table", "index.html"],
        "dynamicImports": ["src/pages/A/ADrawer.vue", "_SharedDialog-D-x_1.js"],
    },
    "src/pages/A/APage.vue": {"file": "detail.js", "imports": ["table", "chart"]},
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_bytes(msgspec.json.encode(CHUNKS))
    for number, chunk in enumerate(CHUNKS.values()):
        for name in (chunk["file"], *chunk.get("css", ())):
            (tmp_path / name).write_bytes(Random(number).randbytes(100 + number))
    return tmp_path


def test_counts_the_shell_once_and_what_a_page_loads_by_itself(site: Path) -> None:
    def packed(*names: str) -> int:
        return sum(len(gzip.compress((site / name).read_bytes(), 9)) for name in names)

    shell = packed("index.js", "index.css", "layout.js")
    assert {one.name: one.bytes for one in weigh(site)} == {
        "shell": shell,
        "AListPage": shell + packed("table.js", "list.js"),
        "HomePage": shell + packed("table.js", "home.js", "chart.js"),
    }


def test_a_page_above_its_limit_is_named() -> None:
    most = LIST_KB * 1024
    light, heavy = Weight("AListPage", most, most), Weight("BListPage", most + 1, most)
    assert find_too_heavy([light]) == []
    (told,) = find_too_heavy([light, heavy])
    assert told.startswith("BListPage loads 174,081 bytes")
    assert describe([Weight("shell", 2048, 4096), light, heavy]) == "shell 2 KB · BListPage 170 KB"
