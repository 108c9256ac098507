"""The one place that limits a staff query: which operators' and which stations' rows somebody may see.

Platform staff see all operators, others their own only; a station set narrows either further. Every service
for staff passes its query through here, so that a row outside the scope is as good as absent.
"""

from typing import Any, TypeVar

from peewee import Field, Model, ModelSelect

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden
from backend.domain.permission import ActorKind

_M = TypeVar("_M", bound=Model)


def scoped(
    query: "ModelSelect[_M]", actor: Actor, *, operator: "Field[Any]", station: "Field[Any]"
) -> "ModelSelect[_M]":
    """The query limited to what `actor` may see; the fields hold the row's operator and station ids.

    Raises Forbidden for anybody but staff.
    """
    query = scoped_to_operator(query, actor, operator=operator)
    if actor.station_ids is not None:
        query = query.where(station.in_(sorted(actor.station_ids)))
    return query


def scoped_to_operator(
    query: "ModelSelect[_M]", actor: Actor, *, operator: "Field[Any]"
) -> "ModelSelect[_M]":
    """The query limited by operator alone, for rows that belong to no station. Raises Forbidden as `scoped`."""
    if actor.kind is not ActorKind.STAFF:
        raise Forbidden
    if not actor.is_platform:
        if actor.operator_id is None:
            raise Forbidden
        query = query.where(operator == actor.operator_id)
    return query


def sees_platform(actor: Actor) -> bool:
    """Whether the platform's own sums (top-ups, accounts of drivers) are this person's to see."""
    return actor.kind is ActorKind.STAFF and actor.is_platform and actor.station_ids is None


def scope_key(actor: Actor) -> tuple[object, ...]:
    """Equal for two members of staff who may see and do the same."""
    return (actor.is_platform, actor.operator_id, actor.station_ids, actor.permissions)
