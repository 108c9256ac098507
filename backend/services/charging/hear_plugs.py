"""What statuses say of the plugs of cars that stay: heard in, heard pulled, and that a connector can tell the two apart.

Written with the statuses; the job bills (look_after_stay). A status that was told later than it was made begins no minute.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from backend.domain.idle_fee import Spell, StayEnd, StayState, goes_on
from backend.models import IdleSpell, IdleStay, PlugSense
from backend.models.engine.database import locked, transactional


class PlugHeard(msgspec.Struct, frozen=True, kw_only=True):
    """One status; `is_sensed`: the plug had been heard in, and is now heard pulled."""

    connector_id: int
    at: datetime
    is_at_rest: bool
    is_pulled: bool
    is_sensed: bool


@transactional
def hear_plugs(*, heard: Sequence[PlugHeard], now: datetime) -> None:
    """Take these statuses, of each connector in the order in which they were made."""
    for connector_id in sorted({one.connector_id for one in heard if one.is_sensed}):
        PlugSense.insert(connector_id=connector_id, proven_at=now).on_conflict_ignore().execute()
    ids = list({one.connector_id for one in heard})
    watched = IdleStay.connector_id.in_(ids) & (IdleStay.state == StayState.WATCHING)
    if not IdleStay.select(IdleStay.session_id).where(watched).limit(1).exists():
        return  # what idle connectors say all day
    for stay in locked(IdleStay.select().where(watched).order_by(IdleStay.session_id)):
        for one in heard:
            if one.connector_id == stay.connector_id and one.at >= stay.began_at and stay.ended_at is None:
                _hear(stay, one, now)
        stay.save()


def _hear(stay: IdleStay, heard: PlugHeard, now: datetime) -> None:
    if heard.is_pulled:
        stay.ended_at, stay.end_reason, stay.due_at = heard.at, StayEnd.UNPLUGGED, now
    elif not heard.is_at_rest:
        stay.spell_from_at = None  # a fault, or told late: what lies around it is not joined
    elif stay.heard_at is None or heard.at >= stay.heard_at:
        _extend(stay, heard.at)


def _extend(stay: IdleStay, at: datetime) -> None:
    begun, heard_at = stay.spell_from_at, stay.heard_at
    if begun is not None and heard_at is not None and goes_on(Spell(begun, heard_at), at):
        own = (IdleSpell.session_id == stay.session_id) & (IdleSpell.from_at == begun)
        IdleSpell.update(to_at=at).where(own).execute()
    else:
        IdleSpell.insert(session_id=stay.session_id, from_at=at, to_at=at).on_conflict_ignore().execute()
        stay.spell_from_at = at
    stay.heard_at = at
