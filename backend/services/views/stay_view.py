"""A car that stays after its charge as everybody is shown it: what is free, what it costs so far, how that was heard."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from backend.domain.idle_fee import IdleTerms, Spell, StayEnd, StayState, price_stay
from backend.models import IdleFeeLine, IdleSpell, IdleStay, Order, PlugSense, Session


class StayView(msgspec.Struct, frozen=True, kw_only=True):
    """`minutes` and `fee_fen` are what is billed, or would be if the car left now: by what was heard up to `heard_at`.

    `is_sensed`: the connector was heard to tell a pulled plug from one that is in; without that nothing is billed.
    """

    state: StayState
    terms: IdleTerms
    began_at: datetime
    free_until: datetime
    heard_at: datetime | None
    is_sensed: bool
    minutes: int
    fee_fen: int
    ended_at: datetime | None
    end_reason: StayEnd | None
    order_no: str | None
    waived_at: datetime | None


class IdleLineView(msgspec.Struct, frozen=True, kw_only=True):
    """`fee_fen` = minutes × minute_fen, at most the day's cap; negative: taken back."""

    local_date: date
    minutes: int
    minute_fen: int
    is_capped: bool
    fee_fen: int


class IdleSpellView(msgspec.Struct, frozen=True, kw_only=True):
    """Heard plugged from one status to another."""

    from_at: datetime
    to_at: datetime


def load_stays(session_ids: Collection[int]) -> dict[int, StayView]:
    """Session row id → its car's stay, where it has one."""
    if not session_ids:
        return {}
    stays = list(IdleStay.select().where(IdleStay.session_id.in_(list(session_ids))))
    return {stay.session_id: _view(stay) for stay in stays}


def list_spells(session_id: int) -> tuple[IdleSpellView, ...]:
    """The kept spells of a stay, in order."""
    rows = IdleSpell.select().where(IdleSpell.session_id == session_id).order_by(IdleSpell.from_at)
    return tuple(IdleSpellView(from_at=row.from_at, to_at=row.to_at) for row in rows)


def list_idle_lines(order_id: int) -> tuple[IdleLineView, ...]:
    """The lines of an idle fee's order, in order."""
    rows = IdleFeeLine.select().where(IdleFeeLine.order_id == order_id).order_by(IdleFeeLine.line_no)
    return tuple(
        IdleLineView(
            local_date=row.local_date,
            minutes=row.minutes,
            minute_fen=row.minute_fen,
            is_capped=row.is_capped,
            fee_fen=row.fee_fen,
        )
        for row in rows
    )


def price_again(session: Session, *, until: datetime) -> tuple[IdleLineView, ...]:
    """What the kept spells of a session's stay come to, up to an instant; nothing where the plug is not sensed."""
    stay = IdleStay.get_or_none(IdleStay.session_id == session.id)
    if stay is None or not _is_sensed(stay):
        return ()
    terms = _terms(stay)
    spells = [Spell(row.from_at, row.to_at) for row in list_spells(session.id)]
    lines = price_stay(terms, stay.began_at, until, spells, ZoneInfo(session.time_zone))
    return tuple(
        IdleLineView(
            local_date=line.local_date,
            minutes=line.minutes,
            minute_fen=terms.minute_fen,
            is_capped=line.minutes * terms.minute_fen > line.fee_fen,
            fee_fen=line.fee_fen,
        )
        for line in lines
    )


def _view(stay: IdleStay) -> StayView:
    terms = _terms(stay)
    lines: tuple[IdleLineView, ...] = ()
    if stay.state in {StayState.WATCHING, StayState.BILLED}:
        lines = price_again(
            Session.get_by_id(stay.session_id), until=stay.ended_at or stay.heard_at or stay.began_at
        )
    order = None if stay.order_id is None else Order.get_by_id(stay.order_id)
    return StayView(
        state=stay.state,
        terms=terms,
        began_at=stay.began_at,
        free_until=terms.paid_from(stay.began_at),
        heard_at=stay.heard_at,
        is_sensed=_is_sensed(stay),
        minutes=sum(line.minutes for line in lines),
        fee_fen=sum(line.fee_fen for line in lines) if order is None else order.total_fen,
        ended_at=stay.ended_at,
        end_reason=stay.end_reason,
        order_no=None if order is None else order.order_no,
        waived_at=stay.waived_at,
    )


def _terms(stay: IdleStay) -> IdleTerms:
    return IdleTerms(free_minutes=stay.free_minutes, minute_fen=stay.minute_fen, day_cap_fen=stay.day_cap_fen)


def _is_sensed(stay: IdleStay) -> bool:
    return PlugSense.select().where(PlugSense.connector_id == stay.connector_id).exists()
