"""The permissions as people grant them: the desk's pages, and on each page what may be done there.

A permission belongs to the page of its noun, the part before the dot; one whose noun has no page fails a test. The
Chinese words of pages and groups stand here, those of permissions in the glossary.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from backend.domain.permission import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionPage:
    """`permissions` begins with the one that opens the page; the others are its buttons."""

    key: str
    title: str
    permissions: tuple[Permission, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionGroup:
    title: str
    pages: tuple[PermissionPage, ...]


# group, then page key, its title, and the nouns whose permissions are granted there
_PLACES: Final = (
    ("首页", (("home", "首页", ("dashboard",)),)),
    ("分析", (("analysis", "运营分析", ("analysis",)),)),
    (
        "场站",
        (
            ("stations", "充电站", ("station",)),
            ("piles", "充电桩", ("pile", "connector")),
            ("tariffs", "计费模型", ("tariff",)),
        ),
    ),
    (
        "交易",
        (
            ("sessions", "充电过程和订单", ("order", "session", "idle_fee")),
            ("refunds", "充值与退款", ("refund",)),
            ("adjustments", "余额调整", ("adjustment",)),
            ("drivers", "车主", ("driver",)),
            ("exports", "导出", ("export",)),
        ),
    ),
    ("运维", (("quarantine", "异常桩消息", ("quarantine",)),)),
    (
        "系统",
        (
            ("staff", "员工和角色", ("staff", "role")),
            ("operators", "运营商", ("operator",)),
            ("channel_accounts", "收款账户", ("channel_account",)),
            ("policy", "充电策略", ("policy",)),
            ("agreements", "协议", ("agreement",)),
            ("audit", "操作日志", ("audit",)),
            ("login_log", "登录日志", ("login_log",)),
        ),
    ),
)


def permission_tree(permissions: Iterable[Permission] = tuple(Permission)) -> tuple[PermissionGroup, ...]:
    """These permissions in their places; pages and groups without any are left out."""
    wanted = tuple(permissions)
    groups = []
    for group_title, pages in _PLACES:
        shown = tuple(
            PermissionPage(key=key, title=title, permissions=found)
            for key, title, nouns in pages
            if (found := _of_nouns(wanted, nouns))
        )
        if shown:
            groups.append(PermissionGroup(title=group_title, pages=shown))
    return tuple(groups)


def _of_nouns(permissions: tuple[Permission, ...], nouns: tuple[str, ...]) -> tuple[Permission, ...]:
    own = [one for one in permissions if one.partition(".")[0] in nouns]
    return tuple(sorted(own, key=lambda one: not one.endswith(".read")))
