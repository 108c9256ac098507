"""Payment passwords (支付密码) of drivers: one row for each driver who ever set one."""

from peewee import BooleanField, CharField, IntegerField

from backend.models.engine.database import Row
from backend.models.engine.fields import row_ref, utc_time, utc_time_or_none


class PayPassword(Row):
    driver_id = row_ref(primary_key=True)
    password_hash = CharField(max_length=200)
    is_on = BooleanField(default=True)
    # counts each time another one is set: what was proved with the one before proves nothing
    revision = IntegerField(default=1)
    # since the last right one; counted before it is looked at, so that many at once are no way around it
    wrong = IntegerField(default=0)
    closed_until = utc_time_or_none()
    # it was set anew without the old one: no refund before
    refunds_locked_until = utc_time_or_none()
    set_at = utc_time()
