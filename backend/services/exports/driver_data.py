"""All that is held of one driver (个人信息导出), section by section, as rows of one file.

The driver as a parameter makes it nobody's in particular: whoever calls has decided that these are theirs to read.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import UnfitInput
from backend.models import (
    Agreement,
    AgreementAcceptance,
    AuditRow,
    Driver,
    DriverIdentity,
    DriverMessage,
    Order,
    Payment,
    Refund,
    Session,
)
from backend.services.access.scope import sees_platform
from backend.services.exports.cells import LABELS, Cells, at, kwh, yuan
from backend.services.views.posting_rows import read_postings

Rows = list[tuple[int, Cells]]
_SEPARATOR: Final = "|"
_DOINGS: Final = {
    "driver.log_in": "登录",
    "driver.nickname": "修改昵称",
    "driver.avatar": "修改头像",
    "driver.phone": "绑定或解除手机号",
    "driver.freeze": "被冻结",
    "driver.unfreeze": "解除冻结",
    "driver.delete": "注销",
}


class DriverDataWanted(msgspec.Struct, frozen=True, kw_only=True):
    driver_no: str


def find_driver_data(staff: Actor, wanted: DriverDataWanted) -> Driver:
    """The driver. Raises UnfitInput for a number that nobody has, or who is not the caller's to see whole."""
    driver = Driver.get_or_none(Driver.driver_no == wanted.driver_no) if sees_platform(staff) else None
    if driver is None:
        raise UnfitInput(field="driver_no", reason="没有对应的车主")
    return driver


def read_driver_data(staff: Actor, driver: Driver, place: str, limit: int) -> tuple[list[Cells], str]:
    """The next rows after a place, "" where the file begins, and the place after them."""
    del staff
    number, _, last = place.partition(_SEPARATOR)
    section, after = int(number or 0), int(last or 0)
    rows: list[Cells] = []
    while section < len(SECTIONS) and len(rows) < limit:
        title, read = SECTIONS[section]
        found = read(driver, after, limit - len(rows))
        rows += [[title, *cells] for _, cells in found]
        if found:
            after = found[-1][0]
            place = f"{section}{_SEPARATOR}{after}"
        if len(rows) < limit:
            section, after = section + 1, 0
    return rows, place


def _about(driver: Driver, after: int, limit: int) -> Rows:
    facts = (
        ("车主编号", driver.driver_no, driver.created_at),
        ("昵称", driver.nickname, None),
        ("手机号", driver.phone or "", driver.phone_bound_at),
        ("头像文件", driver.avatar, None),
        ("最近登录", "", driver.last_login_at),
        ("注销", "", driver.deleted_at),
    )
    rows = [[name, at(time), text, ""] for name, text, time in facts if text or time]
    return list(enumerate(rows, 1))[after : after + limit]


def _identities(driver: Driver, after: int, limit: int) -> Rows:
    rows = _own(DriverIdentity, driver, after, limit)
    return [(row.id, [row.kind, at(row.created_at), row.key, ""]) for row in rows]


def _agreements(driver: Driver, after: int, limit: int) -> Rows:
    rows: Any = (
        AgreementAcceptance.select(
            AgreementAcceptance.accepted_at, Agreement.id, Agreement.agreement_no, Agreement.title
        )
        .join(Agreement, on=(Agreement.id == AgreementAcceptance.agreement_id))
        .where((AgreementAcceptance.driver_id == driver.id) & (Agreement.id > after))
        .order_by(Agreement.id)
        .limit(limit)
        .namedtuples()
    )
    return [(row.id, [row.agreement_no, at(row.accepted_at), row.title, ""]) for row in rows]


def _doings(driver: Driver, after: int, limit: int) -> Rows:
    """Log-ins, and what was changed of the account."""
    rows = (
        AuditRow.select()
        .where((AuditRow.object_kind == "driver") & (AuditRow.object_no == driver.driver_no))
        .where(AuditRow.action.in_(sorted(_DOINGS)) & (AuditRow.id > after))
        .order_by(AuditRow.id)
        .limit(limit)
    )
    return [(row.id, ["", at(row.at), f"{_DOINGS[row.action]} {row.ip}".strip(), ""]) for row in rows]


def _sessions(driver: Driver, after: int, limit: int) -> Rows:
    rows = _own(Session, driver, after, limit)
    return [
        (row.id, [row.session_no, at(row.created_at), LABELS["SessionState"][row.state], ""]) for row in rows
    ]


def _orders(driver: Driver, after: int, limit: int) -> Rows:
    return [
        (
            row.id,
            [
                row.order_no,
                at(row.ended_at),
                f"{LABELS['OrderKind'][row.kind]} {kwh(row.energy_wh)} 度 {LABELS['OrderState'][row.state]}",
                yuan(row.total_fen),
            ],
        )
        for row in _own(Order, driver, after, limit)
    ]


def _payments(driver: Driver, after: int, limit: int) -> Rows:
    return [
        (
            row.id,
            [
                row.payment_no,
                at(row.paid_at or row.created_at),
                " ".join(
                    (
                        LABELS["PaymentPurpose"][row.purpose],
                        LABELS["Channel"][row.channel],
                        LABELS["PaymentState"][row.state],
                        row.channel_transaction_no or "",
                        row.payer_key or "",
                    )
                ).strip(),
                yuan(row.amount_fen),
            ],
        )
        for row in _own(Payment, driver, after, limit)
    ]


def _refunds(driver: Driver, after: int, limit: int) -> Rows:
    return [
        (row.id, [row.refund_no, at(row.asked_at), LABELS["RefundState"][row.state], yuan(row.amount_fen)])
        for row in _own(Refund, driver, after, limit)
    ]


def _postings(driver: Driver, after: int, limit: int) -> Rows:
    return [
        (
            row.id,
            [
                row.entry_no,
                at(row.at),
                f"{LABELS['EntryKind'][row.entry]} {LABELS['AccountKind'][row.account]}",
                yuan(row.amount_fen),
            ],
        )
        for row in read_postings(driver_no=driver.driver_no, after=after, limit=limit)
    ]


def _messages(driver: Driver, after: int, limit: int) -> Rows:
    return [
        (row.id, [row.message_no, at(row.created_at), LABELS["MessageKind"][row.kind], ""])
        for row in _own(DriverMessage, driver, after, limit)
    ]


def _own(table: Any, driver: Driver, after: int, limit: int) -> Any:
    return (
        table.select()
        .where((table.driver_id == driver.id) & (table.id > after))
        .order_by(table.id)
        .limit(limit)
    )


SECTIONS: Final[tuple[tuple[str, Callable[[Driver, int, int], Rows]], ...]] = (
    ("基本信息", _about),
    ("登录身份", _identities),
    ("同意的协议", _agreements),
    ("登录与账号操作", _doings),
    ("充电过程", _sessions),
    ("充电和占位订单", _orders),
    ("支付", _payments),
    ("退款", _refunds),
    ("钱包分录", _postings),
    ("订阅消息", _messages),
)
