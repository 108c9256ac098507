"""Tries to log in at the desk (登录日志): one row each, never updated. The audit log tells what was done afterwards."""

from peewee import BigAutoField, CharField

from backend.domain.login_record import LoginOutcome
from backend.models.engine.database import Row
from backend.models.engine.fields import enum, row_ref_or_none, utc_time


class LoginRecord(Row):
    """`account` is what was typed, shortened; whose it is stands beside it, where it is anybody's."""

    id = BigAutoField()
    at = utc_time(index=True)
    account = CharField(max_length=50)
    staff_id = row_ref_or_none()
    operator_id = row_ref_or_none()
    ip = CharField(max_length=45)
    user_agent = CharField(max_length=200)
    outcome = enum(LoginOutcome)

    class Meta:
        # the desk's list goes by time, whatever it is filtered by
        indexes = (
            (("operator_id", "at"), False),
            (("staff_id", "at"), False),
            (("account", "at"), False),
            (("outcome", "at"), False),
        )
