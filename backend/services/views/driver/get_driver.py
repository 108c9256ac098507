"""Who I am, to a driver: name, balance, and the session that is open."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import Unauthenticated
from backend.domain.phone import masked
from backend.models import Driver, LiveSession, Session
from backend.models.engine.database import reading
from backend.services.ledger.wallets import find_balances
from backend.services.views.photo_view import photo_url


class DriverView(msgspec.Struct, frozen=True, kw_only=True):
    """`live_session_no` is the session to come back to, None when nothing is open. `phone` is masked, "" where none is bound.

    `avatar_url` is a path of the API, "" where no picture was chosen.
    """

    driver_no: str
    nickname: str
    registered_at: datetime
    live_session_no: str | None
    available_fen: int
    held_fen: int
    debt_fen: int
    phone: str = ""
    avatar_url: str = ""


@reading
def get_driver(*, driver: Actor) -> DriverView:
    """The caller's own view. Raises Unauthenticated for a driver who was deleted meanwhile."""
    row = Driver.get_or_none(Driver.id == driver.id)
    if row is None:
        raise Unauthenticated
    session = (
        Session.select(Session.session_no)
        .join(LiveSession, on=(LiveSession.session_id == Session.id))
        .where(LiveSession.driver_id == driver.id)
        .first()
    )
    balances = find_balances(driver_no=row.driver_no)
    return DriverView(
        driver_no=row.driver_no,
        nickname=row.nickname,
        registered_at=row.created_at,
        live_session_no=None if session is None else session.session_no,
        available_fen=balances.available_fen,
        held_fen=balances.held_fen,
        debt_fen=balances.debt_fen,
        phone=masked(row.phone or ""),
        avatar_url=photo_url(row.avatar),
    )
