"""An operator at the desk sees a driver's charge live, and afterwards the very bill that the driver got."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.screen import FAILED, Screen
from tests.journeys.world import World
from tests.whole_charge import Phone, answer_of, soon

pytestmark = pytest.mark.timeout(1800)
WINDOW = {"width": 1440, "height": 1300}
TOP_UP_FEN = 10_000
LEAST_ENERGY_WH = 20
MARK = "window.wasNotReloaded"


class Desk:
    """The admin web in a browser; each page that is looked at is photographed and read by axe."""

    def __init__(self, page: Page, world: World, name: str) -> None:
        self.screen = Screen(page, name)
        self.page = page
        self.world = world
        self.faults: list[str] = []

    def look(self, title: str) -> None:
        """The page as it is now goes into a picture, and what axe finds into `faults`."""
        self.screen.picture(title, whole=True)
        self.faults += [f"{title}: {fault}" for fault in self.screen.accessibility_faults()]

    def open(self, menu_entry: str) -> None:
        self.page.get_by_role("navigation", name="主菜单").get_by_role("link", name=menu_entry).click()

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def log_in(self, password: str) -> None:
        self.page.get_by_label("账号", exact=True).fill(self.world.account)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()

    def total(self, name: str, value: str) -> None:
        """Wait until the cumulative figure of this name is this."""
        term = self.page.locator("dl > div", has=self.page.get_by_text(name, exact=True))
        expect(term.locator("dd")).to_have_text(value)


@pytest.fixture
def desk(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[Desk]:
    context = browser.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    name = request.node.name.removeprefix("test_")[:40]
    sitting = Desk(context.new_page(), world, f"operator/{name}")
    yield sitting
    if request.node.stash.get(FAILED, False):
        sitting.screen.picture("at-the-end")
    context.close()
    assert sitting.screen.complaints == []
    assert sitting.faults == [], "\n".join(sitting.faults)


@pytest.fixture
def phone(world: World) -> Iterator[Phone]:
    with Phone(world.stack) as held:
        held.log_in()
        held.pay(held.ask_top_up(TOP_UP_FEN))
        soon(lambda: held.get("wallet")["available_fen"] == TOP_UP_FEN, "the top-up is credited")
        yield held


def test_an_operator_sees_a_charge_live_and_finds_the_drivers_bill(
    desk: Desk, phone: Phone, world: World
) -> None:
    connector_no = world.stickers[0]["connector_no"]
    come_in(desk)
    desk.total("累计充电次数", "0次")
    session_no = see_it_begin(desk, phone, connector_no)
    see_it_go_on(desk, session_no)
    order = end_it(phone, session_no)
    find_the_bill(desk, order)


def come_in(desk: Desk) -> None:
    desk.page.goto(desk.world.admin_url)
    desk.look("login")
    desk.log_in("not-the-password")
    expect(desk.page.get_by_role("alert")).to_be_visible()
    desk.look("login-refused")
    desk.log_in(desk.world.password)
    desk.sees("今日运营")
    desk.sees("今日充值金额")
    desk.look("home-before")


def see_it_begin(desk: Desk, phone: Phone, connector_no: str) -> str:
    """The pile's row changes by itself; the session's number."""
    desk.open("充电桩")
    row = desk.page.get_by_role("row", name=re.compile(connector_no[:-2]))
    expect(row).to_contain_text("空闲")
    desk.look("piles")
    desk.page.evaluate(f"{MARK} = true")
    desk.world.plug(connector_no)
    soon(
        lambda: answer_of(phone.post("connectors/resolve", {"text": connector_no}))["is_startable"],
        "the plugged connector may be started",
    )
    session_no: str = answer_of(phone.start(connector_no))["session_no"]
    expect(row).to_contain_text("充电中")
    assert desk.page.evaluate(MARK) is True
    desk.look("piles-charging")
    row.get_by_role("link").first.click()
    desk.sees("充电中")
    desk.look("pile")
    return session_no


def see_it_go_on(desk: Desk, session_no: str) -> None:
    desk.open("充电过程")
    desk.sees("充电中")
    desk.look("sessions")
    desk.page.get_by_role("link", name=re.compile(session_no)).first.click()
    desk.sees("功率与 SOC")
    desk.look("session")
    desk.page.get_by_role("button", name="停止充电").click()
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    desk.look("session-stop")
    desk.page.keyboard.press("Escape")
    desk.open("充电站")
    desk.sees("苏州中心超级充电站")
    desk.look("stations")
    desk.page.get_by_role("link", name="苏州中心超级充电站").click()
    desk.sees("充电中")
    desk.look("station")
    desk.open("首页")
    desk.sees("1 把枪正在充电")
    desk.look("home-charging")


def end_it(phone: Phone, session_no: str) -> dict[str, Any]:
    """The driver's own bill."""
    soon(lambda: phone.get(f"sessions/{session_no}")["energy_wh"] >= LEAST_ENERGY_WH, "energy flows")
    answer_of(phone.post(f"sessions/{session_no}/stop"))
    session = soon(
        lambda: (found := phone.get(f"sessions/{session_no}"))["state"] == "settled" and found,
        "the session is settled",
    )
    order: dict[str, Any] = phone.get(f"orders/{session['order_no']}")
    return order


def find_the_bill(desk: Desk, order: dict[str, Any]) -> None:
    desk.total("累计充电次数", "1次")
    desk.total("累计充电金额", yuan(order["total_fen"]))
    desk.total("累计充值金额", yuan(TOP_UP_FEN))
    desk.look("home-after")
    desk.open("充电订单")
    desk.sees(order["order_no"])
    desk.look("orders")
    desk.page.get_by_role("link", name=order["order_no"]).first.click()
    desk.sees("费用明细")
    bill = desk.page.get_by_role("table", name="费用明细")
    for line in order["fee_lines"]:
        expect(bill).to_contain_text(yuan(line["fee_fen"]))
    expect(bill.get_by_role("row").last).to_contain_text(yuan(order["total_fen"]))
    expect(bill.get_by_role("row").last).to_contain_text(kwh(order["energy_wh"]))
    for name in ("held_fen", "captured_fen", "released_fen"):
        desk.sees(yuan(order[name]))
    desk.look("order")


def test_each_page_says_what_is_wrong_and_how_to_go_on(desk: Desk) -> None:
    desk.page.goto(desk.world.admin_url)
    desk.log_in(desk.world.password)
    desk.sees("今日充值金额")
    desk.page.route("**/api/v1/admin/orders*", lambda route: route.fulfill(status=500, body="{}"))
    desk.open("充电订单")
    expect(desk.page.get_by_role("button", name="重试")).to_be_visible()
    desk.look("orders-failed")
    desk.page.unroute("**/api/v1/admin/orders*")
    desk.page.get_by_role("button", name="重试").click()
    expect(desk.page.get_by_role("button", name="重试")).to_be_hidden()
    desk.page.goto(f"{desk.world.admin_url}orders?order_no=O00000000000000AAAAAAAAAA")
    expect(desk.page.get_by_role("table", name="充电订单")).to_be_hidden()
    desk.look("orders-none-found")
    desk.page.goto(f"{desk.world.admin_url}no-such-page")
    desk.sees(re.compile("页面不存在|没有这个页面|找不到"))
    desk.look("not-found")
    desk.page.context.set_offline(True)
    desk.sees(re.compile("网络"))
    desk.look("offline")
    desk.page.context.set_offline(False)


def yuan(fen: int) -> str:
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def kwh(wh: int) -> str:
    return f"{wh // 1000}.{wh % 1000:03d}"
