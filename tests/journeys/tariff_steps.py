"""A tariff made by page and published at once, as an operator's first day needs it: by mouse and keyboard."""

from playwright.sync_api import expect

from tests.journeys.desk_page import Desk


def create_and_publish_tariff(desk: Desk, *, name: str, electricity: str, service: str) -> None:
    """A tariff of one price all day, painted by keys; prices are yuan per kWh as somebody types them."""
    page = desk.page
    desk.open("计费模型")
    page.get_by_role("button", name="新建计费模型").click()
    page.get_by_role("dialog").get_by_role("textbox", name="名称").fill(name)
    page.get_by_role("button", name="下一步：设价格").click()
    page.get_by_label("平 电费 元/度").fill(electricity)
    page.get_by_label("平 服务费 元/度").fill(service)
    page.get_by_role("listbox", name="一天的 48 个半小时").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("3")
    desk.sees("每天 24 小时都有价格，保存草稿后就可以发布。")
    page.get_by_role("button", name="保存草稿").click()
    desk.sees("草稿已保存")
    page.get_by_role("button", name="发布…").click()
    desk.sees("这是第一次生效的版本。")
    page.get_by_role("button", name="立即发布").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    desk.sees("生效中")
