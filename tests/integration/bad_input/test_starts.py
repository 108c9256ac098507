"""Starts that cannot be, over real processes: a clear code in Chinese, no money held, nothing sent to the pile."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import pytest
import requests

from backend.models import Command, LiveSession
from tests.at_once import at_once
from tests.bad_input import BALANCE_FEN, RawPile, World, a_phone, money
from tests.whole_charge import Phone, answer_of, refusal_of, soon

SMALLEST_HOLD_FEN = 500
DRIVERS = 4
TAPS = 4


@pytest.fixture
def pile(world: World) -> Iterator[RawPile]:
    with RawPile(world) as pile:
        yield pile


def say_nothing(pile: RawPile) -> None:
    """A pile that was installed and never switched on."""


def go_away(pile: RawPile) -> None:
    pile.come_up()
    pile.say("online", online=False, conn="c1")
    soon(lambda: not pile.state().is_online, "the pile is seen to be gone")


BAD_STARTS: dict[str, tuple[Callable[[RawPile], None], str]] = {
    "nothing plugged": (lambda pile: pile.come_up("idle", is_plugged=False), "connector_not_plugged"),
    "charging": (lambda pile: pile.come_up("charging"), "connector_busy"),
    "reserved": (lambda pile: pile.come_up("reserved"), "connector_busy"),
    "faulted": (lambda pile: pile.come_up("faulted"), "connector_faulted"),
    "out of use": (lambda pile: pile.come_up("unavailable"), "connector_unavailable"),
    "never heard": (say_nothing, "pile_offline"),
    "gone": (go_away, "pile_offline"),
    "wrong clock": (lambda pile: pile.come_up(at="2020-01-01T00:00:00Z"), "pile_clock_unset"),
}


@pytest.mark.parametrize("case", BAD_STARTS)
def test_a_start_that_cannot_be_is_refused_by_name_and_holds_nothing(
    world: World, pile: RawPile, case: str
) -> None:
    prepare, code = BAD_STARTS[case]
    prepare(pile)
    with a_phone(world) as phone:
        before = money()
        response = phone.start(pile.connector_no)
        assert (response.status_code, refusal_of(response)["code"]) == (409, code)
        found = answer_of(phone.post("connectors/resolve", {"text": pile.connector_no}))
        assert (found["is_startable"], found["obstacle"]["code"]) == (False, code)
        assert_nothing_began(pile)
        assert money() == before


@pytest.mark.parametrize("connector_no", ["3205990000000199", "'; DROP TABLE pile; --", "１号枪"])
def test_a_start_on_a_connector_that_does_not_exist_is_refused(world: World, connector_no: str) -> None:
    with a_phone(world) as phone:
        before = money()
        response = phone.start(connector_no)
        assert (response.status_code, refusal_of(response)["code"]) == (404, "connector_not_found")
        assert money() == before


@pytest.mark.parametrize("balance_fen", [0, SMALLEST_HOLD_FEN - 1])
def test_an_empty_wallet_is_told_what_is_missing(world: World, pile: RawPile, balance_fen: int) -> None:
    pile.come_up()
    with a_phone(world, balance_fen) as phone:
        before = money()
        response = phone.start(pile.connector_no)
        error = refusal_of(response)
        assert (response.status_code, error["code"]) == (409, "balance_too_low")
        assert error["data"] == {"available_fen": balance_fen, "required_fen": SMALLEST_HOLD_FEN}
        assert_nothing_began(pile)
        assert money() == before


def test_of_drivers_who_tap_one_connector_at_once_one_starts_and_the_others_keep_their_money(
    world: World, pile: RawPile
) -> None:
    pile.come_up()
    with contextlib.ExitStack() as phones_down:
        phones = [phones_down.enter_context(a_phone(world)) for _ in range(DRIVERS)]
        responses = tap_at_once(
            [(phone, pile.connector_no, f"tap-{number}") for number, phone in enumerate(phones)]
        )
        assert sorted(response.status_code for response in responses) == [201, *[409] * (DRIVERS - 1)]
        for phone, response in zip(phones, responses, strict=True):
            wallet = phone.get("wallet")
            held_fen = BALANCE_FEN if response.ok else 0
            assert (wallet["held_fen"], wallet["available_fen"]) == (held_fen, BALANCE_FEN - held_fen)
            assert response.ok or refusal_of(response)["code"] == "connector_busy"
        expect_one_start_and_end_it(pile)
        assert [phone.get("wallet")["available_fen"] for phone in phones] == [BALANCE_FEN] * DRIVERS


def test_a_double_tap_is_one_session_and_one_hold(world: World, pile: RawPile) -> None:
    pile.come_up()
    with a_phone(world) as phone:
        responses = tap_at_once([(phone, pile.connector_no, "one-tap")] * TAPS)
        assert [response.status_code for response in responses] == [201] * TAPS
        (session_no,) = {answer_of(response)["session_no"] for response in responses}
        again = refusal_of(phone.start(pile.connector_no, key="another-tap"))
        assert (again["code"], again["data"]) == ("driver_busy", {"session_no": session_no})
        other = refusal_of(phone.start(pile.connector_no, limit_fen=1_000, key="one-tap"))
        assert other["code"] == "idempotency_key_reused"
        assert phone.get("wallet")["held_fen"] == BALANCE_FEN
        expect_one_start_and_end_it(pile)
        assert phone.get("wallet")["available_fen"] == BALANCE_FEN


def test_one_driver_who_taps_two_connectors_at_once_starts_one(world: World, pile: RawPile) -> None:
    with RawPile(world) as other_pile, a_phone(world) as phone:
        piles = [pile, other_pile]
        for one in piles:
            one.come_up()
        responses = tap_at_once([(phone, one.connector_no, f"tap-{one.pile_no}") for one in piles])
        by_status = sorted(zip(responses, piles, strict=True), key=lambda pair: pair[0].status_code)
        (won, started), (lost, refused) = by_status
        assert (won.status_code, refusal_of(lost)["code"]) == (201, "driver_busy")
        assert_nothing_began(refused)
        assert phone.get("wallet")["held_fen"] == BALANCE_FEN
        expect_one_start_and_end_it(started)
        assert phone.get("wallet")["available_fen"] == BALANCE_FEN


def tap_at_once(taps: Sequence[tuple[Phone, str, str]]) -> list[requests.Response]:
    """The responses to starts sent at the same instant, in the order of the taps: phone, connector, key."""
    responses: dict[int, requests.Response] = {}

    def tap(number: int) -> None:
        phone, connector_no, key = taps[number]
        responses[number] = phone.start(connector_no, key=key)

    assert at_once([partial(tap, number) for number in range(len(taps))]) == ["ok"] * len(taps)
    return [responses[number] for number in range(len(taps))]


def assert_nothing_began(pile: RawPile) -> None:
    starts = Command.select().where((Command.pile_id == pile.row().id) & (Command.kind == "start"))
    assert pile.sessions() == list(starts) == pile.commands("start") == []


def expect_one_start_and_end_it(pile: RawPile) -> None:
    """One session, one start at the pile; its refusal gives the hold back and frees driver and connector."""
    pile.refuse_start()
    assert len(pile.sessions()) == len(pile.commands("start")) == 1
    assert not LiveSession.select().where(LiveSession.session_id == pile.sessions()[0].id).exists()
