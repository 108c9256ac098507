"""What each export holds: the list's own filter and scope, its columns, and the cells of its rows.

Whatever a list shows to somebody is what its export holds for them; balances and the like are left out as they are there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import UnfitInput
from backend.domain.export import ExportKind
from backend.domain.payment import PaymentState
from backend.domain.permission import Permission
from backend.domain.refund import RefundState
from backend.gateways.export_files import Column
from backend.models import Order
from backend.services.exports.cells import LABELS, Cells, at, columns_of, kwh, yuan
from backend.services.exports.driver_data import DriverDataWanted, find_driver_data, read_driver_data
from backend.services.views.desk.driver_rows import StaffDriverRow, view_drivers
from backend.services.views.desk.list_drivers_for_staff import (
    DriversWanted,
    drivers_of_rows,
    listing_of_drivers,
)
from backend.services.views.desk.list_movements_for_staff import view_movements
from backend.services.views.desk.list_orders_for_staff import OrderFilter, listing_of_orders, view_order
from backend.services.views.desk.list_payments_for_staff import listing_of_payments, view_payment
from backend.services.views.desk.list_refunds_for_staff import listing_of_refunds, view_row
from backend.services.views.desk.merged_page import Walk, load_merged_after
from backend.services.views.desk.movement_walks import MovementFilter, walks_of
from backend.services.views.desk.staff_page import Listing, load_rows_after
from backend.services.views.refund_views import read_parts

Read = Callable[[Actor, Any, str, int], tuple[list[Cells], str]]


class PaymentsWanted(msgspec.Struct, frozen=True, kw_only=True):
    state: PaymentState | None = None
    driver_no: str | None = None
    number: str | None = None


class RefundsWanted(msgspec.Struct, frozen=True, kw_only=True):
    state: RefundState | None = None
    driver_no: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`find` is what the list looks through, and raises UnfitInput where the list does; `read` gives the texts of its next
    rows after a place, in the order of `columns`, and the place after them.
    """

    permission: Permission
    wanted: type[msgspec.Struct]
    columns: tuple[Column, ...]
    find: Callable[[Actor, Any], Any]
    read: Read


def title_of(kind: ExportKind) -> str:
    return LABELS["ExportKind"][kind]


def read_wanted(kind: ExportKind, query: Mapping[str, str]) -> Any:
    """The filter of a list as its address has it. Raises UnfitInput for what is no filter of it."""
    shape = TABLES[kind].wanted
    known = {field.name for field in msgspec.structs.fields(shape)}
    for name in query:
        if name not in known:
            raise UnfitInput(field="query", reason="中有这个列表没有的筛选条件")
    try:
        return msgspec.convert(query, shape, strict=False)
    except msgspec.ValidationError as error:
        raise UnfitInput(field="query", reason="中有不能用的值") from error


def _listed(cells: Callable[[list[Any], Actor], list[Cells]]) -> Read:
    """Read a list of one table."""

    def read(staff: Actor, listing: Listing, place: str, limit: int) -> tuple[list[Cells], str]:
        rows, after = load_rows_after(listing, place, limit)
        return (cells(rows, staff) if rows else []), after

    return read


def _movements(staff: Actor, walks: Sequence[Walk], place: str, limit: int) -> tuple[list[Cells], str]:
    del staff
    rows, after = load_merged_after(walks, place, limit)
    return [
        [
            one.number,
            LABELS["MovementKind"][one.kind] + ("（试充电）" if one.is_test else ""),
            LABELS["MovementState"][one.state],
            at(one.at),
            one.station_name or "",
            one.pile_no or "",
            one.connector_no or "",
            one.driver_no or "",
            "" if one.channel is None else LABELS["Channel"][one.channel],
            "" if one.energy_wh is None else kwh(one.energy_wh),
            yuan(one.amount_fen),
        ]
        for one in view_movements(rows)
    ], after


def _orders_found(staff: Actor, wanted: OrderFilter) -> Listing:
    """A part of a number is looked for in all of them: a worker has the time."""
    listing = listing_of_orders(staff, wanted)
    if wanted.order_no is None:
        return listing
    is_part = Order.order_no.contains(wanted.order_no.strip().upper())
    return replace(listing, wanted=listing.wanted.where(is_part))


def _orders(rows: list[Any], staff: Actor) -> list[Cells]:
    del staff
    return [
        [
            one.order_no,
            LABELS["OrderKind"][one.kind] + ("（试充电）" if one.is_test else ""),
            LABELS["OrderState"][one.state],
            one.station_name,
            one.pile_no,
            one.connector_no,
            one.driver_no or "",
            at(one.started_at),
            at(one.ended_at),
            str(one.duration_s // 60),
            kwh(one.energy_wh),
            yuan(one.electricity_fen),
            yuan(one.service_fen),
            yuan(one.total_fen),
            yuan(one.debt_fen),
            one.session_no,
        ]
        for one in map(view_order, rows)
    ]


def _payments(rows: list[Any], staff: Actor) -> list[Cells]:
    del staff
    return [
        [
            one.payment_no,
            LABELS["PaymentPurpose"][one.purpose],
            LABELS["PaymentState"][one.state],
            one.driver_no,
            LABELS["Channel"][one.channel],
            one.transaction_no or "",
            at(one.created_at),
            at(one.paid_at),
            yuan(one.amount_fen),
            yuan(one.refunded_fen),
        ]
        for one in map(view_payment, rows)
    ]


def _refunds(rows: list[Any], staff: Actor) -> list[Cells]:
    del staff
    parts = read_parts([row.id for row in rows])
    return [
        [
            one.refund_no,
            LABELS["RefundState"][one.state],
            one.driver_no,
            at(one.asked_at),
            at(one.done_at),
            yuan(one.amount_fen),
            yuan(one.succeeded_fen),
            yuan(one.returned_fen),
            yuan(one.waiting_fen),
        ]
        for one in (view_row(row, parts.get(row.id, [])) for row in rows)
    ]


def _drivers(rows: list[Any], staff: Actor) -> list[Cells]:
    return [
        [
            one.driver_no,
            "访客" if one.is_guest else "注册车主",
            LABELS["DriverState"][one.state],
            *_balance(one),
            str(one.charges),
            kwh(one.energy_wh),
            yuan(one.total_fen),
            at(one.last_ended_at),
            at(one.created_at),
        ]
        for one in view_drivers(drivers_of_rows(rows, staff), staff)
    ]


def _balance(one: StaffDriverRow) -> Cells:
    """Empty for whoever may not see it, as on the page."""
    if one.balance is None:
        return ["", ""]
    return [yuan(one.balance.available_fen), yuan(one.balance.debt_fen)]


TABLES: Final[Mapping[ExportKind, Table]] = {
    ExportKind.MOVEMENTS: Table(
        permission=Permission.ORDER_READ,
        wanted=MovementFilter,
        columns=columns_of(
            (
                "单号", "类型", "状态", "时间", "充电站", "桩编号", "枪编号", "车主编号", "支付渠道", "电量（度）", "金额（元）",
            ),
            numbers=("电量（度）", "金额（元）"),
        ),
        find=walks_of,
        read=_movements,
    ),
    ExportKind.ORDERS: Table(
        permission=Permission.ORDER_READ,
        wanted=OrderFilter,
        columns=columns_of(
            (
                "订单编号", "类型", "状态", "充电站", "桩编号", "枪编号", "车主编号", "开始时间", "结束时间", "时长（分钟）",
                "电量（度）", "电费（元）", "服务费（元）", "合计（元）", "欠费（元）", "充电流水号",
            ),
            numbers=("时长（分钟）", "电量（度）", "电费（元）", "服务费（元）", "合计（元）", "欠费（元）"),
        ),
        find=_orders_found,
        read=_listed(_orders),
    ),
    ExportKind.PAYMENTS: Table(
        permission=Permission.REFUND_READ,
        wanted=PaymentsWanted,
        columns=columns_of(
            (
                "支付单号", "用途", "状态", "车主编号", "支付渠道", "渠道单号", "下单时间", "支付时间", "金额（元）",
                "已退（元）",
            ),
            numbers=("金额（元）", "已退（元）"),
        ),
        find=lambda staff, wanted: listing_of_payments(staff, wanted.state, wanted.driver_no, wanted.number),
        read=_listed(_payments),
    ),
    ExportKind.REFUNDS: Table(
        permission=Permission.REFUND_READ,
        wanted=RefundsWanted,
        columns=columns_of(
            (
                "退款编号", "状态", "车主编号", "申请时间", "完成时间", "金额（元）", "已退（元）", "退回余额（元）",
                "待人工打款（元）",
            ),
            numbers=("金额（元）", "已退（元）", "退回余额（元）", "待人工打款（元）"),
        ),
        find=lambda staff, wanted: listing_of_refunds(staff, wanted.state, wanted.driver_no, wanted.number),
        read=_listed(_refunds),
    ),
    ExportKind.DRIVERS: Table(
        permission=Permission.DRIVER_READ,
        wanted=DriversWanted,
        columns=columns_of(
            (
                "车主编号", "类型", "状态", "可用余额（元）", "欠费（元）", "充电次数", "电量（度）", "充电金额（元）",
                "最近充电时间", "加入时间",
            ),
            numbers=("可用余额（元）", "欠费（元）", "充电次数", "电量（度）", "充电金额（元）"),
        ),
        find=listing_of_drivers,
        read=_listed(_drivers),
    ),
    ExportKind.DRIVER_DATA: Table(
        permission=Permission.DRIVER_PRIVACY,
        wanted=DriverDataWanted,
        columns=columns_of(("类别", "编号", "时间", "内容", "金额（元）"), numbers=("金额（元）",)),
        find=find_driver_data,
        read=read_driver_data,
    ),
}  # fmt: skip
