"""The user manual: what its chapters show and name is what the product has."""

import re
from pathlib import Path

from scripts.environment import ROOT
from scripts.front_ends.manual import CHAPTERS, list_chapters, list_pictures, set_book
from tests.journeys.manual_pictures import AT_THE_DOOR, OF_HISTORY, OF_PAGES

MENU = ROOT / "admin_web" / "src" / "layout" / "menu.ts"
OF_THE_ADMINISTRATOR = {"运营商", "收款账户", "充电策略", "协议"}
"""Pages that the operator's half leaves to the platform's chapters."""


def test_every_picture_of_the_chapters_is_taken_and_none_for_nothing() -> None:
    taken = [picture.name for picture in (AT_THE_DOOR, *OF_PAGES, *OF_HISTORY)]
    assert sorted(list_pictures()) == sorted(taken)


def test_every_page_of_the_menu_is_told_of() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in list_chapters())
    titles = set(re.findall(r"title: '([^']+)'", MENU.read_text(encoding="utf-8"))) - OF_THE_ADMINISTRATOR
    assert titles
    assert {title for title in titles if title not in text} == set()


def test_the_contents_lead_to_each_chapter() -> None:
    contents, *chapters = list_chapters()
    linked = re.findall(r"\]\(([\w-]+\.md)\)", contents.read_text(encoding="utf-8"))
    assert linked == [path.name for path in chapters]
    assert all((CHAPTERS / name).is_file() for name in linked)


def test_the_book_holds_every_chapter_and_no_link_out_of_it() -> None:
    book = set_book([path.read_text(encoding="utf-8") for path in list_chapters()])
    for path in list_chapters():
        title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert f"<h1>{title}</h1>" in book
    assert "<a " not in book
    assert Path(re.findall(r'src="([^"]+)"', book)[0]).parent.name == "pictures"
