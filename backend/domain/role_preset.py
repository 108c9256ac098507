"""Roles to begin with (预设角色): what people in these jobs usually may do. Whoever makes a role changes it at will."""

from dataclasses import dataclass
from typing import Final

from backend.domain.permission import Permission


@dataclass(frozen=True, slots=True)
class RolePreset:
    name: str
    note: str
    permissions: frozenset[Permission]


def _reads(*nouns: str) -> frozenset[Permission]:
    return frozenset(one for one in Permission if one.endswith(".read") and one.partition(".")[0] in nouns)


def _all_of(*nouns: str) -> frozenset[Permission]:
    return frozenset(one for one in Permission if one.partition(".")[0] in nouns)


SUPER_ADMINISTRATOR: Final = RolePreset("超级管理员", "可以做一切，包括员工和角色", frozenset(Permission))

PRESETS: Final = (
    SUPER_ADMINISTRATOR,
    RolePreset(
        "运营",
        "管理充电站、充电桩和电价，核对充电",
        _all_of("dashboard", "station", "pile", "connector", "tariff", "order", "session", "export")
        | _reads("analysis", "policy", "driver"),
    ),
    RolePreset(
        "财务",
        "查看订单和统计，核对账单，处理退款和余额调整",
        _reads("dashboard", "analysis", "station", "tariff", "order", "driver")
        | _all_of("refund", "adjustment", "export")
        | {Permission.SESSION_DECIDE},
    ),
    RolePreset(
        "运维",
        "让充电桩在线可用，处理异常桩消息",
        _reads("dashboard", "station", "order")
        | _all_of("pile", "connector", "quarantine")
        | {Permission.SESSION_STOP},
    ),
    RolePreset(
        "客服",
        "帮车主查充电、订单和退款，冻结车主，申请余额调整，远程停止，解除插枪占用",
        _reads("station", "pile", "order", "refund", "adjustment")
        | {Permission.DRIVER_READ, Permission.DRIVER_FREEZE, Permission.DRIVER_PHONE}
        | {Permission.SESSION_STOP, Permission.CONNECTOR_RELEASE, Permission.ADJUSTMENT_ASK},
    ),
    RolePreset(
        "只读",
        "只能查看",
        _reads(
            "dashboard", "analysis", "station", "pile", "tariff", "order", "refund", "adjustment", "driver"
        ),
    ),
)
