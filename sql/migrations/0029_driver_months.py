"""An index by which a driver's charges of a month are summed, without reading those of the other months.

Nothing is changed or dropped: an older program writes its rows as before.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""


def up(migrator, db):
    migrator.migrate(migrator.add_index("charge_order", ("driver_id", "started_at")))
