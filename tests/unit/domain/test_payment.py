import pytest

from backend.domain.errors import ImpossibleTransition
from backend.domain.payment import PaymentEvent, PaymentState, is_late_payment, next_state

S, E = PaymentState, PaymentEvent


@pytest.mark.parametrize("state", [S.CREATED, S.AWAITING, S.UNKNOWN, S.CLOSED])
def test_money_that_arrives_is_taken_in_every_unpaid_state(state: PaymentState) -> None:
    assert next_state(state, E.PAID) is S.PAID


def test_only_money_after_closing_is_late() -> None:
    late = {(state, event) for state in S for event in E if is_late_payment(state, event)}
    assert late == {(S.CLOSED, E.PAID)}


def test_a_notification_that_overtook_the_channels_answer_stands() -> None:
    assert next_state(S.PAID, E.ASKED) is S.PAID
    assert next_state(S.PAID, E.OUTCOME_UNKNOWN) is S.PAID


def test_paid_money_cannot_be_closed_away() -> None:
    for state in (S.PAID, S.PART_REFUNDED, S.REFUNDED):
        with pytest.raises(ImpossibleTransition):
            next_state(state, E.CLOSED)


def test_refunds_go_by_parts_to_the_whole() -> None:
    part = next_state(S.PAID, E.PART_REFUNDED)
    assert next_state(part, E.PART_REFUNDED) is S.PART_REFUNDED
    assert next_state(part, E.FULLY_REFUNDED) is S.REFUNDED
    assert next_state(S.PAID, E.FULLY_REFUNDED) is S.REFUNDED


def test_an_unknown_outcome_is_resolved_by_a_query() -> None:
    assert next_state(S.AWAITING, E.OUTCOME_UNKNOWN) is S.UNKNOWN
    assert next_state(S.UNKNOWN, E.ASKED) is S.AWAITING
    assert next_state(S.UNKNOWN, E.CLOSED) is S.CLOSED
