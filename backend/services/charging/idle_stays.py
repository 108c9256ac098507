"""Stays of cars after their charge: when one begins, and what ended those that are due (docs/states.md, Idle stay).

Only a driver's wallet is billed for one: what was prepaid for a charge goes back with its bill (docs/adr/0028).
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from backend.domain.idle_fee import LONGEST_STAY, SILENT_AFTER, IdleTerms, StayEnd, StayState
from backend.domain.session import PayerKind, StopReason
from backend.models import Connector, IdleStay, Pile, Session
from backend.models.engine.database import transactional
from backend.services.ground.hearing import is_silence_heard
from backend.services.tariffs.versions import version_of

LOOK_EVERY: Final = timedelta(seconds=60)


class End(NamedTuple):
    at: datetime
    reason: StayEnd


@transactional
def begin_stay(*, session: Session, now: datetime) -> None:
    """A session has ended, and we know it since `now`: from now on its car stays, if its tariff asks for that."""
    if session.driver_id is None or session.payer_kind is not PayerKind.DRIVER or session.is_test:
        return
    if session.payment_id is not None or session.stop_reason is StopReason.UNPLUGGED:
        return
    terms = version_of(session).idle
    if terms is None or _out_of_service_at(session.connector_id) is not None:
        return
    IdleStay.insert(
        session_id=session.id,
        connector_id=session.connector_id,
        driver_id=session.driver_id,
        state=StayState.WATCHING,
        began_at=now,
        free_minutes=terms.free_minutes,
        minute_fen=terms.minute_fen,
        day_cap_fen=terms.day_cap_fen,
        due_at=now + LOOK_EVERY,
    ).execute()


def terms_of(stay: IdleStay) -> IdleTerms:
    """The terms that it was begun under."""
    return IdleTerms(free_minutes=stay.free_minutes, minute_fen=stay.minute_fen, day_cap_fen=stay.day_cap_fen)


def find_end(stay: IdleStay, now: datetime) -> End | None:
    """When a stay ended, by what nobody had to tell: None while the car is waited for."""
    following = (
        Session.select(Session.started_at)
        .where(
            (Session.connector_id == stay.connector_id)
            & (Session.id > stay.session_id)
            & Session.started_at.is_null(is_null=False)
        )
        .order_by(Session.id)
        .first()
    )
    if following is not None:
        return End(max(following.started_at, stay.began_at), StayEnd.NEXT_SESSION)
    if (out_at := _out_of_service_at(stay.connector_id)) is not None:
        return End(max(out_at, stay.began_at), StayEnd.OUT_OF_SERVICE)
    if now - stay.began_at >= LONGEST_STAY:
        return End(stay.began_at + LONGEST_STAY, StayEnd.TOO_LONG)
    heard_at = stay.heard_at or stay.began_at
    if now - heard_at > SILENT_AFTER and is_silence_heard(now):
        return End(heard_at, StayEnd.SILENT)
    return None


def _out_of_service_at(connector_id: int) -> datetime | None:
    """Since when staff say that nobody may charge there."""
    connector = Connector.get_by_id(connector_id)
    return connector.out_of_service_at or Pile.get_by_id(connector.pile_id).out_of_service_at
