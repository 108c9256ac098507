"""A secret for somebody's authenticator app. It counts only once a code of it was typed (confirm_second_factor.py)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import SecondFactorExists
from backend.gateways import get_sealer
from backend.gateways.one_time_codes import enrolment_uri, new_code_secret
from backend.models import SecondFactor, Staff
from backend.models.engine.database import locked, transactional
from backend.services.access.second_factors import sealed_for
from backend.services.staff.own_password import prove_password

ISSUER: Final = "欣象充电"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """`uri` is what the QR code says."""

    secret: str
    uri: str


def begin_second_factor(*, actor: Actor, password: str, caller: Caller, now: datetime) -> Enrolment:
    """Begun again, only the latest secret counts. Raises WrongCurrentPassword, SecondFactorExists, SecondFactorUnavailable."""
    seen = prove_password(actor=actor, password=password, caller=caller, now=now)
    secret = new_code_secret()
    _keep(seen.id, get_sealer().seal(secret, of=sealed_for(seen.id)), now)
    return Enrolment(secret, enrolment_uri(secret, account=seen.account, issuer=ISSUER))


@transactional
def _keep(staff_id: int, sealed_secret: str, now: datetime) -> None:
    locked(Staff.select().where(Staff.id == staff_id)).get()
    known = SecondFactor.get_or_none(SecondFactor.staff_id == staff_id)
    if known is not None and known.confirmed_at is not None:
        raise SecondFactorExists
    SecondFactor.delete().where(SecondFactor.staff_id == staff_id).execute()
    SecondFactor.insert(
        staff_id=staff_id, sealed_secret=sealed_secret, last_step=0, created_at=now, confirmed_at=None
    ).execute()
