"""M19 and M20: a notify comes often, at once, before we know of our own order, or after we gave it up."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from backend.domain.payment import Channel, PaymentState
from backend.gateways.clock import utc_now
from backend.services.payments.refresh_payment import refresh_payment
from backend.services.payments.top_up_wallet import top_up_wallet
from tests.at_once import at_once
from tests.builders import actor_of
from tests.faults.notify_door import AMOUNT_FEN, NotifyDoor, new_channel, open_door
from tests.invariants import check_invariants
from tests.pay_channel import HandMadeChannel
from tests.unit.gateways import wechat_side as side
from tests.unit.gateways.pay_calls import signed
from tests.waiting import LIMIT_S

KEY = "one-tap"


@pytest.fixture(scope="module")
def channel() -> HandMadeChannel:
    return new_channel()


@pytest.fixture
def wechat() -> Iterator[side.Channel]:
    """WeChat Pay's own server, which answers what the test says."""
    with side.channel_server() as server:
        yield server


@pytest.fixture
def door(
    database: str, channel: HandMadeChannel, wechat: side.Channel, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NotifyDoor]:
    with open_door(channel, monkeypatch, api_base=wechat.base) as door:
        yield door
        check_invariants()


@pytest.mark.parametrize("copies", [1, 2, 7, 50])
def test_copies_at_the_same_instant_are_all_taken_and_credited_once(door: NotifyDoor, copies: int) -> None:
    body = side.notify_body(json.dumps(door.trade()).encode())
    headers = door.signed(body)
    statuses: list[int] = []
    assert at_once([lambda: statuses.append(door.post(headers, body))] * copies) == ["ok"] * copies
    assert statuses == [204] * copies
    assert (door.credits(), door.balance_fen()) == (1, AMOUNT_FEN)


def test_copies_of_many_payments_at_the_same_instant_credit_each_once(door: NotifyDoor) -> None:
    numbers = [door.payment_no, *(door.open_payment() for _ in range(7))]
    trades = [
        door.trade(out_trade_no=number, transaction_id=f"42000020261123{place:014}")
        for place, number in enumerate(numbers)
    ]
    statuses: list[int] = []
    copies = [lambda trade=trade: statuses.append(door.tell(trade)) for trade in trades for _ in range(5)]
    assert at_once(copies) == ["ok"] * len(copies)
    assert statuses == [204] * len(copies)
    assert (door.credits(), door.balance_fen()) == (len(numbers), len(numbers) * AMOUNT_FEN)


def test_a_notify_that_overtakes_the_answer_to_our_order_is_credited_once(
    door: NotifyDoor, wechat: side.Channel
) -> None:
    """The driver has paid before we know that there is something to pay."""
    told: list[int] = []

    def order(request: side.Request) -> side.Answer:
        door.payment_no = json.loads(request.body)["out_trade_no"]
        assert door.payment().state is PaymentState.CREATED
        told.append(door.tell(door.trade()))
        return signed(door.channel.platform_key, 200, {"prepay_id": "wx26112410395522657a690389285100"})

    wechat.answer = order
    driver, now = actor_of(door.driver), utc_now()
    started = [
        top_up_wallet(
            driver=driver, amount_fen=AMOUNT_FEN, channel=Channel.WECHAT, idempotency_key=KEY, now=now
        )
        for _ in range(2)
    ]
    assert told == [204]
    assert [(one.payment_no, one.state, one.pay) for one in started] == [
        (door.payment_no, PaymentState.PAID, None)
    ] * 2
    assert (door.credits(), door.balance_fen()) == (1, AMOUNT_FEN)


def test_a_notify_that_overtakes_an_answer_that_never_comes_is_credited_once(
    door: NotifyDoor, wechat: side.Channel
) -> None:
    def order(request: side.Request) -> None:
        door.payment_no = json.loads(request.body)["out_trade_no"]
        assert door.tell(door.trade()) == 204

    wechat.answer = order
    top_up = {
        "driver": actor_of(door.driver),
        "amount_fen": AMOUNT_FEN,
        "channel": Channel.WECHAT,
        "idempotency_key": KEY,
        "now": utc_now(),
    }
    assert at_once([lambda: top_up_wallet(**top_up)]) == ["channel_outcome_unknown"]  # type: ignore[arg-type]
    assert (door.payment().state, door.balance_fen()) == (PaymentState.PAID, AMOUNT_FEN)
    assert top_up_wallet(**top_up).state is PaymentState.PAID  # type: ignore[arg-type]
    assert door.credits() == 1


@pytest.mark.parametrize("moment", ["while we ask", "while we close", "after the close"])
def test_money_that_comes_while_we_give_up_the_payment_is_credited_once(
    door: NotifyDoor, wechat: side.Channel, moment: str
) -> None:
    told: list[int] = []

    def answer(request: side.Request) -> side.Answer:
        is_close = request.path.endswith("/close")
        if moment == ("while we close" if is_close else "while we ask"):
            told.append(door.tell(door.trade()))
        if is_close:
            return signed(door.channel.platform_key, 204)
        unpaid = {name: door.trade()[name] for name in ("mchid", "appid", "out_trade_no")}
        return signed(door.channel.platform_key, 200, unpaid | {"trade_state": "NOTPAY"})

    wechat.answer = answer
    refresh_payment(payment_no=door.payment_no, now=utc_now() + timedelta(hours=1))
    if moment == "after the close":
        assert door.payment().state is PaymentState.CLOSED
        told.append(door.tell(door.trade()))
    assert told == [204]
    assert (door.payment().state, door.credits(), door.balance_fen()) == (PaymentState.PAID, 1, AMOUNT_FEN)


def test_copies_and_the_closing_at_the_same_instant_credit_once(
    door: NotifyDoor, wechat: side.Channel
) -> None:
    closing = threading.Barrier(5, timeout=LIMIT_S)

    def answer(request: side.Request) -> side.Answer:
        if request.path.endswith("/close"):
            closing.wait()
            return signed(door.channel.platform_key, 204)
        unpaid = {name: door.trade()[name] for name in ("mchid", "appid", "out_trade_no")}
        return signed(door.channel.platform_key, 200, unpaid | {"trade_state": "NOTPAY"})

    def tell() -> None:
        closing.wait()
        assert door.tell(door.trade()) == 204

    wechat.answer = answer
    late = utc_now() + timedelta(hours=1)
    refresh = lambda: refresh_payment(payment_no=door.payment_no, now=late)  # noqa: E731 - one of five at once
    assert at_once([refresh, *[tell] * 4]) == ["ok"] * 5
    assert (door.payment().state, door.credits(), door.balance_fen()) == (PaymentState.PAID, 1, AMOUNT_FEN)
