"""Steps of an operator's first day that a whole journey is made of: the first administrator, and a colleague.

Each begins at an address or a page of the desk and ends where the next may begin.
"""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

MENU = "主菜单"


@dataclass(frozen=True, slots=True)
class Login:
    account: str
    password: str


def begin(page: Page, link: str, *, operator_name: str, name: str, login: Login) -> None:
    """Make the first administrator on the printed link; ends on the home page with its checklist."""
    page.goto(link)
    page.get_by_label("运营商名称").fill(operator_name)
    page.get_by_label("您的姓名").fill(name)
    page.get_by_label("账号").fill(login.account)
    page.get_by_label("密码", exact=False).first.fill(login.password)
    page.get_by_label("再输入一次密码").fill(login.password)
    page.get_by_role("button", name="建立并登录").click()
    expect(page.get_by_text("上线清单")).to_be_visible()


def add_colleague(page: Page, admin_url: str, *, account: str, name: str, role: str) -> Login:
    """Add somebody with a role; the answer holds the one-time password. Ends on their page."""
    page.goto(f"{admin_url}staff/new")
    page.get_by_label("账号").fill(account)
    page.get_by_label("姓名").fill(name)
    page.get_by_role("combobox", name="角色").click(force=True)
    page.locator(".el-select-dropdown__item", has_text=role).click()
    page.locator("form").get_by_role("button", name="新增员工").click()
    told = page.locator(".secret code").inner_text()
    page.get_by_role("button", name="已告诉本人").click()
    expect(page.get_by_text("基本信息")).to_be_visible()
    return Login(account, told)


def log_in(page: Page, admin_url: str, login: Login) -> None:
    """From anywhere, as nobody."""
    page.goto(f"{admin_url}login")
    page.get_by_label("账号", exact=True).fill(login.account)
    page.get_by_label("密码").fill(login.password)
    page.get_by_role("button", name="登录").click()


def set_own_password(page: Page, login: Login, password: str) -> Login:
    """What the first log-in with a one-time password asks for; ends on the first page one may see."""
    expect(page.get_by_text("请先设置自己的密码")).to_be_visible()
    page.get_by_label("一次性密码").fill(login.password)
    page.get_by_label("新密码").first.fill(password)
    page.get_by_label("再输入一次新密码").fill(password)
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("navigation", name=MENU).get_by_role("link").first).to_be_visible()
    return Login(login.account, password)


def menu_of(page: Page) -> list[str]:
    """What the menu shows to whoever is logged in."""
    links = page.get_by_role("navigation", name=MENU).get_by_role("link")
    expect(links.first).to_be_visible()
    return [str(link.get_attribute("aria-label")) for link in links.all()]
