"""The second factor of staff: the secret behind their one-time codes, and the backup codes for when the phone is lost."""

from peewee import BigAutoField, CharField

from backend.models.engine.database import Row
from backend.models.engine.fields import big_int, row_ref, utc_time, utc_time_or_none


class SecondFactor(Row):
    """`sealed_secret` can be opened with a key that is not in the database. It counts once `confirmed_at` is set.

    `last_step` is the time step of the code that was taken last: it and those before it are worth nothing.
    """

    staff_id = row_ref(primary_key=True)
    sealed_secret = CharField(max_length=200)
    last_step = big_int(0)
    created_at = utc_time()
    confirmed_at = utc_time_or_none()


class BackupCode(Row):
    id = BigAutoField()
    staff_id = row_ref(index=True)
    code_hash = CharField(max_length=64)
    used_at = utc_time_or_none()
