"""Accounts of piles at the broker: the lines of mosquitto's password file, and the count of their changes.

The database is the truth. A change counts itself in its transaction; the program beside a broker compares that count
with what it has handed over (docs/adr/0020).
"""

from backend.models import BrokerAccounts, Pile
from backend.models.broker import THE_ROW
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import reading, transactional

_count_one = BulkWrite(BrokerAccounts, ("id", "version"), adds=("version",))


@reading
def list_broker_accounts() -> list[str]:
    """Lines `pile_no:$7$…`, in order of pile_no, without the bridge's own account."""
    rows = Pile.select(Pile.pile_no, Pile.broker_password_hash).where(~Pile.is_retired).order_by(Pile.pile_no)
    return [f"{row.pile_no}:{row.broker_password_hash}" for row in rows]


@reading
def count_account_changes() -> int:
    """Changes that are committed; read before the lines, it promises no more than they hold."""
    row = BrokerAccounts.get_or_none(BrokerAccounts.id == THE_ROW)
    return 0 if row is None else row.version


@transactional
def note_account_change() -> int:
    """Count a change of this transaction, as the last thing that it does: others wait. Returns its number."""
    _count_one.execute([(THE_ROW, 1)])
    return int(BrokerAccounts.get_by_id(THE_ROW).version)
