"""The admin web in a browser, as a person at the desk uses it: by mouse, or by keyboard alone."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.screen import Screen

MOST_TABS = 60
IS_FOCUSED = "element => element === document.activeElement || element.contains(document.activeElement)"


class Desk:
    """Each page that is looked at is photographed and read by axe."""

    def __init__(self, page: Page, name: str, *, account: str = "") -> None:
        self.screen = Screen(page, name)
        self.page = page
        self.account = account
        self.faults: list[str] = []

    def look(self, title: str) -> None:
        """The page as it is now goes into a picture, and what axe finds into `faults`."""
        self.screen.picture(title, whole=True)
        self.faults += [f"{title}: {fault}" for fault in self.screen.accessibility_faults()]

    def entry(self, title: str) -> Locator:
        """The menu's link to a page."""
        return self.page.get_by_role("navigation", name="主菜单").get_by_role("link", name=title)

    def open(self, menu_entry: str) -> None:
        self.entry(menu_entry).click()

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def log_in(self, password: str) -> None:
        self.page.get_by_label("账号", exact=True).fill(self.account)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()

    def total(self, name: str, value: str) -> None:
        """Wait until the cumulative figure of this name is this."""
        term = self.page.locator("dl > div", has=self.page.get_by_text(name, exact=True))
        expect(term.locator("dd")).to_have_text(value)

    def tab_to(self, wanted: Locator, *, by: str = "Tab") -> None:
        """Go there by the Tab key, or back `by` Shift+Tab; fails when it cannot be reached before the page begins again."""
        expect(wanted).to_be_visible()
        for _ in range(MOST_TABS):
            self.page.keyboard.press(by)
            if wanted.evaluate(IS_FOCUSED):
                return
        raise AssertionError(f"{wanted} is not reached by {MOST_TABS} tabs")

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        """Go there by the Tab key and press a key on it."""
        self.tab_to(wanted)
        self.page.keyboard.press(key)
