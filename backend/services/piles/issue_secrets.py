"""An installer is shown secrets (发放密钥), of one pile or of many: new ones each time, so that what was shown before is void.

The answer is kept nowhere. Who loses it asks again, and the broker throws out whoever came in by the one before.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput
from backend.domain.permission import Permission
from backend.domain.pile import MOST_AT_ONCE
from backend.models import Connector, Pile, Station
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.piles.own_pile import lock_pile, tell_pile
from backend.services.piles.secrets import make_secret
from backend.services.sites.broker_accounts import note_account_change

# Nobody publishes to a wildcard: the name of the message stands in its place (docs/pile-protocol.md).
TOPICS: Final = "cp/v1/{pile_no}/up/{{消息名}}", "cp/v1/{pile_no}/down/#"


class PileSecret(msgspec.Struct, frozen=True, kw_only=True):
    """What an installer types into one pile. User name and client id are the pile's number."""

    pile_no: str
    name: str
    station_name: str
    guns: int
    secret: str
    username: str
    client_id: str
    publish_topic: str
    subscribe_topic: str
    issued_at: datetime


@transactional
def issue_secrets(
    *,
    staff: Actor,
    pile_nos: Sequence[str],
    reason: str,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> tuple[PileSecret, ...]:
    """New secrets for these piles, all or none. Raises Forbidden, InvalidInput, PileNotFound, PileRetired."""
    if not 1 <= len(pile_nos) <= MOST_AT_ONCE or len(set(pile_nos)) != len(pile_nos):
        raise InvalidInput(field="pile_nos", reason=f"应为 1 到 {MOST_AT_ONCE} 台，不能重复")
    # always in one order, so that two at once wait and do not wrestle
    piles = {pile_no: lock_pile(staff, pile_no, Permission.PILE_SECRET) for pile_no in sorted(pile_nos)}
    stations = {
        row.id: row.name
        for row in Station.select().where(Station.id.in_({pile.station_id for pile in piles.values()}))
    }
    shown = []
    for pile_no in pile_nos:
        pile = piles[pile_no]
        was_issued = pile.secret_issued_at is not None
        shown.append(_shown(pile, make_secret(pile, now), stations[pile.station_id], now))
        write_audit(
            actor=staff,
            action="pile.secret_replace" if was_issued else "pile.secret_issue",
            object_kind="pile",
            object_no=pile_no,
            operator_id=pile.operator_id,
            detail={"reason": reason} if reason else {},
            now=now,
            request_id=request_id,
            ip=ip,
        )
        tell_pile(pile)
    version = note_account_change()
    for pile in piles.values():
        pile.secret_version = version
        pile.save()
    return tuple(shown)


def _shown(pile: Pile, secret: str, station_name: str, now: datetime) -> PileSecret:
    publish, subscribe = (topic.format(pile_no=pile.pile_no) for topic in TOPICS)
    return PileSecret(
        pile_no=pile.pile_no,
        name=pile.name,
        station_name=station_name,
        guns=Connector.select().where(Connector.pile_id == pile.id).count(),
        secret=secret,
        username=pile.pile_no,
        client_id=pile.pile_no,
        publish_topic=publish,
        subscribe_topic=subscribe,
        issued_at=now,
    )
