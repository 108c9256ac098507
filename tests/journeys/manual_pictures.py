"""The pictures of the user manual: of which pages, and what has to be there before each is taken."""

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page, ViewportSize, expect

from backend.gateways.ids import new_ulid
from scripts.front_ends.manual import TAKEN

SIZE: Final = ViewportSize(width=1280, height=800)


@dataclass(frozen=True, slots=True)
class Picture:
    """`path` is below the desk's address, with `{station}`, `{pile}`, `{session}`, `{order}` and `{driver}` filled in."""

    name: str
    path: str
    sees: str


AT_THE_DOOR: Final = Picture("log-in", "login", "登录")
OF_PAGES: Final = (
    Picture("account", "account", "登录中的设备"),
    Picture("home", "", "今日充值金额"),
    Picture("roles", "roles", "新建角色"),
    Picture("role-new", "roles/new", "从预设开始"),
    Picture("staff", "staff", "新增员工"),
    Picture("staff-new", "staff/new", "可见充电站"),
    Picture("audit", "audit", "核对是否被改过"),
    Picture("log-ins", "log-ins", "登录日志"),
    Picture("tariffs", "tariffs", "新建计费模型"),
    Picture("holidays", "holidays", "节假日日历"),
    Picture("stations", "stations", "新建充电站"),
    Picture("station", "stations/{station}", "站点信息"),
    Picture("piles", "piles", "新增充电桩"),
    Picture("pile-new", "pile-new", "额定功率"),
    Picture("pile-install", "piles/{pile}/install", "密钥"),
    Picture("pile-labels", "piles/{pile}/labels", "更换二维码"),
    Picture("pile", "piles/{pile}", "实时状态"),
    Picture("drivers", "drivers", "可用余额"),
    Picture("driver", "drivers/{driver}", "钱包"),
    Picture("sessions", "sessions", "充电中"),
    Picture("session", "sessions/{session}", "功率与 SOC"),
    Picture("orders", "orders", "已结算"),
    Picture("order", "orders/{order}", "费用明细"),
    Picture("payments", "payments", "支付单号"),
    Picture("refunds", "refunds", "退款"),
    Picture("adjustments", "adjustments", "调整车主余额"),
    Picture("exports", "exports", "已完成"),
)

OF_HISTORY: Final = (
    Picture("movements", "movements", "全部合计"),
    Picture("analysis-trend", "analysis", "充电金额趋势"),
    Picture("analysis-regions", "analysis?tab=regions&division=3205", "苏州市各区县充电金额"),
    Picture("analysis-hours", "analysis?tab=hours", "一周各时段平均每天充电金额"),
    Picture("analysis-failures", "analysis?tab=failures", "启动失败最多的充电桩"),
)
"""Of pages that have nothing to show without a past."""


def fill_lists(page: Page, api_url: str, *, driver_no: str) -> None:
    """Have something stand in the lists that staff fill: an adjustment, and an export."""
    told = {"reason": "客服核实：充电中途断电", "told": "补偿 5 月 3 日充电中断"}
    for path, body in (
        ("adjustments", {"driver_no": driver_no, "amount_fen": 500, **told}),
        ("exports", {"kind": "orders", "format": "xlsx", "query": {}}),
    ):
        token = page.evaluate("localStorage.getItem(`xinxiang.admin.token`)")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": new_ulid()}
        answer = page.request.post(f"{api_url}/api/v1/admin/{path}", data=body, headers=headers)
        assert answer.ok, answer.text()


def take(page: Page, admin_url: str, picture: Picture, **things: str) -> None:
    """Open the page, wait for what it is about, and keep the picture."""
    page.goto(f"{admin_url}{picture.path.format(**things)}")
    expect(page.get_by_text(picture.sees).filter(visible=True).first).to_be_visible()
    expect(page.locator("[aria-busy=true], .el-skeleton").filter(visible=True)).to_have_count(0)
    TAKEN.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=TAKEN / f"{picture.name}.png", animations="disabled")
