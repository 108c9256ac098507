"""A driver's whole charge with a network that is slow, dumb, cut at each step, and back; and what fits a small phone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.driver_phone import DriverPhone
from tests.journeys.driver_steps import FIRST_READING
from tests.journeys.world import World

pytestmark = pytest.mark.timeout(1800)
SLOW_MS = 2_500
SMALL = {"width": 320, "height": 568}
SMALLEST_PX = 43.5  # 44 and what rounding takes
# A bar of the price chart is as wide as its hours; the table below it says the same.
LOOK = """() => {
  const page = [...document.querySelectorAll(".mp-page")].filter((one) => !one.hidden).at(-1)
  const body = page.querySelector(".mp-body")
  const faults = body.scrollWidth > body.clientWidth + 1 ? ["the page is wider than the phone"] : []
  for (const node of page.querySelectorAll("wx-page :is([role=button], wx-button, input)")) {
    const { width, height } = node.getBoundingClientRect()
    const isInner = node.parentElement.closest("[role=button], wx-button") || node.closest("wx-map, .slot, .t-popup")
    if (width === 0 || isInner) continue
    if (width < SMALLEST || height < SMALLEST) faults.push(`${node.className} ${node.textContent}: ${width} x ${height}`)
  }
  return faults
}""".replace("SMALLEST", str(SMALLEST_PX))
PINS = """() => [...document.querySelectorAll(".wx-callout")].filter((one) => !one.hidden).map((one) => {
  const { left, right, top, bottom } = one.getBoundingClientRect()
  return { left, right, top, bottom }
})"""


def test_a_driver_charges_with_a_bad_network(phone: DriverPhone, world: World) -> None:
    connector_no = world.stickers[1]["connector_no"]
    find_on_a_slow_network(phone, connector_no)
    pay_without_hearing_the_answer(phone)
    start_without_a_network(phone, world, connector_no)
    watch_while_the_socket_is_dumb(phone)
    stop_without_a_network(phone)
    come_back_without_a_network(phone)
    hear_that_it_ended(phone, world, connector_no)


def find_on_a_slow_network(phone: DriverPhone, connector_no: str) -> None:
    phone.open()
    phone.sees("扫码充电")
    phone.sees(re.compile("共 \\d+ 座充电站"))
    phone.slow_down(SLOW_MS)
    phone.scan(connector_no)
    expect(phone.top.get_by_label("正在加载")).to_be_visible()
    phone.screen.picture("slow")
    phone.sees(f"枪编号 {connector_no}")
    phone.sees("最少要有")
    phone.slow_down(0)


def pay_without_hearing_the_answer(phone: DriverPhone) -> None:
    phone.press("去充值")
    phone.tap("¥100")
    phone.tap("充值 ¥100.00")
    phone.answer("取消支付")
    phone.sees("充值 ¥100.00 还没有付款")
    phone.screen.picture("not-paid")
    phone.press("继续支付 ¥100.00")
    with phone.lost("**/driver/payments/*"):
        phone.answer("确认支付")
        phone.sees("已支付，正在确认到账")
        phone.set_switch("网络", "断网")
        phone.sees("收不到最新情况")
        phone.screen.picture("paid-without-network")
    phone.set_switch("网络", "正常")
    phone.sees("¥100.00 已到账")
    expect(phone.top.locator(".balance")).to_have_text("100.00")
    phone.press("返回继续充电")


def start_without_a_network(phone: DriverPhone, world: World, connector_no: str) -> None:
    phone.sees("插枪后即可启动")
    world.plug(connector_no)
    phone.sees(re.compile("^启动充电$"))
    phone.set_switch("网络", "断网")
    phone.press("启动充电")
    phone.sees("还不知道有没有启动")
    phone.screen.picture("start-not-known")
    phone.set_switch("网络", "正常")
    phone.press("启动充电")
    phone.sees("正在充电，可以放心离开")
    expect(phone.energy).to_have_text(FIRST_READING)


def watch_while_the_socket_is_dumb(phone: DriverPhone) -> None:
    before = phone.energy.inner_text()
    seen = phone.sockets.opened
    phone.sockets.is_dumb = True
    phone.sees("实时连接中断，每 5 秒刷新一次")
    phone.screen.picture("dumb-socket")
    expect(phone.energy).not_to_have_text(before)
    phone.sockets.is_dumb = False
    expect(phone.text("实时连接中断")).to_be_hidden()
    assert phone.sockets.opened > seen


def stop_without_a_network(phone: DriverPhone) -> None:
    phone.set_switch("网络", "断网")
    phone.sees("手机收不到充电情况，充电不受影响")
    phone.sees("收不到最新情况")
    expect(phone.text("可以放心离开")).to_be_hidden()
    phone.press("停止充电")
    phone.answer("停止充电")
    phone.sees("未停止，可在桩上停止")
    phone.screen.picture("not-stopped")


def come_back_without_a_network(phone: DriverPhone) -> None:
    phone.reopen()
    phone.sees(re.compile("前：充电中"))
    phone.sees("收不到最新情况")
    phone.screen.picture("home-without-network")
    phone.tap(re.compile("前：充电中"))
    phone.sees("手机收不到充电情况，充电不受影响")
    phone.screen.picture("charging-without-network")
    phone.set_switch("网络", "正常")
    phone.sees("正在充电，可以放心离开")
    expect(phone.text("收不到最新情况")).to_be_hidden()
    phone.set_switch("网络", "断网")


def hear_that_it_ended(phone: DriverPhone, world: World, connector_no: str) -> None:
    world.unplug(connector_no)
    phone.reopen()
    phone.sees(re.compile("前：充电中"))
    phone.set_switch("网络", "正常")
    phone.sees(re.compile("充电已结束"))
    phone.screen.picture("told-that-it-ended")
    phone.tap(re.compile("充电已结束"))
    phone.sees("费用明细")
    phone.sees("充电枪被拔出")
    phone.go_back()
    expect(phone.text(re.compile("充电已结束"))).to_be_hidden()


def test_every_page_fits_a_small_phone_and_its_finger(browser: Browser, world: World) -> None:
    context = browser.new_context(viewport=SMALL, has_touch=True, is_mobile=True, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    faults = []
    open_page(page, world, "/pages/index/index", "共")
    expect(page.locator(".wx-callout").first).to_be_visible()
    faults += [f"pins: {pins}" for pins in covering(page.evaluate(PINS))]
    page.get_by_text(world.stickers[0]["station"]).first.click()
    page.get_by_text("查看全天价格").click()
    faults += page.evaluate(LOOK)
    for address, text in (
        ("/pages/index/index", "共"),
        ("/pages/orders/orders", "还没有充电记录"),
        ("/pages/me/me", "退出登录"),
        ("/pages/wallet/wallet?need_fen=500", "最少要充"),
        (f"/pages/confirm/confirm?text={world.stickers[0]['connector_no']}", "当前电价"),
        ("/pages/confirm/confirm?text=3205", "修改编号"),
        ("/pages/charging/charging", "现在没有正在进行的充电"),
        ("/pages/order/order?order_no=none", "查看充电订单"),
    ):
        open_page(page, world, address, text)
        faults += [f"{address}: {fault}" for fault in page.evaluate(LOOK)]
    context.close()
    assert faults == []


def open_page(page: Page, world: World, address: str, text: str) -> None:
    page.goto("about:blank")
    page.goto(f"{world.preview_url}app.html#{address}")
    expect(page.locator(".mp-page:visible").get_by_text(text).filter(visible=True).first).to_be_visible()


def covering(boxes: list[dict[str, float]]) -> list[tuple[dict[str, float], dict[str, float]]]:
    """Pairs of boxes that lie on one another, and boxes that the phone's edge cuts."""
    pairs = [(one, other) for index, one in enumerate(boxes) for other in boxes[index + 1 :]]
    cut = [(one, one) for one in boxes if one["left"] < 0 or one["right"] > SMALL["width"]]
    return cut + [
        (one, other)
        for one, other in pairs
        if one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] < other["bottom"]
        and other["top"] < one["bottom"]
    ]
