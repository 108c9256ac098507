"""M23: taps come twice, five or fifty times, from two phones, and again after the app was killed."""

from collections import Counter
from collections.abc import Iterator

import pytest

from backend.models import Command, LiveSession, Payment, Session
from backend.models.ledger import LedgerEntry
from backend.services.ledger.wallets import find_balances
from tests.api_server import running_api
from tests.at_once import at_once
from tests.faults.notify_door import new_channel
from tests.faults.two_phones import BALANCE_FEN, KEY, TwoPhones
from tests.invariants import check_invariants
from tests.scenario import Scenario
from tests.unit.gateways import wechat_side as side
from tests.unit.gateways.pay_calls import signed
from tests.waiting import LIMIT_S, wait_until


@pytest.fixture
def world(database: str) -> Iterator[TwoPhones]:
    with running_api() as api:
        yield TwoPhones(api)
        check_invariants()


def expect_one_start(world: TwoPhones) -> None:
    assert (Session.select().count(), LiveSession.select().count(), Command.select().count()) == (1, 1, 1)
    assert LedgerEntry.select().where(LedgerEntry.kind == "hold").count() == 1
    wallet = find_balances(driver_no=world.driver.driver_no)
    assert (wallet.available_fen, wallet.held_fen) == (0, BALANCE_FEN)


@pytest.mark.parametrize("taps", [2, 5])
def test_taps_with_one_key_start_once_and_hear_the_same(world: TwoPhones, taps: int) -> None:
    heard: list[tuple[int, str]] = []
    assert at_once([lambda: heard.append(world.start())] * taps) == ["ok"] * taps
    assert heard == [(201, Session.get().session_no)] * taps
    expect_one_start(world)


def test_two_phones_of_one_driver_start_one_charge(world: TwoPhones) -> None:
    heard: list[tuple[int, str]] = []
    taps = [(phone, gun) for phone in (0, 1) for gun in (0, 1)]
    works = [
        lambda phone=phone, gun=gun: heard.append(world.start(phone=phone, gun=gun, key=f"{phone}{gun}"))
        for phone, gun in taps
    ]
    assert at_once(works) == ["ok"] * len(taps)
    assert Counter(status for status, _ in heard) == {201: 1, 409: 3}
    assert {code for status, code in heard if status == 409} <= {"driver_busy", "connector_busy"}
    expect_one_start(world)


def test_an_app_that_was_killed_hears_of_its_one_charge_when_it_asks_again(world: TwoPhones) -> None:
    world.start_and_die()
    wait_until(lambda: Session.select().count() == 1, "the server starts the session", LIMIT_S)
    number = Session.get().session_no
    assert [world.start(), world.start(phone=1), world.start(key="after-a-restart")] == [
        (201, number),
        (201, number),
        (409, "driver_busy"),
    ]
    expect_one_start(world)


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_fifty_taps_with_one_key_start_once(database: str) -> None:
    world = Scenario()
    driver = world.driver(BALANCE_FEN)
    answers: list[str] = []
    assert at_once([lambda: answers.append(world.start(driver, key=KEY).session_no)] * 50) == ["ok"] * 50
    assert set(answers) == {Session.get().session_no}
    assert (Session.select().count(), Command.select().count()) == (1, 1)
    check_invariants()


def test_taps_and_repeats_on_top_up_are_one_payment_and_two_wishes_are_two(
    world: TwoPhones, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = new_channel()
    with side.channel_server() as wechat:
        channel.configure(monkeypatch, api_base=wechat.base)
        wechat.answer = lambda _: None  # the channel takes the order, its answer is lost
        assert world.top_up() == (504, "channel_outcome_unknown")
        wechat.answer = lambda _: signed(channel.platform_key, 200, {"prepay_id": "wx1" + "0" * 33})
        heard: list[tuple[int, str]] = []
        assert at_once([lambda: heard.append(world.top_up())] * 5) == ["ok"] * 5
        (number,) = [row.payment_no for row in Payment.select()]
        assert heard == [(201, number)] * 5
        status, other = world.top_up(phone=1, key="another-wish")
        assert (status, other == number) == (201, False)
    assert find_balances(driver_no=world.driver.driver_no).available_fen == BALANCE_FEN
