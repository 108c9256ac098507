"""A notify of Alipay: a form, signed over its fields. Taken by the seven bytes `success` and nothing else."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from tornado.httpclient import HTTPRequest

from scripts.stand_ins.sandbox.alipay_signatures import SIGN_TYPE, told_message
from scripts.stand_ins.sandbox.alipay_trades import AlipayTrade, wall_clock, yuan_of
from scripts.stand_ins.sandbox.clock import now_s
from scripts.stand_ins.sandbox.config import Identity
from scripts.stand_ins.sandbox.faults import Faults
from scripts.stand_ins.sandbox.notifies import post
from scripts.stand_ins.sandbox.signatures import sign

# Waits before each attempt, as published: 4 m, 10 m, 10 m, 1 h, 2 h, 6 h, 15 h after the first.
SCHEDULE_S = (0, 240, 600, 600, 3600, 7200, 21600, 54000)
BUYER_ID = "2088102122524333"


@dataclass(frozen=True, slots=True)
class AlipayNotice:
    """What is told is as the trade was when it happened."""

    identity: Identity
    url: str
    fields: dict[str, str]
    notify_id: str = field(default_factory=lambda: secrets.token_hex(17))
    schedule_s: Sequence[float] = SCHEDULE_S

    @property
    def event_type(self) -> str:
        """The trade's state."""
        return self.fields["trade_status"]

    @property
    def out_trade_no(self) -> str:
        """The merchant's number."""
        return self.fields["out_trade_no"]

    def request(self, faults: Faults) -> HTTPRequest:
        """One attempt."""
        told = self.fields | {
            "notify_id": self.notify_id,
            "notify_time": wall_clock(now_s()),
            "sign_type": SIGN_TYPE,
        }
        forged = msgspec.to_builtins(faults.notify_tamper)
        if "amount" in forged:
            told["total_amount"] = yuan_of(forged.pop("amount"))
        told |= {name: value for name, value in forged.items() if name in told}
        key = self.identity.alipay_key
        if faults.notify_wrong_key:
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        told["sign"] = sign(key, told_message(told))
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return post(self.url, headers, urlencode(told).encode())

    def probe(self, faults: Faults) -> None:
        """Alipay has none."""

    def is_taken(self, status: int | None, answer: bytes) -> bool:
        """By these bytes alone."""
        return status == 200 and answer == b"success"  # noqa: PLR2004 - HTTP OK


def describe_alipay(trade: AlipayTrade) -> dict[str, str]:
    """The fields of a notify of this trade, a few of them empty as in reality."""
    order = trade.asked.order
    total = yuan_of(order.total_fen)
    told = {
        "gmt_create": wall_clock(trade.began_s),
        "charset": "utf-8",
        "seller_email": "",
        "subject": order.subject,
        "body": "",
        "buyer_id": BUYER_ID,
        "invoice_amount": total,
        "fund_bill_list": f'[{{"amount":"{total}","fundChannel":"ALIPAYACCOUNT"}}]',
        "notify_type": "trade_status_sync",
        "trade_status": trade.status.value,
        "receipt_amount": total,
        "buyer_pay_amount": total,
        "app_id": trade.asked.app_id,
        "auth_app_id": trade.asked.app_id,
        "seller_id": trade.asked.seller_id,
        "gmt_payment": wall_clock(trade.paid_s),
        "version": "1.0",
        "out_trade_no": order.out_trade_no,
        "total_amount": total,
        "trade_no": trade.trade_no,
        "point_amount": "0.00",
    }
    if trade.refunds:
        number = next(reversed(trade.refunds))
        told |= {
            "gmt_refund": f"{wall_clock(now_s())}.000",
            "refund_fee": yuan_of(trade.refunded_fen),
            "out_biz_no": number,
        }
    return told
