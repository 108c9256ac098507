"""A pile's way from the desk to its first message, step by step, for journeys in Chromium: what a person does and reads."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import zxingcpp
from playwright.sync_api import Page, expect

from scripts.environment import ROOT
from scripts.processes.loopback import LOOPBACK, free_port
from tests.waiting import LIMIT_S

LIMIT_MS = int(LIMIT_S * 1_000)


@dataclass(frozen=True, slots=True)
class ShownSecret:
    """What the desk showed an installer."""

    pile_no: str
    host: str
    port: int
    secret: str


def add_a_pile(
    page: Page, admin_url: str, *, station: str, pile_no: str, name: str, kilowatts: str = "60"
) -> None:
    """Enter one pile; the desk goes on to its page 安装与上线."""
    page.goto(f"{admin_url}pile-new")
    page.get_by_role("combobox", name="充电站").click(force=True)
    page.get_by_role("option", name=station).click()
    page.get_by_label("桩编号").fill(pile_no)
    page.get_by_label("名称").fill(name)
    page.get_by_label("额定功率").fill(kilowatts)
    page.get_by_role("button", name="新增", exact=True).click()
    page.wait_for_url(re.compile(rf"/piles/{re.escape(pile_no)}/install$"), timeout=LIMIT_MS)


def read_secret(page: Page, pile_no: str) -> ShownSecret:
    """Issue a secret on the page 安装与上线 and read what is shown, once the broker has taken it."""
    page.get_by_role("button", name="发放密钥").click()
    expect(page.get_by_text("打印安装表")).to_be_visible(timeout=LIMIT_MS)
    shown = {term: _shown(page, term) for term in ("服务器地址", "端口", "密钥（密码）")}
    expect(page.get_by_text("已生效", exact=True).first).to_be_visible(timeout=LIMIT_MS)
    return ShownSecret(pile_no, shown["服务器地址"], int(shown["端口"]), shown["密钥（密码）"])


@contextmanager
def simulated(shown: ShownSecret, *, guns: int = 2) -> Iterator[str]:
    """A simulated pile that was given what the desk showed, until the end of the block; where its plugs are moved."""
    control = free_port()
    command: list[str | Path] = [
        sys.executable,
        ROOT / "scripts" / "simulate_piles",
        "--pile",
        shown.pile_no,
        "--guns",
        str(guns),
    ]
    command += ["--broker", f"mqtt://{shown.host}:{shown.port}", "--secret-file", "-"]
    command += ["--control", str(control), "--meter", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as pile:
        assert pile.stdin is not None
        pile.stdin.write(f"{shown.secret}\n")
        pile.stdin.close()
        try:
            yield f"http://{LOOPBACK}:{control}"
        finally:
            pile.terminate()


def wait_until(page: Page, state: str) -> None:
    """The page 安装与上线 comes to this state by itself: `ready`, `wrong_secret`, …"""
    expect(page.locator(f"[data-arrival][data-state={state}]")).to_be_visible(timeout=LIMIT_MS)


def revoke(page: Page, reason: str) -> None:
    """Revoke the pile's secret and see that the page says so."""
    page.get_by_role("button", name="吊销密钥").click()
    page.get_by_role("dialog").get_by_role("textbox", name="原因").fill(reason)
    page.get_by_role("dialog").get_by_role("button", name="吊销密钥").click()
    wait_until(page, "no_secret")


def codes_of_labels(page: Page, admin_url: str, pile_no: str, folder: Path) -> set[str]:
    """Download the A4 sheet of a pile's labels and read its codes back."""
    page.goto(f"{admin_url}piles/{pile_no}/labels")
    with page.expect_download(timeout=LIMIT_MS) as waiting:
        page.get_by_role("button", name="A4 标签（PDF）").click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    sheets = [sheet.render(scale=4).to_pil() for sheet in pypdfium2.PdfDocument(target)]
    return {found.text for sheet in sheets for found in zxingcpp.read_barcodes(sheet)}


def _shown(page: Page, term: str) -> str:
    return (
        page.locator("dl > div", has=page.get_by_text(term, exact=True)).locator("dd").inner_text().split()[0]
    )
