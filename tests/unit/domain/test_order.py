import pytest

from backend.domain.errors import ImpossibleTransition
from backend.domain.order import OrderEvent, OrderState, next_state


def test_a_provisional_order_is_settled_or_corrected_by_the_late_record() -> None:
    provisional = next_state(OrderState.OPEN, OrderEvent.PROVISIONALLY_SETTLED)
    assert provisional is OrderState.PROVISIONAL
    assert next_state(provisional, OrderEvent.SETTLED) is OrderState.SETTLED
    assert next_state(provisional, OrderEvent.CORRECTED) is OrderState.CORRECTED


def test_a_settled_order_can_be_corrected_more_than_once() -> None:
    assert next_state(OrderState.SETTLED, OrderEvent.CORRECTED) is OrderState.CORRECTED
    assert next_state(OrderState.CORRECTED, OrderEvent.CORRECTED) is OrderState.CORRECTED


@pytest.mark.parametrize("state", [OrderState.SETTLED, OrderState.CORRECTED])
def test_what_is_final_does_not_become_provisional(state: OrderState) -> None:
    with pytest.raises(ImpossibleTransition):
        next_state(state, OrderEvent.PROVISIONALLY_SETTLED)
