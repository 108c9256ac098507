"""An operator at the desk sees a driver's charge live, and afterwards the very bill that the driver got."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys import manual_pictures
from tests.journeys.conftest import TOP_UP_FEN
from tests.journeys.desk_page import Desk
from tests.journeys.world import World
from tests.whole_charge import Phone, answer_of, soon

pytestmark = pytest.mark.timeout(1800)
LEAST_ENERGY_WH = 20
NARROW_PX = 768
LEAST_NAME_PX = 120
MARK = "window.wasNotReloaded"


def test_an_operator_sees_a_charge_live_and_finds_the_drivers_bill(
    desk: Desk, driver: Phone, world: World
) -> None:
    connector_no = world.stickers[0]["connector_no"]
    come_in(desk, world)
    desk.total("累计充电次数", "0次")
    session_no = see_it_begin(desk, driver, world, connector_no)
    see_it_go_on(desk, session_no)
    order = end_it(driver, session_no)
    find_the_bill(desk, order)


def come_in(desk: Desk, world: World) -> None:
    desk.page.goto(world.admin_url)
    desk.look("login")
    desk.log_in("not-the-password")
    expect(desk.page.get_by_role("alert")).to_be_visible()
    desk.look("login-refused")
    desk.log_in(world.password)
    desk.sees("今日运营")
    desk.sees("今日充值金额")
    desk.look("home-before")


def see_it_begin(desk: Desk, phone: Phone, world: World, connector_no: str) -> str:
    """The pile's row changes by itself; the session's number."""
    desk.open("充电桩")
    row = desk.page.get_by_role("row", name=re.compile(connector_no[:-2]))
    expect(row).to_contain_text("空闲")
    desk.look("piles")
    desk.page.evaluate(f"{MARK} = true")
    world.plug(connector_no)
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


def test_each_page_says_what_is_wrong_and_how_to_go_on(desk: Desk, world: World) -> None:
    desk.page.goto(world.admin_url)
    desk.log_in(world.password)
    desk.sees("今日充值金额")
    desk.page.route("**/api/v1/admin/orders*", lambda route: route.fulfill(status=500, body="{}"))
    desk.open("充电订单")
    expect(desk.page.get_by_role("button", name="重试")).to_be_visible()
    desk.look("orders-failed")
    desk.page.unroute("**/api/v1/admin/orders*")
    desk.page.get_by_role("button", name="重试").click()
    expect(desk.page.get_by_role("button", name="重试")).to_be_hidden()
    desk.page.goto(f"{world.admin_url}orders?order_no=O00000000000000AAAAAAAAAA")
    expect(desk.page.get_by_role("table", name="充电订单")).to_be_hidden()
    desk.look("orders-none-found")
    desk.page.goto(f"{world.admin_url}no-such-page")
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


def test_a_charge_is_stopped_and_its_bill_found_by_keyboard_alone(
    desk: Desk, driver: Phone, world: World
) -> None:
    page = desk.page
    session_no = start_charge(driver, world, world.stickers[4]["connector_no"])
    page.goto(world.admin_url)
    expect(page.get_by_label("账号", exact=True)).to_be_focused()
    page.keyboard.type(world.account)
    desk.tab_to(page.get_by_label("密码"))
    page.keyboard.type(world.password)
    page.keyboard.press("Enter")
    desk.sees("今日充值金额")
    desk.press(desk.entry("充电过程"))
    desk.press(page.get_by_role("link", name=session_no))
    desk.press(page.get_by_role("button", name="停止充电"))
    desk.press(page.get_by_role("dialog").get_by_role("button", name="充电设备需要检修"))
    desk.look("keyboard-stop")
    desk.press(page.get_by_role("dialog").get_by_role("button", name="确认停止"))
    expect(page.get_by_role("dialog")).to_be_hidden()
    desk.sees("原因：充电设备需要检修")
    desk.sees("已结算")
    desk.look("keyboard-stopped")
    desk.press(desk.entry("充电订单"))
    order = find_order_by_keyboard(desk, world, session_no)
    desk.press(page.get_by_role("table", name="充电订单").get_by_role("link", name=order))
    desk.sees("费用明细")
    desk.press(page.get_by_role("button", name="账号菜单"))
    expect(page.get_by_role("link", name="我的账号")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="账号菜单")).to_be_focused()


def test_the_pictures_of_the_manual_are_taken(desk: Desk, driver: Phone, world: World) -> None:
    page = desk.page
    page.set_viewport_size(manual_pictures.SIZE)
    manual_pictures.take(page, world.admin_url, manual_pictures.AT_THE_DOOR)
    desk.log_in(world.password)
    desk.sees("今日充值金额")
    first, second = (world.stickers[place]["connector_no"] for place in (8, 9))
    order = end_it(driver, start_charge(driver, world, first))
    world.unplug(first)
    answer_of(driver.post("refunds", {"amount_fen": 1_000}))
    session_no = start_charge(driver, world, second)
    driver_no = driver.get("me")["driver_no"]
    manual_pictures.fill_lists(page, world.stack.api_url, driver_no=driver_no)
    scanned = answer_of(driver.post("connectors/resolve", {"text": second}))
    things = {
        "session": session_no,
        "order": order["order_no"],
        "pile": second[:-2],
        "station": scanned["station"]["station_no"],
        "driver": driver_no,
    }
    for picture in manual_pictures.OF_PAGES:
        manual_pictures.take(page, world.admin_url, picture, **things)


def start_charge(phone: Phone, world: World, connector_no: str) -> str:
    """A driver plugs in and starts; the session's number."""
    world.plug(connector_no)
    soon(
        lambda: answer_of(phone.post("connectors/resolve", {"text": connector_no}))["is_startable"],
        "the plugged connector may be started",
    )
    session_no: str = answer_of(phone.start(connector_no))["session_no"]
    soon(lambda: phone.get(f"sessions/{session_no}")["energy_wh"] >= LEAST_ENERGY_WH, "energy flows")
    return session_no


def find_order_by_keyboard(desk: Desk, world: World, session_no: str) -> str:
    """From the dates on every control and the table itself are reached; the order's number."""
    page = desk.page
    desk.tab_to(page.get_by_label("开始日期", exact=True))
    page.keyboard.type("2026/1/2")
    desk.tab_to(page.get_by_label("结束日期", exact=True))
    expect(page).to_have_url(re.compile("from_date=2026-01-02"))
    page.keyboard.type("2025-12-31")
    page.keyboard.press("Enter")
    desk.sees("开始日期 2026-01-02 晚于结束日期 2025-12-31")
    desk.look("keyboard-reversed")
    desk.press(page.get_by_role("button", name="取消筛选：结束日期 2025-12-31"))
    desk.tab_to(page.get_by_role("combobox", name="充电站"))
    desk.press(page.get_by_role("button", name="更多条件"))
    desk.tab_to(page.get_by_role("combobox", name="订单状态"), by="Shift+Tab")
    desk.tab_to(page.get_by_role("region", name="充电订单", exact=True))
    for control in ("下一页", "上一页"):
        expect(page.get_by_role("button", name=control)).to_be_disabled()
    desk.tab_to(page.get_by_role("combobox", name="每页条数"))
    order = page.request.get(
        f"{world.admin_url.removesuffix('admin/')}api/v1/admin/sessions/{session_no}",
        headers={"Authorization": f"Bearer {page.evaluate('localStorage.getItem(`xinxiang.admin.token`)')}"},
    ).json()["session"]["order_no"]
    desk.tab_to(page.get_by_label("订单编号", exact=True))
    page.keyboard.type(order[-6:].lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="充电订单").locator("tbody tr")).to_have_count(1)
    return str(order)


def test_the_desk_can_be_worked_at_768_pixels(desk: Desk, driver: Phone, world: World) -> None:
    page = desk.page
    start_charge(driver, world, world.stickers[6]["connector_no"])
    page.goto(world.admin_url)
    desk.log_in(world.password)
    desk.sees("收起菜单")
    page.set_viewport_size({"width": 768, "height": 700})
    expect(page.get_by_text("收起菜单")).to_be_hidden()
    page.get_by_role("button", name="展开菜单").click()
    desk.look("narrow-menu")
    desk.open("充电站")
    expect(page.get_by_text("收起菜单")).to_be_hidden()
    for title, last in (("充电站", "当前电价"), ("充电桩", "通信"), ("充电过程", "金额")):
        desk.open(title)
        stays_readable(desk, title, last)
    goes_down_and_comes_back(desk)
    desk.open("充电订单")
    page.get_by_label("开始日期", exact=True).fill("20260102")
    page.get_by_label("开始日期", exact=True).press("Enter")
    desk.sees("2026-01-02")
    fits(desk)
    desk.look("narrow-orders")
    for path, way_back in (("orders/O404", "返回充电订单列表"), ("no-such-page", "回到首页")):
        page.goto(f"{world.admin_url}{path}")
        expect(page.get_by_role("button", name=way_back)).to_be_visible()
        fits(desk)
        desk.look(f"narrow-{path.replace('/', '-')}")


def stays_readable(desk: Desk, title: str, last: str) -> None:
    """Names take more than a few letters a line, and the last column is in sight."""
    table = desk.page.get_by_role("table", name=title, exact=True)
    first = table.locator("tbody tr").first.locator("td").first.bounding_box()
    ending = table.get_by_role("columnheader", name=last).bounding_box()
    assert first is not None
    assert first["width"] >= LEAST_NAME_PX
    assert ending is not None
    assert ending["x"] + ending["width"] <= NARROW_PX
    fits(desk)
    desk.look(f"narrow-{title}")


def fits(desk: Desk) -> None:
    """Nothing but a table is to be moved sideways."""
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert desk.page.evaluate(
        "(content => content.scrollWidth <= content.clientWidth)(document.getElementById('content'))"
    )


def goes_down_and_comes_back(desk: Desk) -> None:
    """Another page of a list begins at its top; back from a detail the list is where it was."""
    page = desk.page
    with_a_next_page(page)
    desk.open("充电桩")
    table = page.get_by_role("region", name="充电桩", exact=True)
    table.evaluate("box => box.scrollTo(0, 300)")
    page.get_by_role("button", name="下一页").click()
    expect(page).to_have_url(re.compile("cursor="))
    expect(page.get_by_role("button", name="上一页")).to_be_enabled()
    assert table.evaluate("box => box.scrollTop") == 0
    table.evaluate("box => box.scrollTo(0, 200)")
    # clicked where it is: Playwright's own click would move the table first
    table.locator("tbody tr").nth(4).get_by_role("link").first.evaluate("link => link.click()")
    desk.sees("实时状态")
    page.go_back()
    expect(table).to_be_visible()
    soon(lambda: table.evaluate("box => box.scrollTop") == 200, "the list is where it was")
    page.go_back()
    soon(lambda: table.evaluate("box => box.scrollTop") == 300, "the first page is where it was")
    page.unroute_all(behavior="wait")


def with_a_next_page(page: Page) -> None:
    """The world has piles for one page: the same ones stand on a second."""

    def answer(route: Route) -> None:
        url = route.request.url
        reply = route.fetch(url=re.sub(r"cursor=[^&]*&?", "", url))
        is_second = "cursor=" in url
        more = {"prev_cursor": "p.X" if is_second else None, "next_cursor": None if is_second else "n.X"}
        route.fulfill(response=reply, json=reply.json() | more)

    page.route("**/api/v1/admin/piles?*", answer)
