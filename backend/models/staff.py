"""People who work in the admin web, their roles, and which stations they may see."""

from peewee import BigAutoField, BooleanField, CharField, CompositeKey, IntegerField

from backend.models.engine.database import Row
from backend.models.engine.fields import big_int, row_ref, row_ref_or_none, utc_time, utc_time_or_none


class Role(Row):
    id = BigAutoField()
    operator_id = row_ref(index=True)
    name = CharField(max_length=50)
    # whoever has the role logs in with a second factor, and cannot go on before having one
    needs_second_factor = BooleanField(default=False)
    # what one person may adjust on a day without a second one
    adjustment_limit_fen = big_int(0)
    row_version = IntegerField(default=0)
    created_at = utc_time()


class RolePermission(Row):
    """One granted permission scope (`domain/permission.py`) of a role; nothing granted, nothing allowed."""

    role_id = row_ref()
    permission = CharField(max_length=50)

    class Meta:
        primary_key = CompositeKey("role_id", "permission")


class Staff(Row):
    id = BigAutoField()
    operator_id = row_ref(index=True)
    role_id = row_ref_or_none()
    account = CharField(max_length=50, unique=True)
    name = CharField(max_length=50)
    password_hash = CharField(max_length=200)
    is_enabled = BooleanField(default=True)
    # False: only the stations in staff_station; True: all stations of the operator
    sees_all_stations = BooleanField(default=True)
    failed_logins = IntegerField(default=0)
    locked_until = utc_time_or_none()
    last_login_at = utc_time_or_none()
    last_login_ip = CharField(max_length=45, default="")
    # the password was made by somebody else, or by us, and opens nothing but its own change
    must_change_password = BooleanField(default=False)
    # gone, though what they did is still theirs: without a name, without a way in
    deleted_at = utc_time_or_none()
    row_version = IntegerField(default=0)
    created_at = utc_time()


class StaffStation(Row):
    staff_id = row_ref()
    station_id = row_ref()

    class Meta:
        primary_key = CompositeKey("staff_id", "station_id")
