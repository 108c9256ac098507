"""Drivers at the desk: who may see whom, with which sums, and what a frozen one can no longer do."""

import pytest

from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE
from backend.domain.driver import DriverFilter, DriverObstacle, DriverState
from backend.domain.errors import (
    DriverDeleted,
    DriverFrozen,
    DriverNotDeletable,
    DriverNotFound,
    Forbidden,
    RowChanged,
    Unauthenticated,
    UnfitInput,
)
from backend.domain.export import ExportKind
from backend.domain.identity import Identity, IdentityKind
from backend.domain.payment import Channel
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import SessionState
from backend.gateways.ids import new_ulid
from backend.jobs.events import run_events
from backend.models import AuditRow, Driver, DriverTotal, Operator, Order, Role
from backend.services.access.authenticate import authenticate
from backend.services.access.delete_driver import delete_driver
from backend.services.access.driver_identities import find_known, find_registered_before
from backend.services.access.find_by_phone import find_by_phone
from backend.services.access.freeze_driver import freeze_driver
from backend.services.access.reveal_phone import reveal_phone
from backend.services.charging.prepay_session import prepay_session
from backend.services.exports.driver_data import DriverDataWanted
from backend.services.exports.tables import TABLES
from backend.services.ledger.wallets import find_balances
from backend.services.payments.ask_adjustment import AskedAdjustment, ask_adjustment
from backend.services.payments.refund_wallet import refund_wallet
from backend.services.payments.top_up_wallet import top_up_wallet
from backend.services.views.desk.get_driver_for_staff import get_driver_for_staff
from backend.services.views.desk.get_driver_obstacles import get_driver_obstacles
from backend.services.views.desk.list_driver_postings import DriverPosting, list_driver_postings
from backend.services.views.desk.list_drivers_for_staff import (
    DriversWanted,
    StaffDriverPage,
    list_drivers_for_staff,
)
from backend.services.views.driver.estimate_charge import estimate_charge
from backend.services.views.driver.resolve_connector import Obstacle
from tests.builders import a_driver, a_pile, a_staff, a_station, a_token, actor_of, an_operator, key_of
from tests.desk import an_ended_charge
from tests.invariants.check import find_violations
from tests.refund_channel import RefundingChannel
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")
PHONE = "400-800-1234"
BOUND = "13812345678"


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
        ("unfreeze", "export_data", "delete"),
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


def test_who_is_done_with_is_deleted_for_good_and_their_books_stay(world: Scenario) -> None:
    platform = staff_of(Operator.get(Operator.is_platform), world)
    row = a_driver(now=world.now, balance_fen=50_000)
    driver, key = actor_of(row), key_of(row)
    Driver.update(phone=BOUND, phone_bound_at=world.now).where(Driver.id == row.id).execute()
    token = a_token(owner=row, now=world.now)
    an_ended_charge(pile=world.pile, ended_at=world.now, driver=row)
    orders = Order.select().where(Order.driver_id == row.id).count()
    with pytest.raises(DriverNotDeletable) as refused:
        delete(world, platform, driver, seen=0)
    assert refused.value.data == {"obstacles": ["balance"]}
    told = get_driver_obstacles(staff=platform, driver_no=driver.no)
    assert told.obstacles == (DriverObstacle.BALANCE,)
    _take_all_out(platform, driver, world)
    for nobody in (
        staff_of(Operator.get(Operator.is_platform), world, lacks=(Permission.DRIVER_PRIVACY,)),
        staff_of(an_operator(now=world.now), world),
        actor_of(a_driver(now=world.now)),
    ):
        with pytest.raises((Forbidden, DriverNotFound)):
            delete(world, nobody, driver, seen=0)
    with pytest.raises(RowChanged):
        delete(world, platform, driver, seen=7)
    delete(world, platform, driver, seen=0)
    assert [one for one in find_violations() if one.invariant in {"I61", "I62"}] == []
    with pytest.raises(Unauthenticated):
        authenticate(token, now=world.now)
    gone = get_driver_for_staff(staff=platform, driver_no=driver.no)
    assert (gone.driver.nickname, gone.driver.phone, gone.driver.deleted_at) == ("", None, world.now)
    assert "delete" not in gone.allowed_actions
    assert "freeze" not in gone.allowed_actions
    assert [one.driver_no for one in drivers_of(platform, group=DriverFilter.DELETED).drivers] == [driver.no]
    assert Order.select().where(Order.driver_id == row.id).count() == orders
    with pytest.raises(DriverDeleted):
        delete(world, platform, driver, seen=1)
    with pytest.raises(DriverDeleted):
        switch(world, platform, driver, is_frozen=True, seen=1)
    audit = AuditRow.get(AuditRow.action == "driver.delete")
    assert (audit.object_no, key in audit.detail, BOUND in audit.detail) == (driver.no, False, False)
    # the same WeChat is somebody new
    proven = (Identity(IdentityKind.WECHAT_MINI_PROGRAM, key),)
    assert find_known(proven) == {}
    assert find_registered_before(proven[0]) is None


def test_the_driver_themself_can_be_the_one_who_deletes(world: Scenario) -> None:
    row = a_driver(now=world.now)
    delete(world, actor_of(row), actor_of(row), seen=0)
    assert Driver.get_by_id(row.id).deleted_at == world.now


def delete(world: Scenario, actor: Actor, driver: Actor, *, seen: int) -> None:
    delete_driver(
        actor=actor,
        driver_no=driver.no,
        reason="车主要求注销",
        row_version=seen,
        caller=NOWHERE,
        now=world.now,
    )


def _take_all_out(staff: Actor, driver: Actor, world: Scenario) -> None:
    Role.update(adjustment_limit_fen=10_000_000).execute()
    left = find_balances(driver_no=driver.no).available_fen
    asked = AskedAdjustment(driver_no=driver.no, amount_fen=-left, reason="试", told="试")
    ask_adjustment(staff=staff, asked=asked, idempotency_key="out", caller=NOWHERE, now=world.now)


def test_a_phone_is_found_and_shown_to_whoever_may_and_each_time_is_audited(world: Scenario) -> None:
    platform = staff_of(Operator.get(Operator.is_platform), world)
    row = a_driver(now=world.now)
    Driver.update(phone=BOUND, phone_bound_at=world.now).where(Driver.id == row.id).execute()
    assert drivers_of(platform).drivers[0].phone == "138****5678"
    assert find_by_phone(staff=platform, phone=BOUND, caller=NOWHERE, now=world.now) == (row.driver_no,)
    assert find_by_phone(staff=platform, phone="13900000000", caller=NOWHERE, now=world.now) == ()
    shown = reveal_phone(staff=platform, driver_no=row.driver_no, caller=NOWHERE, now=world.now)
    assert shown == BOUND
    told = list(AuditRow.select().where(AuditRow.action.startswith("driver.phone_")))
    assert sorted(one.action for one in told) == [
        "driver.phone_search",
        "driver.phone_search",
        "driver.phone_shown",
    ]
    assert not any(BOUND in one.detail for one in told)
    without = staff_of(Operator.get(Operator.is_platform), world, lacks=(Permission.DRIVER_PHONE,))
    assert drivers_of(without).drivers[0].phone is None
    for nobody in (without, staff_of(an_operator(now=world.now), world)):
        with pytest.raises(Forbidden):
            find_by_phone(staff=nobody, phone=BOUND, caller=NOWHERE, now=world.now)
        with pytest.raises((Forbidden, DriverNotFound)):
            reveal_phone(staff=nobody, driver_no=row.driver_no, caller=NOWHERE, now=world.now)


def test_postings_of_a_wallet_tell_what_was_left_after_each(world: Scenario) -> None:
    platform = staff_of(Operator.get(Operator.is_platform), world)
    row = a_driver(now=world.now, balance_fen=50_000)
    an_ended_charge(pile=world.pile, ended_at=world.now, driver=row)
    whole = list_driver_postings(staff=platform, driver_no=row.driver_no, cursor=None, limit=20).postings
    assert whole[0].available_fen == find_balances(driver_no=row.driver_no).available_fen
    assert whole[-1].available_fen == whole[-1].available_change_fen == 50_000
    cut: list[DriverPosting] = []
    cursor = None
    while len(cut) < len(whole):
        page = list_driver_postings(staff=platform, driver_no=row.driver_no, cursor=cursor, limit=1)
        cut += page.postings
        cursor = page.next_cursor
    assert tuple(cut) == whole
    with pytest.raises(DriverNotFound):
        list_driver_postings(
            staff=staff_of(an_operator(now=world.now), world), driver_no=row.driver_no, cursor=None, limit=20
        )


def test_all_that_is_held_of_a_driver_is_in_one_file_however_it_is_cut(world: Scenario) -> None:
    platform = staff_of(Operator.get(Operator.is_platform), world)
    row = a_driver(now=world.now, balance_fen=50_000)
    other = a_driver(now=world.now, balance_fen=50_000)
    Driver.update(phone=BOUND, phone_bound_at=world.now).where(Driver.id == row.id).execute()
    order = an_ended_charge(pile=world.pile, ended_at=world.now, driver=row)
    table = TABLES[ExportKind.DRIVER_DATA]
    found = table.find(platform, DriverDataWanted(driver_no=row.driver_no))
    whole, place = table.read(platform, found, "", 500)
    assert table.read(platform, found, place, 500) == ([], place)
    cut: list[list[str]] = []
    place = ""
    while cells := table.read(platform, found, place, 3):
        if not cells[0]:
            break
        cut += cells[0]
        place = cells[1]
    assert cut == whole
    assert {len(cells) for cells in whole} == {len(table.columns)}
    texts = {text for cells in whole for text in cells}
    assert {row.driver_no, row.nickname, BOUND, key_of(row), order.order_no} <= texts
    assert other.driver_no not in texts
    with pytest.raises(UnfitInput):
        table.find(staff_of(an_operator(now=world.now), world), DriverDataWanted(driver_no=row.driver_no))
