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


def test_the_page_of_faults_names_a_test_or_a_proof_for_every_row() -> None:
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    rows = {line.split(" ")[1]: line for line in text.splitlines() if line.startswith("| M")}
    numbers = (*range(1, 11), 13, 14, 15, 16, 19, 20, 21, 23, 24, 27, 28, 30, 31, 33, 37)
    assert list(rows) == [f"M{number}" for number in numbers]
    assert all(re.search(r"`(tests/[\w/]+\.py|scripts/prove faults)`", row) for row in rows.values())
