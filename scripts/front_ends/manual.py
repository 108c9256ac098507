"""The user manual of the desk (docs/manual) as one book to print: its chapters, with pictures that a journey takes.

Which pictures there are is said in tests/journeys/manual_pictures.py; a test holds that to what the chapters show. Those
in docs/manual/pictures are of the last time that this ran.
"""

import argparse
import functools
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from PIL import Image
from playwright.sync_api import sync_playwright

from scripts.environment import ROOT

CHAPTERS: Final = ROOT / "docs" / "manual"
PICTURES: Final = CHAPTERS / "pictures"
TAKEN: Final = ROOT / "var" / "screenshots" / "manual"
BOOK: Final = ROOT / "var" / "manual"
QUALITY: Final = 72
TITLE: Final = "欣象充电桩管理系统使用说明书"
JOURNEYS: Final = (
    "tests/journeys/test_operator.py::test_the_pictures_of_the_manual_are_taken",
    "tests/journeys/test_morning.py::test_the_pictures_of_the_manual_with_a_past_are_taken",
)
PICTURE: Final = re.compile(r"!\[[^\]]*\]\(pictures/([\w-]+)\.webp\)")
_LINK: Final = re.compile(r"\[([^\]]+)\]\((?!pictures/)[^)]+\)")
_MARGINS: Final = {"top": "18mm", "bottom": "18mm", "left": "17mm", "right": "17mm"}
_FOOT: Final = """<div style="width:100%;font-size:8px;color:#666;text-align:center">
<span class="pageNumber"></span> / <span class="totalPages"></span></div>"""
_STYLE: Final = """
body { font: 10.5pt/1.75 "Noto Sans CJK SC", "WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC", sans-serif; color: #1d2733; }
h1 { font-size: 20pt; line-height: 1.3; margin: 0 0 10mm; }
section + section { break-before: page; }
h2 { font-size: 14pt; margin: 8mm 0 2mm; break-after: avoid; }
h3 { font-size: 11.5pt; margin: 6mm 0 1mm; break-after: avoid; }
p, li { orphans: 3; widows: 3; }
img { display: block; width: 100%; margin: 3mm 0; border: 0.3mm solid #d5dbe3; border-radius: 1.5mm; break-inside: avoid; }
code { font-family: monospace; background: #f1f4f8; padding: 0 1mm; }
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures, set the book, say where it is."""
    parser = argparse.ArgumentParser(prog="scripts/manual", description=__doc__)
    parser.add_argument("--keep-pictures", action="store_true", help="use the pictures of the last time")
    options = parser.parse_args(arguments)
    if not options.keep_pictures and not _take_pictures():
        sys.stderr.write("✗ the pictures could not be taken; the lines above say why\n")
        return 1
    missing = [name for name in list_pictures() if not (PICTURES / f"{name}.webp").is_file()]
    if missing:
        sys.stderr.write(f"✗ pictures are missing: {', '.join(missing)}; run it without --keep-pictures\n")
        return 1
    path = _print_book()
    sys.stdout.write(f"✓ {path.relative_to(ROOT)} ({path.stat().st_size / 1e6:.1f} MB)\n")
    return 0


def list_chapters() -> list[Path]:
    """The introduction, then the chapters in their order."""
    return [CHAPTERS / "README.md", *sorted(CHAPTERS.glob("[0-9]*.md"))]


def list_pictures() -> list[str]:
    """The names of all pictures that the chapters show, in their order."""
    return [name for path in list_chapters() for name in PICTURE.findall(path.read_text(encoding="utf-8"))]


def set_book(chapters: Sequence[str]) -> str:
    """One HTML page of chapters in Markdown; links between files are their words, pictures lie beside the page."""
    markdown = MarkdownIt("commonmark").enable("table")
    texts = (_LINK.sub(r"\1", text) for text in chapters)
    sections = (f"<section>{markdown.render(text)}</section>" for text in texts)
    head = f'<meta charset="utf-8"><title>{TITLE}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{"".join(sections)}</body></html>'


def _take_pictures() -> bool:
    command = [sys.executable, str(ROOT / "scripts" / "test"), *JOURNEYS, "-q", "-n", "0"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        return False
    PICTURES.mkdir(exist_ok=True)
    for taken in TAKEN.glob("*.png"):
        with Image.open(taken) as picture:
            picture.save(PICTURES / f"{taken.stem}.webp", quality=QUALITY, method=6)
    return True


def _print_book() -> Path:
    BOOK.mkdir(parents=True, exist_ok=True)
    shutil.copytree(PICTURES, BOOK / "pictures", dirs_exist_ok=True)
    page_file = BOOK / "manual.html"
    page_file.write_text(
        set_book([path.read_text(encoding="utf-8") for path in list_chapters()]), encoding="utf-8"
    )
    path = BOOK / f"{TITLE}.pdf"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(page_file.as_uri())
        page.pdf(
            path=path,
            format="A4",
            margin=_MARGINS,  # type: ignore[arg-type]  # a TypedDict of the same keys
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOT,
            outline=True,
            tagged=True,
        )
        browser.close()
    return path


@functools.cache
def find_chromium() -> str:
    """Debian's Chromium, or another of its kind; nothing is downloaded. Raises FileNotFoundError."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    raise FileNotFoundError(
        "chromium is not installed; `sudo python3 scripts/test` installs what the tests need"
    )
