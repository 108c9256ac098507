"""Refunds decide which top-ups money goes back to, and which states a part goes through."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import ImpossibleTransition
from backend.domain.refund import (
    GOING_PARTS,
    MOST_PARTS,
    OPEN_PARTS,
    REFUNDABLE_FOR,
    TRANSITIONS,
    PaidTopUp,
    PartEvent,
    PartState,
    RefundState,
    Share,
    allocate,
    median_s,
    next_state,
    refundable_fen,
    room_of,
    state_of,
    step_gap,
)
from backend.domain.units import Fen

NOW = datetime.fromisoformat("2026-11-28T02:00:00+00:00")
LARGEST_FEN = 500_000


def top_up(payment_id: int, amount_fen: int, **changes: object) -> PaidTopUp:
    whole = {
        "payment_id": payment_id,
        "amount_fen": amount_fen,
        "paid_at": NOW - timedelta(days=payment_id),
        "given_fen": 0,
        "parts": 0,
        "has_channel": True,
    }
    return PaidTopUp(**whole | changes)  # type: ignore[arg-type]


@st.composite
def top_ups(draw: st.DrawFn) -> list[PaidTopUp]:
    amounts = draw(st.lists(st.integers(100, LARGEST_FEN), max_size=8))
    return [
        top_up(
            number,
            amount,
            paid_at=NOW - timedelta(days=draw(st.integers(0, 400))),
            given_fen=draw(st.integers(0, amount)),
            parts=draw(st.integers(0, MOST_PARTS + 1)),
            has_channel=draw(st.booleans()),
        )
        for number, amount in enumerate(amounts, 1)
    ]


@given(st.integers(1, 3 * LARGEST_FEN), top_ups())
def test_shares_are_all_of_the_amount_and_never_more_than_is_left_of_a_top_up(
    amount_fen: int, paid: list[PaidTopUp]
) -> None:
    shares = allocate(Fen(amount_fen), paid, NOW)
    assert sum(share.amount_fen for share in shares) == amount_fen
    assert all(share.amount_fen > 0 for share in shares)
    rooms = {one.payment_id: room_of(one, NOW) for one in paid}
    ids = [share.payment_id for share in shares]
    assert len(ids) == len(set(ids))
    assert all(share.amount_fen <= rooms[share.payment_id] for share in shares if share.payment_id)
    by_hand = sum(share.amount_fen for share in shares if share.payment_id is None)
    assert by_hand == max(0, amount_fen - sum(rooms.values()))


@given(st.integers(1, LARGEST_FEN), top_ups())
def test_an_older_top_up_is_touched_only_when_newer_ones_are_used_up(
    amount_fen: int, paid: list[PaidTopUp]
) -> None:
    shares = allocate(Fen(amount_fen), paid, NOW)
    by_id = {one.payment_id: one for one in paid}
    used = [by_id[share.payment_id] for share in shares if share.payment_id]
    assert used == sorted(used, key=lambda one: (one.paid_at, one.payment_id), reverse=True)
    for share, one in list(zip(shares, used, strict=False))[:-1]:
        assert share.amount_fen == room_of(one, NOW)


def test_what_no_channel_takes_back_is_for_a_person() -> None:
    old = top_up(1, 1_000, paid_at=NOW - REFUNDABLE_FOR - timedelta(seconds=1))
    just = top_up(2, 1_000, paid_at=NOW - REFUNDABLE_FOR)
    many = top_up(3, 1_000, parts=MOST_PARTS)
    gone = top_up(4, 1_000, given_fen=1_000)
    away = top_up(5, 1_000, has_channel=False)
    shares = allocate(Fen(1_500), [old, just, many, gone, away], NOW)
    assert shares == (Share(2, 1_000), Share(None, 500))


def test_debt_comes_before_a_refund() -> None:
    assert [refundable_fen(1_000, debt) for debt in (0, 400, 1_000, 1_500)] == [1_000, 600, 0, 0]


def test_every_state_has_a_way_out_but_the_two_ends() -> None:
    for state, events in TRANSITIONS.table.items():
        leads_on = {following for following in events.values() if following is not state}
        assert bool(leads_on) is (state in OPEN_PARTS)
    assert all(
        next_state(state, event) in PartState
        for state in GOING_PARTS
        for event in PartEvent
        if event is not PartEvent.PAID_OUT
    )


@pytest.mark.parametrize("ended", [PartState.SUCCEEDED, PartState.RETURNED])
@pytest.mark.parametrize("event", [PartEvent.FAILED, PartEvent.RETRIED, PartEvent.MISSING])
def test_what_ended_never_begins_anew(ended: PartState, event: PartEvent) -> None:
    with pytest.raises(ImpossibleTransition):
        next_state(ended, event)


def test_money_that_went_never_comes_back_nor_the_other_way_round() -> None:
    for state, event in (
        (PartState.SUCCEEDED, PartEvent.CLOSED),
        (PartState.RETURNED, PartEvent.DONE),
        (PartState.RETURNED, PartEvent.PAID_OUT),
        (PartState.SENT, PartEvent.PAID_OUT),
        (PartState.HELD, PartEvent.PAID_OUT),
    ):
        with pytest.raises(ImpossibleTransition):
            next_state(state, event)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([PartState.HELD, PartState.SUCCEEDED], RefundState.IN_PROGRESS),
        ([PartState.UNKNOWN, PartState.RETURNED], RefundState.IN_PROGRESS),
        ([PartState.ABNORMAL, PartState.SENT], RefundState.NEEDS_STAFF),
        ([PartState.SUCCEEDED, PartState.RETURNED], RefundState.DONE),
        ([PartState.RETURNED], RefundState.RETURNED),
    ],
)
def test_a_refund_is_what_its_parts_are(parts: list[PartState], expected: RefundState) -> None:
    assert state_of(parts) is expected


def test_steps_come_ever_more_rarely_and_an_hour_apart_at_most() -> None:
    gaps = [step_gap(steps) for steps in range(20)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == timedelta(hours=1)


def test_the_median_is_one_that_happened() -> None:
    assert [median_s(one) for one in ([], [7], [9, 1], [5, 1, 9])] == [None, 7, 1, 5]
