"""A repeated POST is answered once, whatever repeats it, and a refusal keeps nothing back."""

from collections import Counter

import pytest

from backend.domain.actor import Actor
from backend.domain.errors import BalanceTooLow, IdempotencyKeyMissing, IdempotencyKeyReused
from backend.gateways.clock import utc_now
from backend.models import IdempotencyKey, Operator
from backend.services.ground.idempotency import once
from tests import builders
from tests.at_once import at_once

pytestmark = pytest.mark.usefixtures("database")


class Desk:
    """Opens an operator per answered request, so that rows count how often the work was really done."""

    def __init__(self) -> None:
        self.now = utc_now()
        self.driver = builders.actor_of(builders.a_driver(now=self.now))

    def ask(
        self,
        key: str = "k",
        *,
        amount: int = 1,
        route: str = "r",
        actor: Actor | None = None,
        refuse: bool = False,
    ) -> str:
        return once(
            actor=actor or self.driver,
            route=route,
            key=key,
            request={"amount": amount},
            answer_type=str,
            now=self.now,
            work=lambda: self._work(refuse=refuse),
        )

    def _work(self, *, refuse: bool) -> str:
        number = builders.an_operator(now=self.now).operator_no
        if refuse:
            raise BalanceTooLow
        return number


def done() -> int:
    return Operator.select().count()


def test_a_repeat_hears_the_first_answer_and_nothing_is_done_again() -> None:
    desk = Desk()
    assert desk.ask() == desk.ask()
    assert done() == 1


def test_the_same_key_with_other_input_is_refused() -> None:
    desk = Desk()
    desk.ask(amount=1)
    with pytest.raises(IdempotencyKeyReused):
        desk.ask(amount=2)
    assert done() == 1


def test_a_key_belongs_to_one_actor_and_one_route() -> None:
    desk = Desk()
    other = builders.actor_of(builders.a_driver(now=desk.now))
    assert len({desk.ask(), desk.ask(route="other"), desk.ask(actor=other), desk.ask("k2")}) == 4


def test_a_refusal_leaves_no_key_behind() -> None:
    desk = Desk()
    with pytest.raises(BalanceTooLow):
        desk.ask(refuse=True)
    assert (done(), IdempotencyKey.select().count()) == (0, 0)
    desk.ask(refuse=False)
    assert done() == 1


@pytest.mark.parametrize("key", ["", "k" * 81])
def test_a_missing_or_overlong_key_is_refused(key: str) -> None:
    with pytest.raises(IdempotencyKeyMissing):
        Desk().ask(key)
    assert done() == 0


def test_the_longest_key_is_taken() -> None:
    desk = Desk()
    assert desk.ask("k" * 80) == desk.ask("k" * 80)


def test_fifty_at_once_do_the_work_once_and_all_hear_the_same() -> None:
    desk = Desk()
    answers: list[str] = []
    outcomes = at_once([lambda: answers.append(desk.ask())] * 50)
    assert Counter(outcomes) == {"ok": 50}
    assert (len(set(answers)), done(), IdempotencyKey.select().count()) == (1, 1, 1)
