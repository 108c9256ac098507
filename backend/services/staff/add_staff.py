"""A new colleague, with a password that is told once and must be changed at the first log-in."""

from datetime import datetime

from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import AccountTaken
from backend.gateways.ids import new_typed_secret
from backend.gateways.passwords import hash_password
from backend.models import Staff
from backend.models.engine.database import transactional
from backend.services.staff.reach import find_operator
from backend.services.staff.staff_audit import write_staff_audit
from backend.services.staff.terms import Terms, check_terms, describe_terms, write_stations


def add_staff(
    *, actor: Actor, operator_no: str | None, account: str, terms: Terms, caller: Caller, now: datetime
) -> tuple[int, str]:
    """The row id and the one-time password. Raises AccountTaken, OperatorNotFound and what `check_terms` raises."""
    password = new_typed_secret()
    return _add(actor, operator_no, account, hash_password(password), terms, caller, now), password


@transactional
def _add(
    actor: Actor,
    operator_no: str | None,
    account: str,
    password_hash: str,
    terms: Terms,
    caller: Caller,
    now: datetime,
) -> int:
    operator = find_operator(actor, operator_no)
    checked = check_terms(actor, terms, operator=operator)
    if Staff.select().where(Staff.account == account).exists():
        raise AccountTaken
    try:
        row = Staff.create(
            operator_id=operator.id,
            role_id=checked.role.id,
            account=account,
            name=terms.name,
            password_hash=password_hash,
            must_change_password=True,
            sees_all_stations=terms.sees_all_stations,
            created_at=now,
        )
    except IntegrityError:
        raise AccountTaken from None
    write_stations(row.id, checked.station_ids)
    write_staff_audit(
        actor=actor, action="staff.add", row=row, detail=describe_terms(row), caller=caller, now=now
    )
    return row.id
