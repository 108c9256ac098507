"""The bridge's mark that it hears the piles, read by those who judge a silence."""

from datetime import datetime

from backend.domain.hearing import Hearing
from backend.models import BridgeHearing
from backend.models.engine.database import transactional


@transactional
def note_hearing(*, bridge: str, now: datetime) -> None:
    """The bridge is subscribed and has written what it was handed. Raises ServiceUnavailable."""
    row = BridgeHearing.get_or_none(BridgeHearing.name == bridge)
    if row is None:
        BridgeHearing.insert(name=bridge, heard_since=now, heard_until=now).execute()
        return
    heard = Hearing(since=row.heard_since, until=row.heard_until).go_on(now)
    BridgeHearing.update(heard_since=heard.since, heard_until=heard.until).where(
        BridgeHearing.name == bridge
    ).execute()


def is_silence_heard(now: datetime) -> bool:
    """Whether a silence until now is the piles' own; also where no bridge ever noted that it listens."""
    spells = [Hearing(since=row.heard_since, until=row.heard_until) for row in BridgeHearing.select()]
    return not spells or any(spell.tells(now) for spell in spells)
