"""What a person sees once the system runs: addresses, demo logins, and lines to copy into another terminal."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scripts.local.launcher.configuration import VIEWER, Addresses
from scripts.local.launcher.ports import BROKER_PORT
from scripts.local.launcher.terminal import Terminal, pad, width
from scripts.processes.loopback import LOOPBACK

INDENT = "  "
LABEL_COLUMNS = 12
LINK_LABEL_COLUMNS = 20
NOT_BUILT = "没有构建成功，原因见上方；其余一切照常 (not built; the rest runs)"
RULE_COLUMNS = 76


@dataclass(frozen=True, slots=True)
class Facts:
    """`logins` are rows of logins.json; `logs` is shown as it is; `position` is (lat, lng) of a demo station.

    `is_empty`: without demo data; then `begin_url` leads to the first administrator while there is none.
    """

    addresses: Addresses
    piles: int
    connectors: int
    stations: int
    logins: Sequence[dict[str, Any]]
    viewer_secret: str
    logs: str
    has_redis: bool
    has_drivers: bool
    has_preview: bool
    has_admin_pages: bool
    seconds: float
    is_empty: bool = False
    begin_url: str = ""
    position: tuple[str, str] = ("31.3170", "120.6789")


def render_panel(facts: Facts, terminal: Terminal) -> str:
    """The panel, several lines."""
    rule = terminal.style(INDENT + "─" * (RULE_COLUMNS - len(INDENT)), "dim")
    title = terminal.style("欣象充电桩管理系统 已就绪", "bold", "green")
    took = terminal.style(f"用时 {facts.seconds:.1f} 秒", "dim")
    lines = ["", f"{INDENT}{title}  {took}", rule]
    lines += [_link(label, value, terminal) for label, value in _faces(facts)]
    lines += [rule, *_rows(_addresses(facts), terminal)]
    lines += [rule, *_rows(_accounts(facts), terminal)]
    lines += [rule, f"{INDENT}{terminal.style('试一试：复制到另一个终端', 'bold')}"]
    for heading, commands in copyable(facts):
        lines.append(terminal.style(f"{INDENT}# {heading}", "dim"))
        lines += [f"{INDENT}{command}" for command in commands]
    return "\n".join([*lines, rule, f"{INDENT}按 Ctrl-C 结束", ""])


def copyable(facts: Facts) -> list[tuple[str, list[str]]]:
    """Headings with shell lines that work as they are, in a POSIX shell with curl and sed."""
    api, sandbox = facts.addresses.api_url, facts.addresses.sandbox_url
    lat, lng = facts.position
    as_json = "-H 'Content-Type: application/json'"
    login = [
        f"CODE=$(curl -s -d '{{}}' {sandbox}/sandbox/login-codes | {_pick('code')})",
        f'TOKEN=$(curl -s {as_json} -d "{{\\"code\\":\\"$CODE\\"}}" {api}/api/v1/driver/login | {_pick("token")})',
        f'curl -s -H "Authorization: Bearer $TOKEN" "{api}/api/v1/driver/stations/nearby?lat={lat}&lng={lng}"',
    ]
    listen = (
        f"mosquitto_sub -h {LOOPBACK} -p {facts.addresses.ports.broker} -i {VIEWER} -u {VIEWER} "
        f"-P {shlex.quote(facts.viewer_secret)} -v -t 'cp/v1/#'"
    )
    shown = [] if facts.is_empty else [("用沙箱里的微信登录成一位新车主，看看附近的充电站", login)]
    return [
        *shown,
        ("旁听充电桩与平台之间的消息（只读；同一时刻只容一位旁听者）", [listen]),
    ]


def _faces(facts: Facts) -> list[tuple[str, str]]:
    """The two pages that people open first, with the login that may do everything."""
    phone = ("车主小程序（预览）", facts.addresses.preview_url if facts.has_preview else NOT_BUILT)
    if not facts.has_admin_pages:
        return [phone, ("运营后台", NOT_BUILT)]
    if facts.begin_url:
        return [
            ("从这里开始", facts.begin_url),
            ("", "建立第一位管理员：链接只能用一次，一小时内有效"),
            phone,
        ]
    if facts.is_empty:
        return [("运营后台", f"{facts.addresses.admin_url}  用您自己的账号登录"), phone]
    login = facts.logins[0]
    return [phone, ("运营后台", f"{facts.addresses.admin_url}  {login['account']} / {login['password']}")]


def _link(label: str, value: str, terminal: Terminal) -> str:
    return f"{INDENT}{terminal.style(pad(label, LINK_LABEL_COLUMNS), 'bold', 'cyan')}{value}"


def _addresses(facts: Facts) -> list[tuple[str, str]]:
    addresses, ports = facts.addresses, facts.addresses.ports
    url = addresses.public_url
    broker = f"mqtt://{LOOPBACK}:{ports.broker}"
    if ports.broker != BROKER_PORT:
        broker += f"（{BROKER_PORT} 已被占用）"
    rows = [
        ("接口文档", f"{url}/docs"),
        ("车主接口", f"{url}/api/v1/driver"),
        ("管理接口", f"{url}/api/v1/admin"),
        ("MQTT", broker),
        ("沙箱", f"{addresses.sandbox_url}  代替微信、微信支付和支付宝"),
    ]
    if not facts.is_empty:
        rows += [
            ("模拟充电桩", f"{addresses.control_url}/piles"),
            ("", f"{facts.stations} 座充电站，{facts.piles} 台充电桩，{facts.connectors} 把充电枪"),
        ]
    rows.append(("日志", facts.logs))
    if not facts.has_redis:
        rows.append(("Redis", "本机没有，产品照常运行"))
    if not facts.has_drivers and not facts.is_empty:
        rows.append(("演示车主", "已关闭 (--no-drivers)"))
    return rows


def _accounts(facts: Facts) -> list[tuple[str, str]]:
    entries = [(login["account"], login["password"], login["role"]) for login in facts.logins]
    entries.append((VIEWER, facts.viewer_secret, "MQTT 旁听，只读"))
    columns = max(width(account) for account, _, _ in entries) + 2
    secret_columns = max(width(secret) for _, secret, _ in entries) + 2
    return [
        (
            ("MQTT 账号" if facts.is_empty else "演示账号") if index == 0 else "",
            pad(account, columns) + pad(secret, secret_columns) + role,
        )
        for index, (account, secret, role) in enumerate(entries)
    ]


def _rows(rows: Sequence[tuple[str, str]], terminal: Terminal) -> list[str]:
    return [f"{INDENT}{terminal.style(pad(label, LABEL_COLUMNS), 'cyan')}{value}" for label, value in rows]


def _pick(field: str) -> str:
    """A filter that prints one text field of a small JSON object."""
    return f'sed \'s/.*"{field}":"\\([^"]*\\)".*/\\1/\''
