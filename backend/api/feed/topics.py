"""What a topic of the live feed is: who may hear it, how it is read, and what of it has changed.

`session:{session_no}`, `station:{station_no}`, `piles` and `pile:{pile_no}`; frames and codes: docs/live-feed.md.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
import structlog

from backend.domain.actor import Actor
from backend.domain.errors import DomainError, Forbidden, InvalidInput
from backend.domain.feed_topics import piles_of
from backend.domain.permission import ActorKind, Permission
from backend.services.access.scope import scope_key
from backend.services.views.desk.get_pile_for_staff import get_pile_for_staff
from backend.services.views.desk.get_session_for_staff import get_session_for_staff
from backend.services.views.desk.get_station_for_staff import get_station_for_staff
from backend.services.views.desk.watch_piles_for_staff import watch_piles_for_staff
from backend.services.views.driver.get_session import get_session
from backend.services.views.driver.get_station import get_station

Data = dict[str, Any]

_NAMED: Final = re.compile(r"(?P<kind>session|station|pile):(?P<no>[0-9A-Za-z_-]{1,32})")
_log = structlog.get_logger(__name__)


class TopicKind(StrEnum):
    SESSION = "session"
    STATION = "station"
    PILES = "piles"
    PILE = "pile"


PERMISSIONS: Final = {
    TopicKind.SESSION: Permission.ORDER_READ,
    TopicKind.STATION: Permission.STATION_READ,
    TopicKind.PILES: Permission.PILE_READ,
    TopicKind.PILE: Permission.PILE_READ,
}
"""What staff need for each kind of topic."""


@dataclass(frozen=True, slots=True)
class Topic:
    """`no` is "" for `piles`; `text` is the topic as clients name it."""

    kind: TopicKind
    no: str
    text: str


def parse_topic(text: str) -> Topic:
    """The topic a client asked for. Raises InvalidInput."""
    if text == TopicKind.PILES:
        return Topic(TopicKind.PILES, "", text)
    found = _NAMED.fullmatch(text)
    if found is None:
        raise InvalidInput(field="topic", reason="没有这样的主题")
    return Topic(TopicKind(found["kind"]), found["no"], text)


def audience_of(topic: Topic, actor: Actor) -> Hashable:
    """Equal for all who are shown the very same of a topic. Raises Forbidden.

    Whether the session or station is theirs is decided by the service that reads it.
    """
    if actor.kind is ActorKind.STAFF:
        if PERMISSIONS[topic.kind] not in actor.permissions:
            raise Forbidden
        return scope_key(actor)
    if topic.kind in {TopicKind.PILES, TopicKind.PILE}:
        raise Forbidden
    return actor.id if topic.kind is TopicKind.SESSION else "drivers"


def told_as(topic: Topic, actor: Actor) -> str:
    """What the live feed calls a change of what this actor is shown of the topic."""
    if topic.kind is TopicKind.PILES and not actor.is_platform and actor.operator_id is not None:
        return piles_of(actor.operator_id)
    return topic.text


def read_topics(wanted: Sequence[tuple[Topic, Actor]], *, now: datetime) -> list[Data | Exception]:
    """What each topic is now, or why it cannot be read; one failure does not touch the others."""
    return [_read_safely(topic, actor, now) for topic, actor in wanted]


def _read_safely(topic: Topic, actor: Actor, now: datetime) -> Data | Exception:
    try:
        data: Data = msgspec.to_builtins(_read(topic, actor, now))
    except DomainError as error:
        return error
    except Exception as error:  # noqa: BLE001 - a bug in one topic must not silence the feed
        _log.exception("feed_read_failed", topic=topic.text)
        return error
    return data


def _read(topic: Topic, actor: Actor, now: datetime) -> msgspec.Struct:
    is_staff = actor.kind is ActorKind.STAFF
    if topic.kind is TopicKind.PILES:
        return watch_piles_for_staff(staff=actor, now=now)
    if topic.kind is TopicKind.PILE:
        return get_pile_for_staff(staff=actor, pile_no=topic.no, now=now)
    if topic.kind is TopicKind.SESSION:
        if is_staff:
            return get_session_for_staff(staff=actor, session_no=topic.no, now=now)
        return get_session(driver=actor, session_no=topic.no, now=now)
    if is_staff:
        return get_station_for_staff(staff=actor, station_no=topic.no, now=now)
    return get_station(station_no=topic.no, now=now)


def find_changes(topic: Topic, old: Data, new: Data) -> Data:
    """The top-level keys whose value changed, empty for none. Of `piles`: the changed piles and those that are gone."""
    changes = {name: value for name, value in new.items() if old.get(name) != value}
    if topic.kind is not TopicKind.PILES or "piles" not in changes:
        return changes
    before = {pile["pile_no"]: pile for pile in old["piles"]}
    changes["piles"] = [pile for pile in new["piles"] if before.pop(pile["pile_no"], None) != pile]
    changes["gone"] = list(before)
    return changes
