"""A pile that staff may change: in their scope, locked, in service still; and whom a change is told to."""

from collections.abc import Iterable

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, PileBusy, PileNotFound, PileRetired
from backend.domain.feed_topics import pile_topics, station_topic
from backend.domain.permission import Permission
from backend.live import feed
from backend.models import Connector, LiveSession, Pile, Session
from backend.models.engine.database import after_commit, locked
from backend.services.access.scope import scoped
from backend.services.ground.public_numbers import get_station_no


def lock_pile(staff: Actor, pile_no: str, permission: Permission) -> Pile:
    """A pile in scope that is not retired; a start on it waits. Raises Forbidden, PileNotFound, PileRetired."""
    if permission not in staff.permissions:
        raise Forbidden
    wanted = Pile.select().where(Pile.pile_no == pile_no)
    pile: Pile | None = locked(
        scoped(wanted, staff, operator=Pile.operator_id, station=Pile.station_id)
    ).first()
    if pile is None:
        raise PileNotFound
    if pile.is_retired:
        raise PileRetired
    return pile


def list_connectors(pile: Pile) -> list[Connector]:
    """Its guns in order."""
    return list(Connector.select().where(Connector.pile_id == pile.id).order_by(Connector.gun))


def check_idle(pile: Pile) -> None:
    """Return where no charge runs at a locked pile. Raises PileBusy."""
    ids = [row.id for row in list_connectors(pile)]
    if LiveSession.select().where(LiveSession.connector_id.in_(ids)).exists():
        raise PileBusy


def has_charged(pile: Pile) -> bool:
    """Whether any session, also a test or one that failed, was ever of this pile."""
    ids = [row.id for row in list_connectors(pile)]
    return Session.select().where(Session.connector_id.in_(ids)).exists()


def tell_pile(pile: Pile, *, station_ids: Iterable[int] = ()) -> None:
    """The desk's and the drivers' pages hear of it after the commit; `station_ids` besides its own."""
    stations = {get_station_no(station_id) for station_id in (pile.station_id, *station_ids)}
    topics = (
        *pile_topics(pile_no=pile.pile_no, operator_id=pile.operator_id),
        *(station_topic(station_no) for station_no in sorted(stations)),
    )
    after_commit(lambda: feed.publish(topics))
