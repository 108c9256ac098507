"""A page in Chromium under watch: its console must stay quiet, and every state that matters leaves a picture."""

import itertools
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page

from scripts.environment import ROOT

FAILED = pytest.StashKey[bool]()
"""Whether the test's own part failed, for fixtures that end after it."""
PICTURES = ROOT / "var" / "screenshots"
WAIT_MS = 120_000.0
# What Chromium itself writes when an answer is a refusal or a connection is cut; the page deals with it.
BROWSERS_OWN = ("Failed to load resource", "WebSocket connection to")
LOUD = frozenset({"error", "warning", "assert"})
AXE = ROOT / "admin_web" / "node_modules" / "axe-core" / "axe.min.js"
NOTHING_FADES = "() => !document.querySelector('[class*=el-message-fade]')"
AXE_LINES = """async () => (await axe.run(document)).violations.flatMap((violation) =>
  violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary}`))"""


class Screen:
    """`page` with its complaints so far; pictures go to var/screenshots/`name`/."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._numbers = itertools.count(1)
        self._folder = PICTURES / name
        shutil.rmtree(self._folder, ignore_errors=True)
        page.set_default_timeout(WAIT_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error.message}"))

    def picture(self, title: str, *, whole: bool = False) -> Path:
        """Take the page as it is now; `whole` takes what is below the window's edge, too."""
        path = self._folder / f"{next(self._numbers):02d}-{title}.png"
        self.page.screenshot(path=path, full_page=whole, animations="disabled")
        return path

    def accessibility_faults(self) -> list[str]:
        """What axe finds on the page as it is now; a toast that fades is waited for, its colours are nobody's."""
        self.page.wait_for_function(NOTHING_FADES)
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[str] = self.page.evaluate(AXE_LINES)
        return found

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in LOUD and not message.text.startswith(BROWSERS_OWN):
            self.complaints.append(f"{message.type}: {message.text}")
