"""A manager's morning: why was yesterday weaker? From the region to a station, its broken piles, and a file for the landlord."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, expect

from scripts.local.demo.city import STATIONS
from tests.journeys import manual_pictures
from tests.journeys.desk_page import Desk
from tests.journeys.world import History, World, running_world
from tests.real_parts import Redis

pytestmark = pytest.mark.timeout(1800)

STATION = STATIONS[0].name
BROKEN_PILES = 2
YUAN = re.compile(r"¥[\d,]+\.\d\d")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, redis_server: Redis) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    history = History(days=30, orders=1_500)
    with running_world(folder, redis_server.url, piles=40, history=history) as running:
        yield running


def test_a_manager_finds_out_why_yesterday_was_weaker(desk: Desk, world: World, tmp_path: Path) -> None:
    look_at_yesterday(desk, world)
    earned = go_down_to_the_station(desk)
    failures = find_the_broken_piles(desk)
    see_the_very_starts(desk, failures)
    rows_make_the_figure(desk, earned)
    hand_to_the_landlord(desk, earned, tmp_path)


def test_the_pictures_of_the_manual_with_a_past_are_taken(desk: Desk, world: World) -> None:
    desk.page.set_viewport_size(manual_pictures.SIZE)
    desk.page.goto(world.admin_url)
    desk.log_in(world.password)
    desk.sees("今日充值金额")
    for picture in manual_pictures.OF_HISTORY:
        manual_pictures.take(desk.page, world.admin_url, picture)


def look_at_yesterday(desk: Desk, world: World) -> None:
    page = desk.page
    page.goto(world.admin_url)
    desk.log_in(world.password)
    page.get_by_role("button", name="前一天").click()
    desk.sees(re.compile("前一天全天|比前一天|比前日"))
    desk.look("yesterday")
    desk.open("运营分析")
    page.get_by_role("button", name="昨天", exact=True).click()
    desk.sees("充电金额趋势")
    desk.look("trend")


def go_down_to_the_station(desk: Desk) -> str:
    """From the country to the station; what it earned yesterday, as the chart says."""
    part(desk, "高峰地区")
    for level in ("省", "市", "区"):
        bars(desk, "各").get_by_role("link", name=re.compile(level)).first.click()
        desk.sees(re.compile(f"{level}.*充电金额"))
    row = bars(desk, "各充电站").get_by_role("listitem").filter(has_text=STATION)
    expect(row).to_be_visible()
    desk.look("stations")
    earned = YUAN.search(row.inner_text())
    assert earned
    row.get_by_role("link").click()
    desk.sees("充电桩排行")
    desk.look("piles")
    return earned[0]


def find_the_broken_piles(desk: Desk) -> int:
    """How many starts failed because the piles are broken."""
    part(desk, "启动失败")
    piles = bars(desk, "启动失败最多的充电桩").get_by_role("listitem")
    expect(piles.first).to_contain_text("次")
    assert piles.count() >= BROKEN_PILES
    reason = bars(desk, "启动失败的原因").get_by_role("listitem").filter(has_text="设备故障")
    desk.look("failures")
    return int(re.findall(r"(\d+) 次", reason.inner_text())[0])


def see_the_very_starts(desk: Desk, failures: int) -> None:
    """The chart's bar leads to as many rows, each for that reason."""
    bars(desk, "启动失败的原因").get_by_role("link", name="设备故障").click()
    desk.sees(f"共 {failures} 条")
    desk.look("failed-starts")
    desk.page.go_back()
    desk.sees("启动失败的原因")


def rows_make_the_figure(desk: Desk, earned: str) -> None:
    """The orders of that day and station come to what the chart said."""
    part(desk, "桩排行")
    desk.page.get_by_role("link", name="查看订单").click()
    desk.sees(re.compile("笔合计"))
    expect(desk.page.get_by_role("table", name="充电订单").locator("tfoot")).to_contain_text(earned)
    desk.look("orders")


def hand_to_the_landlord(desk: Desk, earned: str, folder: Path) -> None:
    """The same rows as a file."""
    page = desk.page
    page.get_by_role("button", name="导出", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="开始导出").click()
    desk.open("导出记录")
    desk.sees("已完成")
    with page.expect_download() as getting:
        page.get_by_role("button", name="下载").click()
    path = folder / "orders.xlsx"
    getting.value.save_as(path)
    head, *rows = openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    totals = [Decimal(str(row[head.index("合计（元）")])) for row in rows]
    assert f"¥{sum(totals):,.2f}" == earned


def part(desk: Desk, title: str) -> None:
    desk.page.get_by_role("navigation", name="运营分析的各部分").get_by_role("link", name=title).click()


def bars(desk: Desk, label: str) -> Locator:
    return desk.page.get_by_role("list", name=re.compile(label))
