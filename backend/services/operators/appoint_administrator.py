"""The platform gives an operator somebody who may do everything there, with a password that is told once.

The page offers it where an operator has nobody who could bring in others; a second one does no harm.
"""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.permission import Permission
from backend.gateways.ids import new_typed_secret
from backend.models.engine.database import transactional
from backend.services.access.operator_scope import lock_operator
from backend.services.staff.administrators import NewAdministrator, new_administrator
from backend.services.staff.name_administrator import name_administrator


def appoint_administrator(
    *, staff: Actor, operator_no: str, account: str, name: str, caller: Caller, now: datetime
) -> tuple[int, str]:
    """The row id and the one-time password. Raises OperatorNotFound, Forbidden, BeyondOwnRights, AccountTaken."""
    password = new_typed_secret()
    new = new_administrator(account=account, name=name, password=password, must_change_password=True)
    return _appoint(staff, operator_no, new, caller, now), password


@transactional
def _appoint(staff: Actor, operator_no: str, new: NewAdministrator, caller: Caller, now: datetime) -> int:
    operator = lock_operator(staff, operator_no, permission=Permission.OPERATOR_EDIT)
    return name_administrator(actor=staff, operator=operator, new=new, caller=caller, now=now).id
