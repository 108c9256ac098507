"""The pages for engineers name files that exist, and link to pages that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for page in (
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "backend" / "domain" / "README.md",
    )
)
PATH = re.compile(r"`((?:backend|mqtt_bridge|scripts|sql|conf|tests|docs)/[\w./-]+)`")
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_names_only_what_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = [name for name in PATH.findall(text) if not (ROOT / name).exists()]
    linked = [name for name in LINK.findall(text) if not (page.parent / name).exists()]
    assert (named, linked) == ([], [])


def test_the_architecture_page_names_a_file_for_every_rule() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text.split("## Where is the rule for", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "question" not in line]
    assert len(rows) > 20
    assert all("`" in row for row in rows)
