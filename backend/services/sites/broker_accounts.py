"""The broker's password file, as mosquitto reads it: one line for each pile in service."""

from backend.models import Pile
from backend.models.engine.database import reading


@reading
def list_broker_accounts() -> list[str]:
    """Lines `pile_no:$7$…`, in order of pile_no, without the bridge's own account."""
    rows = Pile.select(Pile.pile_no, Pile.broker_password_hash).where(~Pile.is_retired).order_by(Pile.pile_no)
    return [f"{row.pile_no}:{row.broker_password_hash}" for row in rows]
