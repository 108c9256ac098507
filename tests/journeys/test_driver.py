"""A driver's whole charge on the phone of the preview, against the running product, simulator and sandbox."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.driver_phone import DriverPhone
from tests.journeys.driver_steps import TOP_UP_FEN, fen_of, scan_and_pay, start, stop, yuan
from tests.journeys.world import World

pytestmark = pytest.mark.timeout(1800)


def test_a_driver_charges_and_pays_what_the_bill_says(phone: DriverPhone, world: World) -> None:
    connector_no = world.stickers[0]["connector_no"]
    find_station(phone, world.stickers[0]["station"])
    scan_and_pay(phone, connector_no)
    start(phone)
    lose_the_socket(phone)
    come_back_in_mid_charge(phone)
    total_fen = stop(phone)
    look_back(phone, total_fen)


def find_station(phone: DriverPhone, station: str) -> None:
    phone.open()
    phone.sees("扫码充电")
    phone.sees(station)
    phone.screen.picture("home")
    phone.tap(station)
    phone.sees("全天电价")
    phone.screen.picture("station")
    phone.tap("查看全天价格")
    phone.sees("收起全天价格")
    phone.screen.picture("station-prices")
    phone.go_back()
    phone.sees("扫码充电")


def lose_the_socket(phone: DriverPhone) -> None:
    before = phone.energy.inner_text()
    phone.sockets.cut()
    phone.sees("实时连接中断，每 5 秒刷新一次")
    expect(phone.energy).not_to_have_text(before)
    phone.screen.picture("charging-without-socket")
    seen = phone.sockets.opened
    phone.sockets.mend()
    expect(phone.text("实时连接中断")).to_be_hidden()
    assert phone.sockets.opened > seen
    phone.set_switch("网络", "断网")
    phone.sees("网络已断开，正在充电的车不受影响")
    phone.screen.picture("charging-offline")
    phone.set_switch("网络", "正常")
    expect(phone.text("网络已断开")).to_be_hidden()


def come_back_in_mid_charge(phone: DriverPhone) -> None:
    phone.reopen()
    phone.sees("扫码充电")
    phone.sees("充电中")
    phone.screen.picture("home-while-charging")
    phone.tap("充电中")
    phone.sees("正在充电，可以放心离开")


def look_back(phone: DriverPhone, total_fen: int) -> None:
    phone.reopen()
    phone.switch_tab("订单")
    phone.sees(yuan(total_fen))
    phone.screen.picture("orders")
    phone.switch_tab("我的")
    phone.sees(re.compile(r"D\d{14}"))
    phone.screen.picture("me")
    phone.tap("钱包与账单")
    phone.sees("可用余额（元）")
    assert fen_of(phone.top.locator(".balance").inner_text()) == TOP_UP_FEN - total_fen
    phone.screen.picture("wallet")


def test_without_a_location_the_driver_still_finds_stations(phone: DriverPhone, world: World) -> None:
    phone.open()
    phone.sees("扫码充电")
    phone.set_switch("定位", "拒绝")
    phone.reopen()
    phone.sees("没有获得您的位置")
    phone.sees(re.compile("共 \\d+ 座充电站|充电站"))
    phone.screen.picture("home-location-refused")
