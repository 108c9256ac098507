"""What the cases of more than one room begin with."""

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from backend.domain.actor import Actor
from backend.domain.errors import DomainError
from backend.domain.permission import ActorKind, Permission
from backend.models import Operator
from tests.builders import a_staff
from tests.faults.armed import Act
from tests.scenario import Scenario

Prepare: TypeAlias = Callable[[Scenario], Act]
"""What leads up to an act."""
START_WH: Final = 1_000_000


def somebody(world: Scenario) -> Actor:
    """Somebody of the platform who may do all of it."""
    row = a_staff(operator=Operator.get(), now=world.now)
    return Actor(
        kind=ActorKind.STAFF,
        id=row.id,
        no="staff",
        operator_id=row.operator_id,
        is_platform=True,
        permissions=frozenset(one.value for one in Permission),
    )


def charging(world: Scenario) -> str:
    session_no = world.start(world.driver()).session_no
    world.after(seconds=5)
    world.say_started(session_no, START_WH)
    return session_no


def or_done(act: Act, *refusals: type[DomainError]) -> Act:
    """The act of somebody to whom one of these refusals says that it is done already."""
    return partial(_or_done, act, refusals)


def _or_done(act: Act, refusals: tuple[type[DomainError], ...]) -> None:
    with contextlib.suppress(*refusals):
        act()
