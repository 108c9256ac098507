"""A guest's whole charge on the pile's page at 375 px: pay by Alipay, watch, leave and come back, stop, the rest returned."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.driver_steps import fen_of
from tests.journeys.screen import FAILED, Screen
from tests.journeys.world import World

pytestmark = pytest.mark.timeout(1800)

WINDOW = {"width": 375, "height": 812}
PAID_FEN = 3_000
IN_WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0.49 Language/zh_CN"
LARGEST_PAGE = 60 * 1024


@pytest.fixture
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Screen]:
    context = browser.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    held = Screen(context.new_page(), "guest")
    yield held
    if request.node.stash.get(FAILED, False):
        held.picture("at-the-end")
    context.close()


def test_a_guest_pays_by_alipay_and_gets_back_what_is_left(
    screen: Screen, browser: Browser, world: World
) -> None:
    page, sticker = screen.page, world.stickers[0]
    page_url = f"{world.stack.api_url}/p/{sticker['qr_token']}"
    opened = page.goto(page_url)
    assert opened is not None
    assert len(opened.body()) < LARGEST_PAGE
    expect(page.get_by_text("还没有插枪")).to_be_visible()
    screen.picture("not-plugged")
    world.plug(sticker["connector_no"])
    expect(page.get_by_role("button", name="用支付宝付款并充电")).to_be_visible()
    screen.picture("offer")
    assert screen.accessibility_faults() == []
    _pay(page)
    _sees(page, "充电中")
    expect(page.get_by_text(re.compile(r"已充 (?!0\.000)\d+\.\d{3} 度"))).to_be_visible()
    screen.picture("charging")
    assert screen.accessibility_faults() == []

    link = page.url
    assert "#t=" in link
    _come_back(browser, link, page_url)
    page.get_by_role("button", name="停止充电", exact=True).click()
    page.get_by_role("button", name=re.compile("再点一次确认")).click()
    _sees(page, "充电已完成")
    expect(page.get_by_text(re.compile(r"已原路退回 ¥"))).to_be_visible()
    screen.picture("receipt")
    assert screen.accessibility_faults() == []
    billed_fen = fen_of(page.get_by_text(re.compile("^实际费用")).inner_text())
    back_fen = fen_of(page.get_by_text(re.compile("^已原路退回")).inner_text())
    assert billed_fen + back_fen == PAID_FEN


def test_in_wechat_the_page_leads_to_the_mini_program(browser: Browser, world: World) -> None:
    context = browser.new_context(viewport=WINDOW, user_agent=IN_WECHAT)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{world.stack.api_url}/p/{world.stickers[1]['qr_token']}")
    expect(page.get_by_text("在微信里请用小程序充电")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("支付宝"))).to_have_count(0)
    context.close()


def _pay(page: Page) -> None:
    """Choose ¥30, and pay on the cashier's page."""
    page.get_by_text("¥30", exact=True).click()
    own = page.get_by_role("checkbox", name=re.compile("是我的车"))
    if own.count():
        own.check()
    page.get_by_role("button", name="用支付宝付款并充电").click()
    page.wait_for_url("**/cashier/**")
    page.get_by_role("button").first.click()
    page.wait_for_url("**/p/**")


def _come_back(browser: Browser, link: str, page_url: str) -> None:
    """Another browser with the link sees the charge, one without it, or with a letter wrong, sees none of it."""
    for url, is_theirs in ((link, True), (page_url, False), (link.replace("#t=", "#t=x"), False)):
        context = browser.new_context(viewport=WINDOW)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(url)
        if is_theirs:
            _sees(page, "充电中")
        else:
            expect(page.get_by_text("这把充电枪正在使用或已被预约，请换一把空闲的枪。")).to_be_visible()
            expect(page.get_by_role("status")).to_be_hidden()
        context.close()


def _sees(page: Page, title: str) -> None:
    expect(page.get_by_role("status")).to_have_text(title)
