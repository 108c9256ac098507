"""Operators: companies that run stations. Every station, tariff and member of staff belongs to one."""

from peewee import BigAutoField, BooleanField, CharField, IntegerField

from backend.models.engine.database import Row
from backend.models.engine.fields import number, utc_time


class Operator(Row):
    id = BigAutoField()
    operator_no = number(unique=True)
    name = CharField(max_length=100)
    # the platform's owner holds the mini-program, the merchant account and the wallets
    is_platform = BooleanField(default=False)
    service_phone = CharField(max_length=32, default="")
    # when somebody answers that phone, as people read it
    service_hours = CharField(max_length=50, default="")
    # its staff cannot log in, its stations are not shown and take no new starts; running charges go on
    is_enabled = BooleanField(default=True)
    row_version = IntegerField(default=0)
    created_at = utc_time()
