"""Roll-ups (汇总): sums kept with the orders, bumped last in the transaction that settles, in key order.

The day is the local day of `ended_at` for charging and of `paid_at` for top-ups.
"""

from peewee import BigAutoField, CompositeKey, DateField, IntegerField, SmallIntegerField

from backend.models.engine.database import Row
from backend.models.engine.fields import big_int, row_ref, utc_time


class StationHour(Row):
    station_id = row_ref()
    local_date = DateField()
    local_hour = SmallIntegerField()
    operator_id = row_ref()
    orders = IntegerField(default=0)
    energy_wh = big_int(0)
    electricity_fen = big_int(0)
    service_fen = big_int(0)
    total_fen = big_int(0)
    duration_s = big_int(0)

    class Meta:
        primary_key = CompositeKey("station_id", "local_date", "local_hour")
        indexes = ((("operator_id", "local_date"), False), (("local_date",), False))


class ConnectorDay(Row):
    connector_id = row_ref()
    local_date = DateField()
    station_id = row_ref()
    operator_id = row_ref()
    orders = IntegerField(default=0)
    energy_wh = big_int(0)
    total_fen = big_int(0)
    duration_s = big_int(0)

    class Meta:
        primary_key = CompositeKey("connector_id", "local_date")
        indexes = ((("operator_id", "local_date"), False),)


class PileDay(Row):
    """How often a pile lost its connection, by its station's day; counted from events."""

    pile_id = row_ref()
    local_date = DateField()
    operator_id = row_ref()
    times_offline = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("pile_id", "local_date")
        indexes = ((("operator_id", "local_date"), False),)


class StationTotal(Row):
    """Everything a station ever charged for an operator: all-time sums, which no number of days makes slow."""

    station_id = row_ref()
    operator_id = row_ref(index=True)
    orders = IntegerField(default=0)
    energy_wh = big_int(0)
    total_fen = big_int(0)
    duration_s = big_int(0)

    class Meta:
        primary_key = CompositeKey("station_id", "operator_id")


class DriverTotal(Row):
    """What a driver ever charged at an operator, and when last; counted from events, so a moment behind the orders."""

    id = BigAutoField()
    driver_id = row_ref()
    operator_id = row_ref()
    charges = IntegerField(default=0)
    energy_wh = big_int(0)
    total_fen = big_int(0)
    last_ended_at = utc_time()

    class Meta:
        indexes = ((("driver_id", "operator_id"), True), (("operator_id", "id"), False))


class PlatformDay(Row):
    """What only the platform's own staff see: money topped up, accounts opened."""

    local_date = DateField(primary_key=True)
    top_ups = IntegerField(default=0)
    top_up_fen = big_int(0)
    new_drivers = IntegerField(default=0)
