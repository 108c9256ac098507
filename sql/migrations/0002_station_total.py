"""All-time sums: one row for each station (and operator), bumped with every settled order.

The desk's first page added up `connector_day` for them, which has nearly as many rows as there are orders: seconds at
a few million. `station_hour` has every order too, so what is there is summed from it. An older program that settles
after this script does not bump the new rows; the jobs' sweep `all_time` finds and mends that.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigIntegerField, CompositeKey, IntegerField, Model


class StationTotal(Model):
    station_id = BigIntegerField()
    operator_id = BigIntegerField(index=True)
    orders = IntegerField()
    energy_wh = BigIntegerField()
    total_fen = BigIntegerField()
    duration_s = BigIntegerField()

    class Meta:
        table_name = "station_total"
        primary_key = CompositeKey("station_id", "operator_id")


def up(migrator, db):
    with db.bind_ctx([StationTotal]):
        db.create_tables([StationTotal], safe=False)
    db.execute_sql(
        "INSERT INTO station_total (station_id, operator_id, orders, energy_wh, total_fen, duration_s)"
        " SELECT station_id, operator_id, SUM(orders), SUM(energy_wh), SUM(total_fen), SUM(duration_s)"
        " FROM station_hour GROUP BY station_id, operator_id"
    )
