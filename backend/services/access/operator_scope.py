"""Which operators a member of staff may see, and one of them by its number.

What is an operator's as a whole (its policy, its texts, its log) belongs to staff who see all of its stations.
"""

from typing import Any

from peewee import Field, ModelSelect

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, OperatorNotFound
from backend.domain.permission import ActorKind, Permission
from backend.models import Operator
from backend.models.engine.database import locked
from backend.services.access.scope import sees_platform

NO_OPERATOR = 0
"""No row has this id."""


def of_operators(query: "ModelSelect[Any]", staff: Actor, *, operator: "Field[Any]") -> "ModelSelect[Any]":
    """The query limited to the operators that `staff` may see as a whole. Raises Forbidden for anybody but staff."""
    if staff.kind is not ActorKind.STAFF:
        raise Forbidden
    if sees_platform(staff):
        return query
    is_whole = staff.station_ids is None and staff.operator_id is not None
    return query.where(operator == (staff.operator_id if is_whole else NO_OPERATOR))


def visible_operators(staff: Actor) -> "ModelSelect[Any]":
    """The operators that `staff` may see."""
    return of_operators(Operator.select(), staff, operator=Operator.id)


def get_visible_operator(staff: Actor, operator_no: str) -> Operator:
    """One of them. Raises OperatorNotFound."""
    row: Operator | None = visible_operators(staff).where(Operator.operator_no == operator_no).first()
    if row is None:
        raise OperatorNotFound
    return row


def lock_operator(staff: Actor, operator_no: str, *, permission: Permission) -> Operator:
    """One of them, locked, for whoever may do this. Raises Forbidden, OperatorNotFound."""
    check_may(staff, permission)
    own = visible_operators(staff).where(Operator.operator_no == operator_no)
    row: Operator | None = locked(own).first()
    if row is None:
        raise OperatorNotFound
    return row


def check_may(staff: Actor, permission: Permission) -> None:
    """Return for staff who were granted it. Raises Forbidden."""
    if permission not in staff.permissions:
        raise Forbidden


def check_is_platform(staff: Actor) -> None:
    """Return for staff of the platform who see all of it. Raises Forbidden."""
    if not sees_platform(staff):
        raise Forbidden
