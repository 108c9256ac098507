"""A driver allows messages: each kind once more."""

from collections.abc import Collection

from backend.domain.actor import Actor
from backend.domain.driver_message import MOST_CREDITS, MessageKind
from backend.models import MessageCredit
from backend.models.engine.database import transactional


@transactional
def allow_messages(*, driver: Actor, kinds: Collection[MessageKind]) -> None:
    """Count one permission of each kind, up to `MOST_CREDITS`."""
    for kind in sorted(set(kinds)):
        own = (MessageCredit.driver_id == driver.id) & (MessageCredit.kind == kind)
        MessageCredit.insert(driver_id=driver.id, kind=kind, credits=0).on_conflict_ignore().execute()
        MessageCredit.update(credits=MessageCredit.credits + 1).where(
            own & (MessageCredit.credits < MOST_CREDITS)
        ).execute()
