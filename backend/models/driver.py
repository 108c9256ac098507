"""Drivers (车主): people who charge. First login registers; a phone number is optional."""

from peewee import BigAutoField, BooleanField, CharField

from backend.models.engine.database import Row
from backend.models.engine.fields import number, utc_time, utc_time_or_none


class Driver(Row):
    id = BigAutoField()
    driver_no = number(unique=True)
    wechat_openid = CharField(max_length=64, null=True, unique=True)
    wechat_unionid = CharField(max_length=64, null=True)
    nickname = CharField(max_length=50, default="")
    is_enabled = BooleanField(default=True)
    created_at = utc_time(index=True)
    last_login_at = utc_time_or_none()
