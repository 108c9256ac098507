"""Meter readings (电表读数) as piles sent them. The natural key makes a redelivered message harmless."""

from peewee import BooleanField, CompositeKey, IntegerField, SmallIntegerField

from backend.models.engine.database import Row
from backend.models.engine.fields import big_int, number, row_ref, utc_time


class MeterValue(Row):
    pile_id = row_ref()
    boot = big_int()
    seq = big_int()
    gun = SmallIntegerField()
    session_no = number()
    # by the pile's clock and by ours
    at = utc_time()
    received_at = utc_time()
    register_wh = big_int()
    power_w = IntegerField()
    voltage_mv = IntegerField()
    current_ma = IntegerField()
    soc_percent = SmallIntegerField(null=True)
    temperature_c = SmallIntegerField(null=True)
    is_replayed = BooleanField(default=False)

    class Meta:
        primary_key = CompositeKey("pile_id", "boot", "seq")
        indexes = ((("session_no", "at"), False),)
