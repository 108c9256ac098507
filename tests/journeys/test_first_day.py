"""An operator's first day, from an empty system to the first charge that is paid, by pages alone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from backend.domain.pile_sheet import HEAD
from tests.journeys import first_day_steps as day
from tests.journeys import pile_steps as piles
from tests.journeys.desk_page import Desk
from tests.journeys.driver_phone import DriverPhone
from tests.journeys.driver_steps import start, stop, yuan
from tests.journeys.station_steps import build_station
from tests.journeys.tariff_steps import create_and_publish_tariff
from tests.launched import START_LIMIT_S, Launcher
from tests.waiting import LIMIT_S, wait_until

WINDOW = {"width": 1440, "height": 1300}
STATION = "丰潭路充电站"
TARIFF = "全天一口价"
FIRST = day.Login("first", "a sentence to log in with")
OWN_WORD = "her own sentence to log in"
PILE_NOS = ("DAY001", "DAY002", "DAY003")
CONNECTOR_NO = f"{PILE_NOS[0]}01"

pytestmark = pytest.mark.timeout(2 * START_LIMIT_S)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Launcher]:
    with Launcher(tmp_path / "run", "--empty") as launcher:
        launcher.process.wait_until_ready(START_LIMIT_S)
        yield launcher


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[[], Page]]:
    """A page of a browser that knows nobody, as often as it is called."""
    contexts = []

    def page() -> Page:
        contexts.append(browser.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai"))  # type: ignore[arg-type]
        return contexts[-1].new_page()

    yield page
    for context in contexts:
        context.close()


def test_from_an_empty_system_to_the_first_charge_that_is_paid(
    empty: Launcher, new_page: Callable[[], Page], tmp_path: Path
) -> None:
    link = empty.line("从这里开始").split()[-1]
    admin_url = link.partition("begin")[0]
    desk = Desk(new_page(), "first_day/desk")
    day.begin(desk.page, link, operator_name="看得见充电", name="第一位", login=FIRST)
    desk.look("begun")
    station_no = build_station(desk, STATION, folder=tmp_path)
    create_and_publish_tariff(desk, name=TARIFF, electricity="0.8", service="0.4")
    choose_tariff(desk, admin_url, station_no)
    for number, pile_no in enumerate(PILE_NOS[:2], 1):
        piles.add_a_pile(desk.page, admin_url, station=STATION, pile_no=pile_no, name=f"{number}号桩")
    import_a_pile(desk, admin_url, tmp_path)
    desk.page.goto(f"{admin_url}piles/{PILE_NOS[0]}/install")
    shown = piles.read_secret(desk.page, PILE_NOS[0])
    with piles.simulated(shown) as control:
        piles.wait_until(desk.page, "ready")
        desk.look("pile-ready")
        codes = piles.codes_of_labels(desk.page, admin_url, PILE_NOS[0], tmp_path)
        assert len(codes) == 2
        assert all(re.search(r"/p/\w+$", code) for code in codes)
        see_less(new_page(), admin_url, desk)
        spent_fen = charge(new_page(), empty, control)
        see_the_bill(desk, admin_url, spent_fen)
        desk.page.goto(f"{admin_url}piles/{PILE_NOS[0]}/install")
        piles.revoke(desk.page, "换了安装商")
        wait_until(lambda: not is_online(control), "the revoked pile is thrown out")
    assert desk.screen.complaints == []
    assert desk.faults == [], "\n".join(desk.faults)


def choose_tariff(desk: Desk, admin_url: str, station_no: str) -> None:
    page = desk.page
    page.goto(f"{admin_url}stations/{station_no}/edit")
    page.get_by_role("combobox", name="计费模型").click(force=True)
    page.get_by_role("option", name=TARIFF).click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/stations/{station_no}\?"))
    desk.open("充电站")
    desk.sees("¥1.2000")
    desk.look("station-priced")


def import_a_pile(desk: Desk, admin_url: str, folder: Path) -> None:
    sheet = folder / "piles.csv"
    row = (STATION, PILE_NOS[2], "3号桩", "直流", "60", "1", "", "", "")
    sheet.write_text("\n".join([",".join(HEAD), ",".join(row)]), encoding="utf-8")
    desk.page.goto(f"{admin_url}pile-import")
    desk.page.get_by_label("选择文件").set_input_files(sheet)
    desk.page.get_by_role("button", name="导入 1 台").click()
    desk.sees(PILE_NOS[2])
    desk.look("pile-imported")


def see_less(page: Page, admin_url: str, desk: Desk) -> None:
    """A colleague of the service desk sees what they are for, and nothing else."""
    login = day.add_colleague(desk.page, admin_url, account="helper", name="客服小林", role="客服")
    day.log_in(page, admin_url, login)
    day.set_own_password(page, login, OWN_WORD)
    assert day.menu_of(page) == [
        "充电站",
        "充电桩",
        "交易查询",
        "充电过程",
        "充电订单",
        "充值与退款",
        "余额调整",
        "车主",
    ]
    page.goto(f"{admin_url}stations")
    expect(page.get_by_text(STATION)).to_be_visible()
    expect(page.get_by_role("button", name="新建充电站")).to_be_hidden()


def charge(page: Page, empty: Launcher, control: str) -> int:
    """A driver types the gun's number, pays, charges and stops; what it cost, in fen."""
    preview_url = next(word for word in empty.line("车主小程序（预览）  ").split() if word.startswith("http"))
    phone = DriverPhone(page, "first_day/phone", preview_url=preview_url)
    phone.open()
    phone.tap("输入编号")
    phone.tap("编号里有字母？换成字母键盘")
    phone.top.get_by_role("textbox", name="枪编号").fill(CONNECTOR_NO)
    phone.tap("下一步")
    phone.sees(f"枪编号 {CONNECTOR_NO}")
    phone.sees("当前电价")
    phone.tap("去充值")
    phone.tap("¥100")
    phone.tap("充值 ¥100.00")
    phone.answer("确认支付")
    phone.tap("返回继续充电")
    move_plug(control, "plug")
    start(phone, is_asked=True)
    total_fen = stop(phone)
    move_plug(control, "unplug")
    assert phone.screen.complaints == []
    return total_fen


def see_the_bill(desk: Desk, admin_url: str, spent_fen: int) -> None:
    desk.page.goto(f"{admin_url}orders")
    expect(desk.page.get_by_role("table", name="充电订单").locator("tbody tr")).to_have_count(1)
    desk.sees(f"¥{yuan(spent_fen)}")
    desk.look("first-order")


def move_plug(control: str, what: str) -> None:
    answer = requests.post(f"{control}/piles/{PILE_NOS[0]}/connectors/1/{what}", timeout=LIMIT_S)
    assert answer.ok, answer.text


def is_online(control: str) -> bool:
    (pile,) = requests.get(f"{control}/piles", timeout=LIMIT_S).json()["piles"]
    return bool(pile["online"])
