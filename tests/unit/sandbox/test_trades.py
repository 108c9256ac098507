"""Rules of orders and refunds that need a time of our own."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from scripts.stand_ins.sandbox.clock import beijing_time
from scripts.stand_ins.sandbox.config import Identity, SandboxFile, load_identity
from scripts.stand_ins.sandbox.errors import PayError
from scripts.stand_ins.sandbox.merchants import Merchants
from scripts.stand_ins.sandbox.refunds import RefundAmount, RefundRequest, Refunds
from scripts.stand_ins.sandbox.trades import OrderAmount, OrderRequest, Payer, Trade, Trades, TradeState

NOW_S = 1_800_000_000.0


@pytest.fixture(scope="module")
def identity(keys_folder: Path) -> Identity:
    return load_identity(keys_folder / "sandbox.json")


@pytest.fixture(scope="module")
def file(identity: Identity) -> SandboxFile:
    return identity.file


@pytest.fixture
def trades(identity: Identity) -> Trades:
    return Trades(Merchants(identity))


def _order(file: SandboxFile, **changes: Any) -> OrderRequest:
    order = OrderRequest(
        appid=file.appid,
        mchid=file.mchid,
        description="充电",
        out_trade_no="T20270115",
        notify_url="https://example.com/notify",
        amount=OrderAmount(1000),
        payer=Payer("oTest"),
    )
    return msgspec.structs.replace(order, **changes)


def _refund(number: str, refund_fen: int, total_fen: int = 1000) -> RefundRequest:
    amount = RefundAmount(refund_fen, total_fen, "CNY")
    return RefundRequest(out_refund_no=number, out_trade_no="T20270115", amount=amount)


def _refusal(refunds: Refunds, request: RefundRequest, now_s: float) -> tuple[int, str]:
    with pytest.raises(PayError) as refused:
        refunds.apply(request, now_s)
    return refused.value.status, refused.value.code


@pytest.fixture
def paid(trades: Trades, file: SandboxFile) -> Trade:
    trade = trades.place(_order(file), NOW_S)
    trades.pay(trade, NOW_S, even_closed=False)
    return trade


def test_prepay_id_ends_after_two_hours_and_the_same_order_gets_a_new_one(
    trades: Trades, file: SandboxFile
) -> None:
    trade = trades.place(_order(file), NOW_S)
    old = trade.prepay_id
    with pytest.raises(PayError, match="INVALID_REQUEST"):
        trades.pay(trade, NOW_S + 7200, even_closed=False)
    assert trades.place(_order(file), NOW_S + 7199).prepay_id == old
    assert trades.place(_order(file), NOW_S + 7200).prepay_id != old
    with pytest.raises(PayError, match="ORDER_NOT_EXIST"):
        trades.get_by_prepay(old)
    trades.pay(trade, NOW_S + 7201, even_closed=False)
    assert trade.state is TradeState.SUCCESS


def test_order_cannot_be_paid_after_its_time_expire(trades: Trades, file: SandboxFile) -> None:
    trade = trades.place(_order(file, time_expire=beijing_time(NOW_S + 60)), NOW_S)
    with pytest.raises(PayError, match="INVALID_REQUEST"):
        trades.pay(trade, NOW_S + 60, even_closed=False)
    trades.pay(trade, NOW_S + 59, even_closed=False)
    assert trade.state is TradeState.SUCCESS


@pytest.mark.parametrize("time_expire", [beijing_time(NOW_S + 59), "2027-01-15T20:00:00", "tomorrow"])
def test_refuses_a_time_expire_too_soon_or_without_zone(
    trades: Trades, file: SandboxFile, time_expire: str
) -> None:
    with pytest.raises(PayError, match="PARAM_ERROR"):
        trades.place(_order(file, time_expire=time_expire), NOW_S)


def test_parts_of_a_refund_are_a_minute_apart(trades: Trades, paid: Trade) -> None:
    refunds = Refunds(trades, gap_s=60)
    refunds.apply(_refund("R1", 100), NOW_S)
    assert _refusal(refunds, _refund("R2", 100), NOW_S + 59) == (429, "FREQUENCY_LIMITED")
    assert refunds.apply(_refund("R2", 100), NOW_S + 60)[1]


def test_fifty_parts_are_the_most(trades: Trades, paid: Trade) -> None:
    refunds = Refunds(trades, gap_s=0)
    for number in range(50):
        refunds.apply(_refund(f"R{number}", 1), NOW_S)
    assert _refusal(refunds, _refund("R50", 1), NOW_S) == (403, "RULELIMIT")


def test_refund_is_refused_after_a_year(trades: Trades, paid: Trade) -> None:
    refunds = Refunds(trades, gap_s=0)
    assert _refusal(refunds, _refund("R1", 1), NOW_S + 365 * 86_400 + 1) == (403, "TRADE_ERROR")


def test_closed_refund_leaves_the_amount_to_be_refunded_again(trades: Trades, paid: Trade) -> None:
    refunds = Refunds(trades, gap_s=0)
    refund, _ = refunds.apply(_refund("R1", 1000), NOW_S)
    assert paid.state is TradeState.REFUND
    refunds.end(refund, "CLOSED", NOW_S)
    assert paid.state.value == "SUCCESS"
    assert refunds.apply(_refund("R2", 1000), NOW_S)[1]
