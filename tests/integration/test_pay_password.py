"""Payment passwords: asked for by starts and refunds, never guessed, set anew by their owner alone."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from backend.domain.caller import NOWHERE
from backend.domain.errors import (
    DomainError,
    InvalidLoginCode,
    PayPasswordClosed,
    PayPasswordExists,
    PayPasswordMissing,
    PayPasswordNeeded,
    PayPasswordTooPlain,
    PhoneDiffers,
    RefundsLocked,
    WrongPayPassword,
)
from backend.domain.pay_password import CLOSED_FOR, REFUNDS_WAIT, TRIES
from backend.domain.phone import PROVES_AFTER
from backend.models import AuditRow, Driver, PayPassword, Refund, Session
from backend.services.access.bind_phone import bind_phone
from backend.services.access.change_pay_password import change_pay_password
from backend.services.access.prove_pay_password import prove_pay_password
from backend.services.access.reset_pay_password import reset_pay_password
from backend.services.access.set_pay_password import set_pay_password
from backend.services.access.switch_pay_password import switch_pay_password
from backend.services.charging.start_session import start_session
from backend.services.payments.refund_wallet import refund_wallet
from backend.services.views.driver.get_driver import get_driver
from backend.services.views.driver.get_pay_password import PayPasswordView, get_pay_password
from tests.at_once import at_once
from tests.builders import key_of
from tests.pay_channel import Sandbox, running_sandbox, sandbox_gateways
from tests.scenario import Scenario

RIGHT, OTHER, WRONG = "135790", "246813", "908172"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


class Owner:
    """A driver with money and a payment password, at a pile that is ready."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.world = Scenario()
        self.now = self.world.now
        self.actor = self.world.driver()
        self.keys = 0
        set_pay_password(driver=self.actor, password=RIGHT, caller=NOWHERE, now=self.now)

    def prove(self, password: str) -> int:
        return prove_pay_password(driver=self.actor, password=password, caller=NOWHERE, now=self.now)

    def guess(self, password: str = WRONG) -> DomainError:
        try:
            self.prove(password)
        except DomainError as refusal:
            return refusal
        raise AssertionError(password)

    def start(self, proof: int | None = None) -> str:
        self.keys += 1
        return start_session(
            driver=self.actor,
            connector_no=self.world.connector().connector_no,
            limit_fen=1_000,
            idempotency_key=f"start-{self.keys}",
            now=self.now,
            pay_proof=proof,
        ).session_no

    def refund(self, proof: int | None = None) -> str:
        self.keys += 1
        return refund_wallet(
            driver=self.actor,
            amount_fen=100,
            idempotency_key=f"refund-{self.keys}",
            now=self.now,
            pay_proof=proof,
        )

    def reset(self, openid: str, phone_code: str | None = None) -> None:
        reset_pay_password(
            driver=self.actor,
            code=self.sandbox.login_code(openid),
            new_password=OTHER,
            caller=NOWHERE,
            now=self.now,
            phone_code=phone_code,
        )

    def phone_code(self, number: str) -> str:
        code: str = self.sandbox.control("phone-codes", {"phone_number": number})["code"]
        return code

    def bind(self, number: str | None) -> str:
        """What the driver is shown of it."""
        code = None if number is None else self.phone_code(number)
        bind_phone(driver=self.actor, code=code, caller=NOWHERE, now=self.now)
        return get_driver(driver=self.actor).phone

    def view(self) -> PayPasswordView:
        return get_pay_password(driver=self.actor, now=self.now)

    def openid(self) -> str:
        return key_of(Driver.get_by_id(self.actor.id))

    def row(self) -> PayPassword:
        return PayPassword.get_by_id(self.actor.id)


@pytest.fixture
def owner(database: str, process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Owner]:
    with sandbox_gateways(process, monkeypatch):
        yield Owner(process)


def test_nothing_that_moves_money_goes_without_it_once_it_is_set(owner: Owner) -> None:
    works: tuple[Callable[[int | None], str], ...] = (owner.refund, owner.start)
    for work in works:
        for proof in (None, 0, 2):
            with pytest.raises(PayPasswordNeeded):
                work(proof)
    assert (Session.select().count(), Refund.select().count()) == (0, 0)
    for work in works:
        work(owner.prove(RIGHT))
    assert (Session.select().count(), Refund.select().count()) == (1, 1)


def test_a_driver_without_one_is_never_asked_and_one_who_switched_it_off_no_more(owner: Owner) -> None:
    switch_pay_password(driver=owner.actor, is_on=False, password=RIGHT, caller=NOWHERE, now=owner.now)
    owner.refund()
    with pytest.raises(WrongPayPassword):
        switch_pay_password(driver=owner.actor, is_on=True, password=WRONG, caller=NOWHERE, now=owner.now)
    switch_pay_password(driver=owner.actor, is_on=True, password=RIGHT, caller=NOWHERE, now=owner.now)
    with pytest.raises(PayPasswordNeeded):
        owner.refund()
    owner.actor = owner.world.driver()
    owner.refund()
    with pytest.raises(PayPasswordMissing):
        owner.prove(RIGHT)
    assert not owner.view().is_set


def test_five_wrong_ones_close_it_even_to_the_right_one_each_time_for_longer(owner: Owner) -> None:
    told = [owner.guess() for _ in range(TRIES + 1)]
    assert [type(one) for one in told] == [WrongPayPassword] * (TRIES - 1) + [PayPasswordClosed] * 2
    assert [one.data["tries_left"] for one in told[: TRIES - 1]] == [4, 3, 2, 1]
    assert told[-1].data == {"until": owner.now + CLOSED_FOR[0]}
    assert isinstance(owner.guess(RIGHT), PayPasswordClosed)
    assert owner.view().closed_until == owner.now + CLOSED_FOR[0]
    owner.now += CLOSED_FOR[0]
    told = [owner.guess() for _ in range(TRIES)]
    assert told[-1].data == {"until": owner.now + CLOSED_FOR[1]}
    owner.now += CLOSED_FOR[1]
    owner.prove(RIGHT)
    assert (owner.row().wrong, owner.view().closed_until) == (0, None)
    assert AuditRow.select().where(AuditRow.action == "pay_password.close").count() == 2


def test_of_many_guesses_at_once_no_more_are_looked_at_than_of_as_many_in_turn(owner: Owner) -> None:
    outcomes = Counter(at_once([lambda: owner.prove(WRONG) for _ in range(16)]))
    assert outcomes["wrong_pay_password"] == TRIES - 1
    assert outcomes["pay_password_closed"] == 16 - (TRIES - 1)
    assert owner.row().wrong == TRIES


def test_who_forgot_it_sets_another_by_a_log_in_of_their_own_and_no_money_leaves_for_a_day(
    owner: Owner,
) -> None:
    for _ in range(TRIES):
        owner.guess()
    with pytest.raises(InvalidLoginCode):
        owner.reset("somebody-else")
    owner.reset(owner.openid())
    proof = owner.prove(OTHER)
    with pytest.raises(RefundsLocked) as refused:
        owner.refund(proof)
    assert refused.value.data == {"until": owner.now + REFUNDS_WAIT}
    assert isinstance(owner.guess(RIGHT), WrongPayPassword)
    owner.start(owner.prove(OTHER))
    # neither way around the day: without the password, and with another one
    switch_pay_password(driver=owner.actor, is_on=False, password=OTHER, caller=NOWHERE, now=owner.now)
    change_pay_password(driver=owner.actor, password=OTHER, new_password=RIGHT, caller=NOWHERE, now=owner.now)
    with pytest.raises(RefundsLocked):
        owner.refund()
    owner.now += REFUNDS_WAIT
    owner.refund()


def test_who_also_proves_the_phone_that_was_bound_for_a_day_does_not_wait(owner: Owner) -> None:
    """A thief of an unlocked phone can bind a number of their own: it opens nothing for a day."""
    assert owner.bind("13800001234") == "138****1234"
    assert not owner.view().is_phone_proof
    with pytest.raises(PhoneDiffers):
        owner.reset(owner.openid(), owner.phone_code("13800001234"))
    owner.now += PROVES_AFTER
    assert owner.view().is_phone_proof
    with pytest.raises(PhoneDiffers):
        owner.reset(owner.openid(), owner.phone_code("13900001234"))
    code = owner.phone_code("13800001234")
    owner.reset(owner.openid(), code)
    owner.refund(owner.prove(OTHER))
    with pytest.raises(InvalidLoginCode):  # it is spent
        owner.reset(owner.openid(), code)

    assert owner.bind("13900001234") == "139****1234"
    assert not owner.view().is_phone_proof
    assert owner.bind(None) == ""
    rows = AuditRow.select().where(AuditRow.action == "driver.phone")
    assert [json.loads(row.detail)["phone"] for row in rows.order_by(AuditRow.id)] == [
        ["", "138****1234"],
        ["138****1234", "139****1234"],
        ["139****1234", ""],
    ]


def test_a_proof_is_worth_nothing_once_the_password_is_another(owner: Owner) -> None:
    proof = owner.prove(RIGHT)
    change_pay_password(driver=owner.actor, password=RIGHT, new_password=OTHER, caller=NOWHERE, now=owner.now)
    with pytest.raises(PayPasswordNeeded):
        owner.refund(proof)
    owner.refund(owner.prove(OTHER))


def test_the_first_one_is_set_once_and_none_that_anybody_would_try(owner: Owner) -> None:
    with pytest.raises(PayPasswordExists):
        set_pay_password(driver=owner.actor, password=OTHER, caller=NOWHERE, now=owner.now)
    owner.prove(RIGHT)
    with pytest.raises(PayPasswordTooPlain):
        change_pay_password(
            driver=owner.actor, password=RIGHT, new_password="123456", caller=NOWHERE, now=owner.now
        )


def test_it_is_kept_as_a_hash_and_told_by_no_audit_row(owner: Owner) -> None:
    assert owner.row().password_hash.startswith("$argon2id$")
    owner.reset(owner.openid())
    owner.now += timedelta(seconds=1)
    rows = list(AuditRow.select().where(AuditRow.action.startswith("pay_password.")))
    assert {row.action for row in rows} == {"pay_password.set", "pay_password.reset"}
    assert not [row for row in rows if RIGHT in row.detail or OTHER in row.detail]
