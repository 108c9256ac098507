"""What drivers of several journeys do alike: scan, pay, start; and how they read money."""

import re

from playwright.sync_api import expect

from tests.journeys.driver_phone import DriverPhone

TOP_UP_FEN = 10_000
FIRST_READING = re.compile(r"^(?!0\.00)\d+\.\d+")
_YUAN = re.compile(r"¥?(\d+)\.(\d\d)")


def scan_and_pay(phone: DriverPhone, connector_no: str) -> None:
    phone.tap("扫码充电")
    expect(phone.app.get_by_text("将枪身上的二维码放入框内")).to_be_visible()
    phone.screen.picture("camera")
    phone.scan(connector_no)
    phone.sees(f"枪编号 {connector_no}")
    phone.sees("当前电价")
    phone.screen.picture("confirm-without-money")
    phone.tap("去充值")
    phone.sees("可用余额（元）")
    phone.screen.picture("wallet-empty")
    phone.tap("¥100")
    phone.tap("充值 ¥100.00")
    expect(phone.app.get_by_role("dialog", name="微信支付")).to_be_visible()
    phone.screen.picture("paying")
    phone.answer("确认支付")
    phone.sees("返回继续充电")
    phone.screen.picture("wallet-paid")
    phone.tap("返回继续充电")
    phone.sees("插枪后即可启动")
    phone.screen.picture("confirm-not-plugged")
    phone.plug(connector_no)


def start(phone: DriverPhone, *, is_asked: bool = False) -> None:
    """`is_asked`: the system tells drivers outside the app, and WeChat asks whether it may."""
    expect(phone.text("还没有插枪")).to_be_hidden()
    phone.screen.picture("confirm")
    phone.press("启动充电")
    if is_asked:
        phone.answer("允许一次")
    phone.sees(re.compile("正在启动充电|正在充电，可以放心离开"))
    phone.screen.picture("starting")
    phone.sees("正在充电，可以放心离开")
    expect(phone.energy).to_have_text(FIRST_READING)
    phone.screen.picture("charging")


def stop(phone: DriverPhone) -> int:
    """The total in fen that the bill shows; its fee lines sum up to it."""
    phone.press("停止充电")
    expect(phone.app.get_by_role("dialog", name="停止充电？")).to_be_visible()
    phone.screen.picture("asked-to-stop")
    phone.answer("停止充电")
    phone.sees("费用明细")
    phone.screen.picture("bill")
    total_fen = fen_of(phone.top.locator(".total").inner_text())
    fees = phone.top.locator(".fee-sum").all_inner_texts()
    assert fees
    assert sum(fen_of(fee) for fee in fees) == total_fen
    phone.text("订单号").scroll_into_view_if_needed()
    phone.screen.picture("bill-below")
    return total_fen


def fen_of(text: str) -> int:
    found = _YUAN.search(text.replace(",", ""))
    assert found, f"no amount in {text!r}"
    return int(found[1]) * 100 + int(found[2])


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
