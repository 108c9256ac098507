"""A row of every try to log in at the desk, whoever it was and however it ended."""

from datetime import datetime
from typing import Final

from backend.domain.caller import Caller, printable
from backend.domain.login_record import LoginOutcome
from backend.models import LoginRecord, Staff
from backend.models.engine.database import transactional

LONGEST_ACCOUNT: Final = 50


@transactional
def write_login_record(
    *, account: str, staff: Staff | None, caller: Caller, outcome: LoginOutcome, now: datetime
) -> None:
    """Note a try; `account` is kept as it was typed, as far as it can be seen."""
    LoginRecord.create(
        at=now,
        account=printable(account, LONGEST_ACCOUNT),
        staff_id=None if staff is None else staff.id,
        operator_id=None if staff is None else staff.operator_id,
        ip=caller.ip,
        user_agent=caller.user_agent,
        outcome=outcome,
    )
