"""What drivers and staff do to wallets past a charge, each to be killed before and after its commit, then done again."""

import contextlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE
from backend.domain.errors import AdjustmentDecided, PayPasswordExists, RowChanged, WrongPayPassword
from backend.domain.identity import Identity, IdentityKind
from backend.domain.permission import ActorKind, Permission
from backend.gateways.passwords import verify_password
from backend.jobs.events import run_events
from backend.models import Adjustment, Driver, DriverTotal, EventConsumer, Operator, PayPassword, Role
from backend.services.access.bind_phone import bind_phone
from backend.services.access.change_pay_password import change_pay_password
from backend.services.access.choose_avatar import choose_avatar
from backend.services.access.freeze_driver import freeze_driver
from backend.services.access.prove_pay_password import prove_pay_password
from backend.services.access.rename_driver import rename_driver
from backend.services.access.reset_pay_password import reset_pay_password
from backend.services.access.set_pay_password import set_pay_password
from backend.services.access.switch_pay_password import switch_pay_password
from backend.services.payments.ask_adjustment import AskedAdjustment, ask_adjustment
from backend.services.payments.decide_adjustment import decide_adjustment
from tests.builders import a_staff, key_of
from tests.faults.armed import Act
from tests.scenario import Scenario

OLD: Final = "135790"
NEW: Final = "246813"


def set_one(world: Scenario) -> Act:
    return partial(_set, world.driver(), world)


def prove_one(world: Scenario) -> Act:
    return partial(prove_pay_password, driver=_owner(world), password=OLD, caller=NOWHERE, now=world.now)


def change_one(world: Scenario) -> Act:
    return partial(_change, _owner(world), world)


def switch_off(world: Scenario) -> Act:
    return partial(
        switch_pay_password, driver=_owner(world), is_on=False, password=OLD, caller=NOWHERE, now=world.now
    )


def reset_one(world: Scenario) -> Act:
    return partial(_reset, _owner(world), world)


def bind_one(world: Scenario) -> Act:
    return partial(_bind, world.driver(), world)


def rename_one(world: Scenario) -> Act:
    return partial(rename_driver, driver=world.driver(), nickname="小王", caller=NOWHERE, now=world.now)


def picture_one(world: Scenario) -> Act:
    driver = world.driver()
    return partial(choose_avatar, driver=driver, avatar="a" * 64, file_id=1, caller=NOWHERE, now=world.now)


def adjust_alone(world: Scenario) -> Act:
    return partial(_ask, _person(world, 5_000), world.driver().no, world)


def approve(world: Scenario) -> Act:
    number = _ask(_person(world, 0), world.driver().no, world)
    return partial(_approve, _person(world, 0), number, world)


def freeze(world: Scenario) -> Act:
    return partial(_freeze, _person(world, 0), world.driver().no, world)


def count_a_charge(world: Scenario) -> Act:
    """Its event is heard by whoever comes after the one that died."""
    session_no = world.start(world.driver()).session_no
    world.say_started(session_no)
    world.after(minutes=30).say_ended(session_no, 1_000)
    return partial(_count, world)


CASES: Final[Mapping[str, Callable[[Scenario], Act]]] = {
    "set_pay_password._write": set_one,
    "prove_pay_password._count_try": prove_one,
    "prove_pay_password._forgive": prove_one,
    "change_pay_password._replace": change_one,
    "switch_pay_password._switch": switch_off,
    "reset_pay_password._reset": reset_one,
    "bind_phone._bind": bind_one,
    "rename_driver.rename_driver": rename_one,
    "choose_avatar.choose_avatar": picture_one,
    "ask_adjustment.ask_adjustment": adjust_alone,
    "decide_adjustment.decide_adjustment": approve,
    "freeze_driver.freeze_driver": freeze,
    "count_drivers.count_drivers": count_a_charge,
}


def fingerprint() -> list[tuple[object, ...]]:
    """What a driver can tell of a payment password and of themselves, and staff of adjustments."""
    passwords = [
        (
            verify_password(row.password_hash, OLD),
            verify_password(row.password_hash, NEW),
            row.is_on,
            row.refunds_locked_until,
        )
        for row in PayPassword.select()
    ]
    adjustments = [(row.state, row.amount_fen, row.is_alone) for row in Adjustment.select()]
    drivers: list[tuple[object, ...]] = [
        (row.nickname, row.avatar, row.phone, row.is_enabled, row.state, row.frozen_reason, row.row_version)
        for row in Driver.select()
    ]
    totals = [(row.charges, row.energy_wh, row.total_fen) for row in DriverTotal.select()]
    return [*passwords, *adjustments, *drivers, *totals]


def _owner(world: Scenario) -> Actor:
    driver = world.driver()
    _set(driver, world)
    return driver


def _set(driver: Actor, world: Scenario) -> None:
    with contextlib.suppress(PayPasswordExists):
        set_pay_password(driver=driver, password=OLD, caller=NOWHERE, now=world.now)


def _change(driver: Actor, world: Scenario) -> None:
    with contextlib.suppress(WrongPayPassword):  # it was changed before whoever asked died
        change_pay_password(driver=driver, password=OLD, new_password=NEW, caller=NOWHERE, now=world.now)


class _OwnLogIn:
    """WeChat, which says of every code that it is this person's."""

    def __init__(self, key: str) -> None:
        self._own = (Identity(IdentityKind.WECHAT_MINI_PROGRAM, key),)

    def identify(self, code: str) -> tuple[Identity, ...]:
        del code
        return self._own

    def find_phone(self, code: str) -> str:
        del code
        return "13800001234"


def _reset(driver: Actor, world: Scenario) -> None:
    own = _OwnLogIn(key_of(Driver.get_by_id(driver.id)))
    gateways.configure(channels={}, log_ins={IdentityKind.WECHAT_MINI_PROGRAM: own})
    reset_pay_password(driver=driver, code="code", new_password=NEW, caller=NOWHERE, now=world.now)


def _bind(driver: Actor, world: Scenario) -> None:
    own = _OwnLogIn(key_of(Driver.get_by_id(driver.id)))
    gateways.configure(channels={}, log_ins={IdentityKind.WECHAT_MINI_PROGRAM: own})
    bind_phone(driver=driver, code="code", caller=NOWHERE, now=world.now)


def _person(world: Scenario, limit_fen: int) -> Actor:
    row = a_staff(operator=Operator.get(), now=world.now)
    Role.update(adjustment_limit_fen=limit_fen).where(Role.id == row.role_id).execute()
    return Actor(
        kind=ActorKind.STAFF,
        id=row.id,
        no=row.account,
        operator_id=row.operator_id,
        is_platform=True,
        permissions=frozenset(one.value for one in Permission),
    )


def _ask(staff: Actor, driver_no: str, world: Scenario) -> str:
    asked = AskedAdjustment(driver_no=driver_no, amount_fen=700, reason="试", told="补偿")
    return ask_adjustment(staff=staff, asked=asked, idempotency_key="k", caller=NOWHERE, now=world.now)


def _approve(staff: Actor, number: str, world: Scenario) -> None:
    with contextlib.suppress(AdjustmentDecided):
        decide_adjustment(
            staff=staff, adjustment_no=number, is_approved=True, note="好", caller=NOWHERE, now=world.now
        )


def _freeze(staff: Actor, driver_no: str, world: Scenario) -> None:
    with contextlib.suppress(RowChanged):
        freeze_driver(
            staff=staff,
            driver_no=driver_no,
            is_frozen=True,
            reason="试",
            row_version=0,
            caller=NOWHERE,
            now=world.now,
        )


def _count(world: Scenario) -> None:
    del world
    EventConsumer.update(claimed_until=None).execute()  # that of a killed process has run out
    for _ in range(3):
        run_events()
