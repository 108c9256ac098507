"""What entries of a driver's wallet are about, as people say it: at which gun, of which bill, through which channel.

Looked up by what each entry was posted for, some tables at a time, for a page of entries at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from peewee import JOIN

from backend.domain.ledger import EntryKind
from backend.domain.payment import Channel
from backend.models import (
    Adjustment,
    Connector,
    Order,
    Payment,
    Pile,
    Refund,
    RefundPart,
    Session,
    Station,
)
from backend.models.ledger import LedgerEntry
from backend.services.ledger.entries import named_for

_BY_SESSION: Final = frozenset({EntryKind.HOLD, EntryKind.RELEASE})
_BY_ORDER: Final = frozenset(
    {EntryKind.SETTLE, EntryKind.CORRECTION, EntryKind.IDLE_FEE, EntryKind.IDLE_WAIVER}
)
_BY_TRADE: Final = frozenset({EntryKind.TOP_UP, EntryKind.PREPAY})
_BY_PART: Final = frozenset({EntryKind.REFUND, EntryKind.REFUND_RETURN})


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementPlace:
    """Empty where an entry is not about it."""

    station_name: str = ""
    pile_name: str = ""
    connector_no: str = ""
    order_no: str = ""
    channel: Channel | None = None
    note: str = ""


NOWHERE: Final = MovementPlace()


def find_places(entries: Sequence[LedgerEntry]) -> dict[int, MovementPlace]:
    """Row id of each entry that is about something → what."""
    told: dict[EntryKind, Mapping[str, MovementPlace]] = {
        **dict.fromkeys(_BY_SESSION, _of_sessions(_numbers(entries, _BY_SESSION))),
        **dict.fromkeys(_BY_ORDER, _of_orders(_numbers(entries, _BY_ORDER))),
        **dict.fromkeys(_BY_TRADE, _of_trades(_numbers(entries, _BY_TRADE))),
        **dict.fromkeys(_BY_PART, _of_parts(_numbers(entries, _BY_PART))),
        EntryKind.PREPAID_REST: _of_rests(_numbers(entries, {EntryKind.PREPAID_REST})),
        EntryKind.ADJUSTMENT: _of_adjustments(_numbers(entries, {EntryKind.ADJUSTMENT})),
    }
    found = {entry.id: told.get(entry.kind, {}).get(named_for(entry.reference)) for entry in entries}
    return {entry_id: place for entry_id, place in found.items() if place is not None}


def _numbers(entries: Iterable[LedgerEntry], kinds: Iterable[EntryKind]) -> list[str]:
    wanted = frozenset(kinds)
    return sorted({named_for(entry.reference) for entry in entries if entry.kind in wanted})


def _of_sessions(numbers: list[str]) -> dict[str, MovementPlace]:
    return _sessions_by(Session.session_no, numbers)


def _of_orders(numbers: list[str]) -> dict[str, MovementPlace]:
    if not numbers:
        return {}
    rows: Any = Order.select(Order.order_no, Order.session_id).where(Order.order_no.in_(numbers)).tuples()
    sessions = dict(rows)
    places = _sessions_by(Session.id, sorted(set(sessions.values())))
    return {
        order_no: replace(places.get(session_id, NOWHERE), order_no=order_no)
        for order_no, session_id in sessions.items()
    }


def _of_trades(numbers: list[str]) -> dict[str, MovementPlace]:
    """By the channel's own number of a trade; of a prepayment also where it was paid for."""
    if not numbers:
        return {}
    rows = Payment.select().where(
        Payment.channel.in_(list(Channel)) & Payment.channel_transaction_no.in_(numbers)
    )
    return _of_payments({row.channel_transaction_no or "": row for row in rows})


def _of_parts(numbers: list[str]) -> dict[str, MovementPlace]:
    """Where the money went back to; of a prepayment also what it had been paid for."""
    if not numbers:
        return {}
    parts = list(RefundPart.select().where(RefundPart.part_no.in_(numbers)))
    return _of_refunded({part.part_no: part for part in parts})


def _of_rests(numbers: list[str]) -> dict[str, MovementPlace]:
    """The rest of a prepayment has one part."""
    if not numbers:
        return {}
    refunds = {row.id: row.refund_no for row in Refund.select().where(Refund.refund_no.in_(numbers))}
    parts = RefundPart.select().where(RefundPart.refund_id.in_(sorted(refunds)))
    return _of_refunded({refunds[part.refund_id]: part for part in parts})


def _of_refunded(parts: Mapping[str, RefundPart]) -> dict[str, MovementPlace]:
    ids = sorted({part.payment_id for part in parts.values() if part.payment_id is not None})
    payments = {row.id: row for row in Payment.select().where(Payment.id.in_(ids))} if ids else {}
    known = {
        number: payments[part.payment_id] for number, part in parts.items() if part.payment_id in payments
    }
    return {number: MovementPlace(channel=part.channel) for number, part in parts.items()} | _of_payments(
        known
    )


def _of_payments(payments: Mapping[str, Payment]) -> dict[str, MovementPlace]:
    ids = sorted({row.session_id for row in payments.values() if row.session_id is not None})
    places = _sessions_by(Session.id, ids)
    return {
        number: replace(places.get(row.session_id, NOWHERE), channel=row.channel)
        for number, row in payments.items()
    }


def _of_adjustments(numbers: list[str]) -> dict[str, MovementPlace]:
    if not numbers:
        return {}
    rows = Adjustment.select().where(Adjustment.adjustment_no.in_(numbers))
    return {row.adjustment_no: MovementPlace(note=row.told) for row in rows}


def _sessions_by(column: Any, keys: Sequence[Any]) -> dict[Any, MovementPlace]:
    if not keys:
        return {}
    rows: Any = (
        Session.select(column, Station.name, Pile.name, Connector.connector_no)
        .join(Station, JOIN.LEFT_OUTER, on=(Station.id == Session.station_id))
        .join_from(Session, Pile, JOIN.LEFT_OUTER, on=(Pile.id == Session.pile_id))
        .join_from(Session, Connector, JOIN.LEFT_OUTER, on=(Connector.id == Session.connector_id))
        .where(column.in_(keys))
        .tuples()
    )
    return {
        key: MovementPlace(station_name=station, pile_name=pile, connector_no=connector)
        for key, station, pile, connector in rows
    }
