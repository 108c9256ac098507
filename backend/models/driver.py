"""Drivers (车主): people who charge, and what they are known by. First login registers; a phone number is optional."""

from peewee import BigAutoField, BooleanField, CharField, IntegerField

from backend.domain.driver import DriverState
from backend.domain.identity import IdentityKind
from backend.models.engine.database import Row
from backend.models.engine.fields import enum, number, row_ref, row_ref_or_none, utc_time, utc_time_or_none


class Driver(Row):
    id = BigAutoField()
    driver_no = number(unique=True)
    # by this alone the version before knows who came by WeChat, and it may run beside this one or after a rollback:
    # written and looked for (services/access/driver_identities.py) until a migration drops it
    mini_program_key = CharField(column_name="wechat_openid", max_length=64, null=True, unique=True)
    nickname = CharField(max_length=50, default="")
    # proven by WeChat when it was bound; shown masked, in no log
    phone = CharField(max_length=20, null=True, index=True)
    phone_bound_at = utc_time_or_none()
    # the chosen picture's digest, "" where there is none, and its file
    avatar = CharField(max_length=64, default="")
    avatar_file_id = row_ref_or_none(index=True)
    is_enabled = BooleanField(default=True)
    # came by a pile's page without a log-in, known by the token of a link alone; NULL: no guest
    is_guest = BooleanField(null=True, index=True)
    created_at = utc_time(index=True)
    last_login_at = utc_time_or_none()
    state = enum(DriverState, default=DriverState.ACTIVE, index=True)
    # by whom and why, while it is
    frozen_at = utc_time_or_none()
    frozen_reason = CharField(max_length=200, default="")
    frozen_by_id = row_ref_or_none()
    row_version = IntegerField(default=0)
    # gone: without a log-in, a phone number or a name; what was charged and paid stays under the number
    deleted_at = utc_time_or_none(index=True)


class DriverIdentity(Row):
    """What a log-in proved of a driver. A kind and key is one driver's; nothing else says so."""

    id = BigAutoField()
    driver_id = row_ref()
    kind = enum(IdentityKind)
    key = CharField(max_length=64)
    created_at = utc_time()

    class Meta:
        indexes = ((("kind", "key"), True), (("driver_id", "kind"), False))
