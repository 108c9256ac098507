"""Charging stations (充电站): places with piles, and their photos. Positions are GCJ-02 in millionths of a degree."""

from peewee import BigAutoField, BooleanField, CharField, IntegerField, SmallIntegerField

from backend.domain.opening_hours import LONGEST_TEXT
from backend.domain.station_facts import Construction, StationType
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    enum,
    enum_or_none,
    number,
    row_ref,
    row_ref_or_none,
    utc_time,
    utc_time_or_none,
)


class Station(Row):
    id = BigAutoField()
    station_no = number(unique=True)
    operator_id = row_ref(index=True)
    name = CharField(max_length=100)
    # GB/T 2260; empty at stations from before it was asked for. city and district are its names
    division_code = CharField(max_length=6, default="")
    city = CharField(max_length=50)
    district = CharField(max_length=50, default="")
    address = CharField(max_length=200)
    lat_e6 = IntegerField()
    lng_e6 = IntegerField()
    time_zone = CharField(max_length=40, default="Asia/Shanghai")
    station_type = enum(StationType, default=StationType.PUBLIC)
    construction = enum_or_none(Construction)
    # domain/opening_hours.py; opening_hours is how they are read, or what was printed before they were known
    hours = CharField(max_length=LONGEST_TEXT, null=True)
    opening_hours = CharField(max_length=100, default="")
    site_guide = CharField(max_length=100, default="")
    parking_info = CharField(max_length=100, default="")
    parking_fee = CharField(max_length=200, default="")
    parking_spaces = IntegerField(null=True)
    suited_cars = CharField(max_length=100, default="")
    remark = CharField(max_length=100, default="")
    service_phone = CharField(max_length=32, default="")
    station_phone = CharField(max_length=32, default="")
    # who owns the piles, where that is not the operator: nine characters, as an OperatorID
    owner_no = CharField(max_length=9, default="")
    amenities = CharField(max_length=200, default="")
    # the digest of the first photo's small picture
    cover = CharField(max_length=64, default="")
    tariff_id = row_ref_or_none(index=True)
    is_visible = BooleanField(default=True)
    closed_at = utc_time_or_none()
    sort_order = IntegerField(default=0)
    row_version = IntegerField(default=0)
    created_at = utc_time()

    class Meta:
        indexes = (
            # nearby search without Redis: a bounding box on the position
            (("lat_e6", "lng_e6"), False),
            (("sort_order", "id"), False),
        )


class StationPhoto(Row):
    """A photo of a station at its place in the order; a large and a small picture of the same."""

    id = BigAutoField()
    station_id = row_ref()
    place = SmallIntegerField()
    sha256 = CharField(max_length=64)
    thumb_sha256 = CharField(max_length=64)
    file_id = row_ref(index=True)
    thumb_file_id = row_ref(index=True)

    class Meta:
        indexes = ((("station_id", "place"), True),)
