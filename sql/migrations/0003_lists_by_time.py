"""The desk's lists of orders and sessions go by time: one index filters the dates, sorts the rows and ends at the page.
A wallet's list goes by entry, and is walked likewise.

By row id, a list of an old month had to be sorted whole for each page, or searched from the newest row on. `state`
ends those indexes so that a list by operator or station and state is found in the index alone; without it MariaDB
does not trust itself to start in the middle and reads every newer row to leaf back. `id` stands before it because rows
of one moment are sorted by it.
The indexes by row id served nothing else. An older program still runs without them, its lists only become slower.
"""

NEW = (
    ("charge_order", ("ended_at",)),
    ("charge_order", ("operator_id", "ended_at", "id", "state")),
    ("charge_order", ("station_id", "ended_at", "id", "state")),
    ("charge_order", ("state", "ended_at")),
    ("session", ("operator_id", "created_at", "id", "state")),
    ("session", ("station_id", "created_at", "id", "state")),
    ("session", ("state", "created_at")),
    ("ledger_posting", ("account_id", "entry_id")),
)
OLD = (
    ("charge_order", "order_operator_id_id"),
    ("charge_order", "order_station_id_id"),
    ("charge_order", "order_operator_id_ended_at"),
    ("charge_order", "order_state_id"),
    ("session", "session_operator_id_id"),
    ("session", "session_station_id_id"),
    ("session", "session_state_id"),
    ("ledger_posting", "ledgerposting_account_id_id"),
)


def up(migrator, db):
    for table, columns in NEW:
        migrator.migrate(migrator.add_index(table, columns))
    for table, name in OLD:
        migrator.migrate(migrator.drop_index(table, name))
