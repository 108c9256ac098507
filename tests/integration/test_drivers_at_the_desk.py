"""Drivers at the desk: who may see whom, with which sums, and what a frozen one can no longer do."""

import pytest

from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE
from backend.domain.driver import DriverFilter, DriverState
from backend.domain.errors import DriverFrozen, DriverNotFound, Forbidden, RowChanged
from backend.domain.payment import Channel
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import SessionState
from backend.gateways.ids import new_ulid
from backend.jobs.events import run_events
from backend.models import AuditRow, DriverTotal, Operator, Order
from backend.services.access.freeze_driver import freeze_driver
from backend.services.charging.prepay_session import prepay_session
from backend.services.payments.refund_wallet import refund_wallet
from backend.services.payments.top_up_wallet import top_up_wallet
from backend.services.views.desk.get_driver_for_staff import get_driver_for_staff
from backend.services.views.desk.list_drivers_for_staff import (
    DriversWanted,
    StaffDriverPage,
    list_drivers_for_staff,
)
from backend.services.views.driver.estimate_charge import estimate_charge
from backend.services.views.driver.resolve_connector import Obstacle
from tests.builders import a_driver, a_pile, a_staff, a_station, actor_of, an_operator
from tests.desk import an_ended_charge
from tests.refund_channel import RefundingChannel
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")
PHONE = "400-800-1234"


@pytest.fixture
def world(database: str) -> Scenario:
    del database
    RefundingChannel().connect()
    return Scenario()


def staff_of(operator: Operator, world: Scenario, *, lacks: tuple[Permission, ...] = ()) -> Actor:
    row = a_staff(operator=operator, now=world.now)
    return Actor(
        kind=ActorKind.STAFF,
        id=row.id,
        no=row.account,
        operator_id=operator.id,
        is_platform=operator.is_platform,
        permissions=frozenset(one.value for one in Permission if one not in lacks),
    )


def drivers_of(staff: Actor, **wanted: object) -> StaffDriverPage:
    return list_drivers_for_staff(staff=staff, wanted=DriversWanted(**wanted), cursor=None, limit=20)  # type: ignore[arg-type]


def switch(world: Scenario, staff: Actor, driver: Actor, *, is_frozen: bool, seen: int) -> None:
    freeze_driver(
        staff=staff,
        driver_no=driver.no,
        is_frozen=is_frozen,
        reason="疑似盗刷",
        row_version=seen,
        caller=NOWHERE,
        now=world.now,
    )


def test_each_sees_the_drivers_and_the_sums_in_their_scope(world: Scenario) -> None:
    other = an_operator(now=world.now)
    pile = a_pile(station=a_station(now=world.now, operator=other), now=world.now)
    ours = world.driver()
    both = a_driver(now=world.now, balance_fen=50_000)
    there = an_ended_charge(pile=pile, ended_at=world.now, driver=both)
    an_ended_charge(pile=world.pile, ended_at=world.now, driver=both)
    run_events()
    run_events()
    run_events()
    platform = drivers_of(staff_of(Operator.get(Operator.is_platform), world))
    assert [row.driver_no for row in platform.drivers] == [both.driver_no, ours.no]
    assert [(row.charges, row.balance is not None) for row in platform.drivers] == [(2, True), (0, True)]
    theirs = drivers_of(staff_of(other, world))
    (row,) = theirs.drivers
    assert (row.driver_no, row.charges, row.total_fen, row.balance) == (
        both.driver_no,
        1,
        there.total_fen,
        None,
    )
    assert get_driver_for_staff(staff=staff_of(other, world), driver_no=both.driver_no).driver == row
    with pytest.raises(DriverNotFound):
        get_driver_for_staff(staff=staff_of(other, world), driver_no=ours.no)
    without = staff_of(Operator.get(Operator.is_platform), world, lacks=(Permission.REFUND_READ,))
    assert {row.balance for row in drivers_of(without).drivers} == {None}
    nobody = staff_of(an_operator(now=world.now), world)
    assert drivers_of(nobody).drivers == ()


def test_the_sums_of_a_driver_are_those_of_the_orders_after_any_number_of_tellings(world: Scenario) -> None:
    driver = world.driver()
    for _ in range(2):
        session_no = world.start(driver).session_no
        world.say_started(session_no)
        world.after(minutes=30).say_ended(session_no, 1_000)
        world.next_car()
        run_events()
        run_events()
        run_events()
    (total,) = DriverTotal.select()
    orders = list(Order.select())
    assert (total.charges, total.energy_wh, total.total_fen, total.last_ended_at) == (
        2,
        2_000,
        sum(order.total_fen for order in orders),
        max(order.ended_at for order in orders),
    )


def test_a_frozen_driver_begins_nothing_and_what_runs_is_billed(world: Scenario) -> None:
    Operator.update(service_phone=PHONE).execute()
    staff = staff_of(Operator.get(), world)
    driver = world.driver()
    session_no = world.start(driver).session_no
    world.say_started(session_no)
    switch(world, staff, driver, is_frozen=True, seen=0)
    shown = get_driver_for_staff(staff=staff, driver_no=driver.no)
    assert shown.driver.state is DriverState.FROZEN
    assert shown.frozen is not None
    assert (shown.frozen.reason, shown.live_session_no, shown.allowed_actions) == (
        "疑似盗刷",
        session_no,
        ("unfreeze",),
    )
    assert [row.driver_no for row in drivers_of(staff, group=DriverFilter.FROZEN).drivers] == [driver.no]
    world.after(minutes=30).say_ended(session_no, 1_000)
    assert world.session(session_no).state is SessionState.SETTLED
    world.next_car()
    asked = estimate_charge(
        driver=driver, connector_no=world.connector().connector_no, limit_fen=None, now=world.now
    )
    assert asked.obstacle == Obstacle(code=DriverFrozen.code, phone=PHONE)
    for begin in (
        lambda: world.start(driver),
        lambda: top_up_wallet(
            driver=driver, amount_fen=5_000, channel=Channel.WECHAT, idempotency_key=new_ulid(), now=world.now
        ),
        lambda: prepay_session(
            driver=driver,
            connector_no=world.connector().connector_no,
            amount_fen=5_000,
            channel=Channel.WECHAT,
            is_own_car=None,
            public_url="https://x.example",
            idempotency_key=new_ulid(),
            now=world.now,
        ),
    ):
        with pytest.raises(DriverFrozen) as refused:
            begin()
        assert refused.value.data == {"service_phone": PHONE}
    refund_wallet(driver=driver, amount_fen=100, idempotency_key=new_ulid(), now=world.now)
    switch(world, staff, driver, is_frozen=False, seen=1)
    assert world.start(driver).session_no
    acts = [row.action for row in AuditRow.select().where(AuditRow.object_kind == "driver")]
    assert acts == ["driver.freeze", "driver.unfreeze"]


def test_freezing_is_the_platforms_and_never_done_over_somebody_elses(world: Scenario) -> None:
    driver = actor_of(a_driver(now=world.now))
    platform = staff_of(Operator.get(), world)
    with pytest.raises(Forbidden):
        switch(
            world,
            staff_of(Operator.get(), world, lacks=(Permission.DRIVER_FREEZE,)),
            driver,
            is_frozen=True,
            seen=0,
        )
    with pytest.raises(DriverNotFound):
        switch(world, staff_of(an_operator(now=world.now), world), driver, is_frozen=True, seen=0)
    switch(world, platform, driver, is_frozen=True, seen=0)
    switch(world, platform, driver, is_frozen=True, seen=0)  # again changes nothing
    assert AuditRow.select().where(AuditRow.action == "driver.freeze").count() == 1
    with pytest.raises(RowChanged):
        switch(world, platform, driver, is_frozen=False, seen=0)
