"""An operator builds a station by page: every field that must be, a pasted position, hours, a photo."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.desk_page import Desk
from tests.station_desk import a_jpeg

PASTED = "120.105150, 30.294150"
SHOWN = "30.294150, 120.105150"


def build_station(desk: Desk, name: str, *, folder: Path) -> str:
    """From the list to the new station's page; its number. `folder` holds the photo to send."""
    page = desk.page
    desk.open("充电站")
    page.get_by_role("button", name="新建充电站").click()
    page.get_by_role("heading", name="基本信息").wait_for()
    page.get_by_role("textbox", name="名称", exact=True).fill(name)
    for step, wanted in (("省、直辖市", "浙江省"), ("城市", "杭州市"), ("区、县", "西湖区")):
        page.get_by_role("combobox", name=step).click()
        page.get_by_role("option", name=wanted, exact=True).click()
    page.get_by_label("详细地址").fill("丰潭路 380 号 B2 层")
    page.get_by_label("经纬度", exact=False).first.fill(PASTED)
    page.get_by_role("button", name="定位到这里").click()
    desk.sees(SHOWN)
    page.get_by_label("按时段营业").check()
    page.get_by_label("周日结束").fill("2")
    page.get_by_label("周日结束").blur()
    desk.sees("次日")
    page.get_by_label("全天 24 小时营业").check()
    page.get_by_label("便利店").check()
    photo = folder / "station.jpg"
    photo.write_bytes(a_jpeg())
    page.get_by_label("选择照片文件").set_input_files(photo)
    expect(page.get_by_alt_text("第 1 张")).to_be_visible()
    desk.look("station-new")
    page.get_by_role("button", name="建站", exact=True).click()
    desk.sees("已建站")
    expect(page).to_have_url(re.compile(r"/stations/Z"))
    desk.look("station-built")
    return re.search(r"/stations/(\w+)", page.url)[1]  # type: ignore[index]  # it has one, see above
