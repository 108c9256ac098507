"""The seam of payment channels: one with other words than WeChat's is served by the same services.

Its stand-in has what Alipay has: links to pay by, nobody needed to pay, a notify that is a form, names of its own
for who is paid.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import msgspec
import pytest

import backend.gateways
from backend.domain.errors import ChannelUnavailable, NotifyRejected
from backend.domain.identity import IdentityKind
from backend.domain.payment import HANDLE_CHARS, Channel, PaymentState
from backend.gateways.channel_trade import (
    ChannelNotify,
    ChannelRefund,
    ChannelRefundState,
    ChannelTrade,
    Merchant,
    TradeState,
)
from backend.gateways.clock import utc_now
from backend.gateways.payment_channel import AskedPayment, AskedRefund, CheckedChannel, PaymentChannel
from backend.models import AuditRow, Driver, DriverIdentity, Payment
from backend.services.ledger.wallets import find_balances
from backend.services.payments.query_payment import query_payment
from backend.services.payments.record_payment_notify import record_payment_notify
from backend.services.payments.top_up_wallet import StartedTopUp, top_up_wallet
from tests import builders

NOW = utc_now()
OURS = {"app_id": "2021000000000001", "seller_id": "2088000000000001"}


class LinkParams(msgspec.Struct, frozen=True):
    url: str


class LinkChannel:
    """Holds what it is asked for in memory. `handle` is what it answers, `payer_kind` whom it needs."""

    def __init__(self, *, handle: str, payer_kind: IdentityKind | None = None) -> None:
        self.handle = handle
        self.payer_kind = payer_kind
        self.merchant: Merchant = OURS
        self.asked: dict[str, AskedPayment] = {}
        self.paid: set[str] = set()

    def ask_for(self, payment: AskedPayment) -> str:
        if self.payer_kind is not None and payment.payer_key is None:
            raise ChannelUnavailable
        self.asked[payment.payment_no] = payment
        return self.handle

    def pay_params(self, payment: AskedPayment, handle: str, now: datetime) -> LinkParams:
        del now
        return LinkParams(url=handle or f"https://pay.example/{payment.payment_no}?fen={payment.amount_fen}")

    def query(self, payment_no: str) -> ChannelTrade:
        return self.trade(payment_no, TradeState.PAID if payment_no in self.paid else TradeState.MISSING)

    def close(self, payment_no: str) -> None:
        self.asked.pop(payment_no, None)

    @property
    def refund_gap_s(self) -> int:
        return 0

    def refund(self, refund: AskedRefund) -> ChannelRefund:
        return self.find_refund(refund)

    def find_refund(self, refund: AskedRefund) -> ChannelRefund:
        return ChannelRefund(part_no=refund.part_no, state=ChannelRefundState.MISSING, merchant=OURS)

    def check(self, payment_no: str) -> CheckedChannel:
        raise AssertionError(payment_no)

    def renew_proofs(self, now: datetime) -> None:
        """Nothing is fetched."""

    def verify_notify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> ChannelNotify:
        del headers, now
        told = dict(parse_qsl(body.decode()))
        merchant = {name: told[name] for name in OURS}
        trade = self.trade(told["out_trade_no"], TradeState.PAID, merchant)
        return ChannelNotify(notify_id=told["notify_id"], event_type="trade_status_sync", trade=trade)

    def trade(self, payment_no: str, state: TradeState, merchant: Merchant = OURS) -> ChannelTrade:
        return ChannelTrade(
            payment_no=payment_no,
            state=state,
            merchant=merchant,
            amount_fen=self.asked[payment_no].amount_fen,
            currency="CNY",
            transaction_no=f"2026{payment_no}",
            paid_at=NOW,
        )


class Till:
    """A driver who pays by such a channel."""

    def __init__(self) -> None:
        builders.an_operator(now=NOW, is_platform=True)
        self.driver = builders.a_driver(now=NOW)

    def use(self, channel: LinkChannel) -> LinkChannel:
        served: PaymentChannel = channel
        backend.gateways.configure(channels={Channel.ALIPAY: served}, log_ins={})
        return channel

    def top_up(self, key: str = "k") -> StartedTopUp:
        return top_up_wallet(
            driver=builders.actor_of(self.driver),
            amount_fen=5_000,
            channel=Channel.ALIPAY,
            idempotency_key=key,
            now=NOW,
        )

    def notify(self, payment_no: str, **changes: str) -> None:
        told = {"notify_id": "n1", "out_trade_no": payment_no, **OURS} | changes
        record_payment_notify(channel=Channel.ALIPAY, headers={}, body=urlencode(told).encode(), now=NOW)

    def balance(self) -> int:
        return find_balances(driver_no=self.driver.driver_no).available_fen


@pytest.fixture
def till(database: str, monkeypatch: pytest.MonkeyPatch) -> Till:
    monkeypatch.setattr(backend.gateways, "_configured", backend.gateways._Configured())
    return Till()


def test_a_link_is_kept_handed_to_the_phone_and_paid(till: Till) -> None:
    link = "https://qr.example/" + "x" * (HANDLE_CHARS - len("https://qr.example/"))
    channel = till.use(LinkChannel(handle=link))
    started = till.top_up()
    assert msgspec.to_builtins(started)["pay"] == {"url": link}
    assert till.top_up().payment_no == started.payment_no
    assert Payment.get().pay_handle == link
    asked = channel.asked[started.payment_no]
    assert (asked.payer_key, asked.amount_fen, asked.expires_at) == (None, 5_000, started.expires_at)
    till.notify(started.payment_no)
    assert (Payment.get().state, till.balance()) == (PaymentState.PAID, 5_000)


def test_a_channel_that_gives_nothing_to_keep_is_asked_once(till: Till) -> None:
    channel = till.use(LinkChannel(handle=""))
    started = till.top_up()
    channel.asked.clear()
    again = till.top_up()
    assert (channel.asked, again.pay) == ({}, started.pay)
    assert msgspec.to_builtins(again)["pay"] == {"url": f"https://pay.example/{again.payment_no}?fen=5000"}


def test_a_payment_is_settled_by_the_channels_own_query_and_closed_there(till: Till) -> None:
    channel = till.use(LinkChannel(handle=""))
    paid, unpaid = till.top_up("paid").payment_no, till.top_up("unpaid").payment_no
    channel.paid.add(paid)
    for payment_no in (paid, unpaid):
        query_payment(payment_no=payment_no, now=NOW + timedelta(minutes=31))
    states = {row.payment_no: row.state for row in Payment.select()}
    assert states == {paid: PaymentState.PAID, unpaid: PaymentState.CLOSED}
    assert (till.balance(), set(channel.asked)) == (5_000, {paid})


@pytest.mark.parametrize("name", OURS)
def test_money_for_somebody_else_is_refused_by_the_channels_own_names(till: Till, name: str) -> None:
    till.use(LinkChannel(handle=""))
    payment_no = till.top_up().payment_no
    with pytest.raises(NotifyRejected, match=name):
        till.notify(payment_no, **{name: "2088999999999999"})
    audited = AuditRow.get(AuditRow.action == f"payment.mismatch.{name}")
    assert msgspec.json.decode(audited.detail)[name] == "2088999999999999"
    assert till.balance() == 0


def test_who_pays_is_asked_by_the_identity_that_the_channel_knows(till: Till) -> None:
    channel = till.use(LinkChannel(handle="", payer_kind=IdentityKind.WECHAT_MINI_PROGRAM))
    first = till.top_up("first").payment_no
    assert channel.asked[first].payer_key == builders.key_of(till.driver)
    DriverIdentity.create(
        driver_id=till.driver.id, kind=IdentityKind.WECHAT_MINI_PROGRAM, key="newer", created_at=NOW
    )
    assert channel.asked[till.top_up("second").payment_no].payer_key == "newer"
    DriverIdentity.delete().execute()
    with pytest.raises(ChannelUnavailable):
        till.top_up("third")


def test_a_channel_that_names_no_merchant_is_not_taken(till: Till) -> None:
    for nobody in ({}, {"seller_id": ""}):
        channel = LinkChannel(handle="")
        channel.merchant = nobody
        with pytest.raises(ValueError, match="merchant"):
            till.use(channel)
    assert Driver.select().count() == 1
