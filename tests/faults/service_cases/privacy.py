"""What staff keep of the list of movements; drivers found by phone, and drivers deleted."""

import contextlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE
from backend.domain.errors import DriverDeleted, MovementViewNameTaken, MovementViewNotFound, RowChanged
from backend.models import Driver, DriverIdentity, MovementView
from backend.services.access.delete_driver import delete_driver
from backend.services.access.find_by_phone import find_by_phone
from backend.services.access.reveal_phone import reveal_phone
from backend.services.staff.drop_movement_view import drop_movement_view
from backend.services.staff.keep_movement_view import keep_movement_view
from backend.services.staff.rename_movement_view import rename_movement_view
from tests.builders import a_driver
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare, somebody
from tests.scenario import Scenario

PHONE: Final = "13812345678"


def keep(world: Scenario) -> Act:
    return partial(_keep, somebody(world), world)


def rename(world: Scenario) -> Act:
    staff = somebody(world)
    _keep(staff, world)
    view_id = MovementView.get().id
    renaming = partial(
        rename_movement_view,
        staff=staff,
        view_id=view_id,
        name="夜间",
        row_version=0,
        caller=NOWHERE,
        now=world.now,
    )
    return _if_not(RowChanged, renaming)


def drop(world: Scenario) -> Act:
    staff = somebody(world)
    _keep(staff, world)
    view_id = MovementView.get().id
    return _if_not(
        MovementViewNotFound,
        partial(drop_movement_view, staff=staff, view_id=view_id, caller=NOWHERE, now=world.now),
    )


def find(world: Scenario) -> Act:
    _with_phone(world)
    return partial(find_by_phone, staff=somebody(world), phone=PHONE, caller=NOWHERE, now=world.now)


def reveal(world: Scenario) -> Act:
    driver = _with_phone(world)
    return partial(
        reveal_phone, staff=somebody(world), driver_no=driver.driver_no, caller=NOWHERE, now=world.now
    )


def delete(world: Scenario) -> Act:
    driver = _with_phone(world)
    deleting = partial(
        delete_driver,
        actor=somebody(world),
        driver_no=driver.driver_no,
        reason="车主要求",
        row_version=0,
        caller=NOWHERE,
        now=world.now,
    )
    return _if_not(DriverDeleted, deleting)


CASES: Final[Mapping[str, Prepare]] = {
    "keep_movement_view.keep_movement_view": keep,
    "rename_movement_view.rename_movement_view": rename,
    "drop_movement_view.drop_movement_view": drop,
    "find_by_phone.find_by_phone": find,
    "reveal_phone.reveal_phone": reveal,
    "delete_driver.delete_driver": delete,
}


def fingerprint() -> list[tuple[object, ...]]:
    """What is kept, and what is left of the drivers."""
    views: list[tuple[object, ...]] = [
        (row.name, row.wanted, row.row_version) for row in MovementView.select()
    ]
    drivers = [(row.phone, row.deleted_at is None, row.row_version) for row in Driver.select()]
    return [*views, *drivers, (DriverIdentity.select().count(),)]


def _keep(staff: Actor, world: Scenario) -> None:
    with contextlib.suppress(MovementViewNameTaken):
        keep_movement_view(
            staff=staff, name="夜里的充电", query={"kind": "charge"}, caller=NOWHERE, now=world.now
        )


def _with_phone(world: Scenario) -> Driver:
    driver = a_driver(now=world.now)
    Driver.update(nickname="", phone=PHONE, phone_bound_at=world.now).where(Driver.id == driver.id).execute()
    return driver


def _if_not(over: type[Exception], act: Callable[[], object]) -> Act:
    """Doing it again finds it done."""
    return partial(_do_unless, over, act)


def _do_unless(over: type[Exception], act: Callable[[], object]) -> None:
    with contextlib.suppress(over):
        act()
