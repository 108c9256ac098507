"""Charging stations (充电站): places with piles. Positions are GCJ-02 in millionths of a degree."""

from peewee import BigAutoField, BooleanField, CharField, IntegerField

from backend.models.engine.database import Row
from backend.models.engine.fields import number, row_ref, row_ref_or_none, utc_time


class Station(Row):
    id = BigAutoField()
    station_no = number(unique=True)
    operator_id = row_ref(index=True)
    name = CharField(max_length=100)
    city = CharField(max_length=50)
    district = CharField(max_length=50, default="")
    address = CharField(max_length=200)
    lat_e6 = IntegerField()
    lng_e6 = IntegerField()
    time_zone = CharField(max_length=40, default="Asia/Shanghai")
    opening_hours = CharField(max_length=100, default="")
    parking_fee = CharField(max_length=200, default="")
    service_phone = CharField(max_length=32, default="")
    tariff_id = row_ref_or_none(index=True)
    is_visible = BooleanField(default=True)
    created_at = utc_time()

    class Meta:
        # nearby search without Redis: a bounding box on the position
        indexes = ((("lat_e6", "lng_e6"), False),)
